#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

namespace spokeswatch {

// Which addresses may be connected to. The check is on the address that is connected to, never on
// the name, so that neither a spelling nor a second answer of a name server gets around it.
enum class AddressRule {
    public_only,      // sources and redirects
    any_but_metadata  // `allow_private`, and receivers and proxies that the operator named
};

// Empty when the rule allows the address, otherwise what it is ("a loopback address"). An IPv4
// address inside an IPv6 one (mapped, NAT64, 6to4) is judged as itself.
std::string refused_as(const boost::asio::ip::address& address, AddressRule rule);

// Whether the host of a URL says by itself that `public_only` refuses it: "localhost", or such an
// address. Another name may lead to one all the same.
bool is_private_host(const std::string& host);

}  // namespace spokeswatch
