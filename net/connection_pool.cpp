#include "net/connection_pool.hpp"

#include <iterator>
#include <utility>

namespace spokeswatch {

namespace {

// Bounded together: an idle TLS connection costs some 30 KiB and a file descriptor.
constexpr std::size_t idle_connections_max = 64;
constexpr std::size_t idle_per_key_max = 2;
constexpr std::chrono::seconds idle_max{90};

}  // namespace

std::unique_ptr<Transport> ConnectionPool::take(
    const std::string& key, std::chrono::seconds younger_than
) {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(idle_, [now](const Idle& idle) { return now - idle.since > idle_max; });
    for (auto entry = idle_.end(); entry != idle_.begin();) {
        --entry;
        if (entry->key != key || now - entry->since > younger_than) continue;
        auto transport = std::move(entry->transport);
        entry = idle_.erase(entry);
        if (transport->is_quiet()) return transport;
    }
    return nullptr;
}

void ConnectionPool::put(std::string key, std::unique_ptr<Transport> transport) {
    std::size_t same = 0;
    for (auto entry = idle_.end(); entry != idle_.begin();) {
        --entry;
        if (entry->key == key && ++same >= idle_per_key_max) entry = idle_.erase(entry);
    }
    if (idle_.size() >= idle_connections_max) idle_.pop_front();
    idle_.push_back(Idle{std::move(key), std::move(transport), std::chrono::steady_clock::now()});
}

}  // namespace spokeswatch
