#include "net/host_gate.hpp"

#include <algorithm>
#include <utility>

#include "net/async_event.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t hosts_kept = 1024;

}  // namespace

struct HostGate::Host {
    explicit Host(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
    AsyncEvent changed;
    int active = 0;
    std::chrono::steady_clock::time_point next_start;
};

HostGate::Pass::~Pass() {
    if (!host_) return;
    --host_->active;
    host_->changed.notify();
}

awaitable<HostGate::Pass> HostGate::enter(std::string host, int at_once_max, Duration gap) {
    forget_old();
    auto& slot = hosts_[host];
    if (!slot) slot = std::make_shared<Host>(executor_);
    const std::shared_ptr<Host> state = slot;
    while (state->active >= std::max(at_once_max, 1)) co_await state->changed.wait();
    ++state->active;
    Pass pass(state);

    const auto now = clock_.steady();
    const auto start = std::max(now, state->next_start);
    state->next_start = start + gap;
    if (start > now) {
        co_await clock_.sleep_for(std::chrono::duration_cast<Duration>(start - now));
    }
    co_return pass;
}

void HostGate::forget_old() {
    if (hosts_.size() < hosts_kept) return;
    const auto now = clock_.steady();
    std::erase_if(hosts_, [now](const auto& item) {
        // Shared with a request that waits or runs: two references or more.
        return item.second.use_count() == 1 && item.second->next_start <= now;
    });
}

}  // namespace spokeswatch
