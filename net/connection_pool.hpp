#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "net/transport.hpp"

namespace spokeswatch {

// Connections that a server left open, for the next request to it. The newest is used first.
class ConnectionPool {
  public:
    // An open connection that is not older than `idle_max` and on which nothing waits, or null.
    std::unique_ptr<Transport> take(const std::string& key, std::chrono::seconds idle_max);
    void put(std::string key, std::unique_ptr<Transport> transport);

  private:
    struct Idle {
        std::string key;
        std::unique_ptr<Transport> transport;
        std::chrono::steady_clock::time_point since;
    };
    std::list<Idle> idle_;  // oldest first
};

}  // namespace spokeswatch
