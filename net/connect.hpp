#pragma once

#include <chrono>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/address_rule.hpp"
#include "net/resolver.hpp"

namespace spokeswatch {

// The addresses of a name in the order of attempts: families take turns, the resolver's first
// address keeps its place (RFC 8305 section 4).
Addresses interleave_families(const Addresses& addresses);

// Refuses all of them when the rule refuses one: a name that points inside is not a public source.
Result<void> check_addresses(const Addresses& addresses, AddressRule rule);

// Connects to the first address that answers (Happy Eyeballs, RFC 8305: the next attempt starts
// 250 ms after the last one or as soon as it failed). The others are given up. Never returns a
// socket for an address that is not in `addresses`.
awaitable<Result<boost::asio::ip::tcp::socket>> connect_any(
    Addresses addresses, std::uint16_t port
);

}  // namespace spokeswatch
