#include "net/resolver.hpp"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/post.hpp>
#include <netdb.h>
#include <netinet/in.h>

#include "net/async_event.hpp"

namespace spokeswatch {

namespace asio = boost::asio;
namespace ip = boost::asio::ip;

namespace {

constexpr std::size_t names_max = 1024;
constexpr std::size_t addresses_max = 64;

}  // namespace

std::optional<ip::address> to_address(const sockaddr* raw) {
    if (raw->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, raw, sizeof v4);
        return ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (raw->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, raw, sizeof v6);
        ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return ip::address_v6(bytes);
    }
    return std::nullopt;
}

Result<Addresses> lookup_by_system(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (failure != 0) return Error{ErrorKind::network, gai_strerror(failure)};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    Addresses addresses;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        const auto address = to_address(one->ai_addr);
        if (address && addresses.size() < addresses_max) addresses.push_back(*address);
    }
    if (addresses.empty()) return Error{ErrorKind::network, "the name has no address"};
    return addresses;
}

struct Resolver::Entry {
    explicit Entry(asio::any_io_executor executor) : answered(std::move(executor)) {}
    AsyncEvent answered;
    std::optional<Result<Addresses>> result;
    std::chrono::steady_clock::time_point until;
};

// What the threads see. They hold it together with the Resolver, so it outlives either.
struct Resolver::Workers {
    struct Job {
        std::string host;
        std::weak_ptr<Entry> entry;  // belongs to the I/O thread: only that one locks it
    };

    Workers(asio::any_io_executor e, std::size_t max, std::chrono::seconds c, Lookup l)
        : executor(std::move(e)), threads_max(max), cache(c), lookup(std::move(l)) {}

    static void work(const std::shared_ptr<Workers>& self);
    static void add(const std::shared_ptr<Workers>& self, Job job);
    void deliver(const Job& job, const Result<Addresses>& answer) const;

    const asio::any_io_executor executor;
    const std::size_t threads_max;
    const std::chrono::seconds cache;
    const Lookup lookup;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> jobs;
    std::size_t threads = 0;
    std::size_t idle = 0;
    bool stopping = false;
};

void Resolver::Workers::work(const std::shared_ptr<Workers>& self) {
    std::unique_lock lock(self->mutex);
    while (!self->stopping) {
        if (self->jobs.empty()) {
            ++self->idle;
            self->changed.wait(lock);
            --self->idle;
            continue;
        }
        const Job job = std::move(self->jobs.front());
        self->jobs.pop_front();
        lock.unlock();
        const auto answer = self->lookup(job.host);
        lock.lock();
        // After a stop the loop behind the executor may be gone.
        if (!self->stopping) self->deliver(job, answer);
    }
}

void Resolver::Workers::deliver(const Job& job, const Result<Addresses>& answer) const {
    asio::post(executor, [weak = job.entry, keep = cache, answer] {
        const auto entry = weak.lock();
        if (!entry) return;
        entry->result = answer;
        entry->until = std::chrono::steady_clock::now() + keep;
        entry->answered.notify();
    });
}

// Threads are started when there is work for them. They are detached because a look-up may hang for
// half a minute and a stop may not: nothing they touch belongs to the Resolver.
void Resolver::Workers::add(const std::shared_ptr<Workers>& self, Job job) {
    const std::lock_guard lock(self->mutex);
    self->jobs.push_back(std::move(job));
    if (self->idle < self->jobs.size() && self->threads < self->threads_max) {
        ++self->threads;
        std::thread(&Workers::work, self).detach();
    }
    self->changed.notify_one();
}

Resolver::Resolver(
    asio::any_io_executor executor, std::size_t threads, std::chrono::seconds cache, Lookup lookup
)
    : executor_(std::move(executor)),
      workers_(std::make_shared<Workers>(executor_, threads, cache, std::move(lookup))) {}

Resolver::~Resolver() {
    const std::lock_guard lock(workers_->mutex);
    workers_->stopping = true;
    workers_->jobs.clear();
    workers_->changed.notify_all();
}

awaitable<Result<Addresses>> Resolver::resolve(std::string host) {
    const auto now = std::chrono::steady_clock::now();
    auto& slot = entries_[host];
    if (slot && slot->result && (!*slot->result || slot->until <= now)) slot = nullptr;
    if (!slot) {
        slot = std::make_shared<Entry>(executor_);
        Workers::Job job{host, slot};
        Workers::add(workers_, std::move(job));
    }
    const std::shared_ptr<Entry> entry = slot;
    while (!entry->result) co_await entry->answered.wait();
    forget_old();
    co_return *entry->result;
}

void Resolver::forget_old() {
    if (entries_.size() <= names_max) return;
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(entries_, [now](const auto& item) {
        return item.second->result && item.second->until <= now;
    });
    if (entries_.size() > names_max) {
        std::erase_if(entries_, [](const auto& item) { return item.second->result.has_value(); });
    }
}

}  // namespace spokeswatch
