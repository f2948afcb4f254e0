#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

#include "base/async.hpp"
#include "base/result.hpp"

struct sockaddr;

namespace spokeswatch {

using Addresses = std::vector<boost::asio::ip::address>;
// Blocking look-up of a name; runs on a thread of the resolver.
using Lookup = std::function<Result<Addresses>(const std::string& host)>;

// The system's resolver: /etc/hosts, DNS, whatever nsswitch.conf says.
Result<Addresses> lookup_by_system(const std::string& host);

// An address of the socket interface; nullopt for other families than IPv4 and IPv6.
std::optional<boost::asio::ip::address> to_address(const sockaddr* raw);

// Looks names up on threads of its own, because getaddrinfo cannot be cancelled and one dead name
// server must not delay other names. Good answers are kept for `cache`; equal questions are asked
// once. Use from one io_context thread.
class Resolver {
  public:
    Resolver(
        boost::asio::any_io_executor executor,
        std::size_t threads,
        std::chrono::seconds cache,
        Lookup lookup
    );
    // Does not wait for a look-up under way: its thread ends with it and touches nothing of ours.
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    awaitable<Result<Addresses>> resolve(std::string host);

  private:
    struct Workers;
    struct Entry;
    void forget_old();

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Workers> workers_;
    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace spokeswatch
