#include "alerts/operations.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "alerts/outgoing.hpp"

namespace spokeswatch {

namespace {

template <typename Left, typename Right>
bool same(const Left& left, const Right& right) {
    return left.event == right.event && left.subject == right.subject;
}

OperationalEvent event_of(Trouble trouble, std::string id, Time now) {
    OperationalEvent event;
    event.id = std::move(id);
    event.event = trouble.event;
    event.subject = std::move(trouble.subject);
    event.message = std::move(trouble.message);
    event.body_file = std::move(trouble.body_file);
    event.labels = std::move(trouble.labels);
    event.labels["event"] = to_string(event.event);
    event.since = now;
    return event;
}

void append(std::vector<OutboxInsert>& to, std::vector<OutboxInsert> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

Operations::Operations(Store& store, Clock& clock, Random& random, std::function<void()> wake)
    : store_(store), clock_(clock), random_(random), wake_(std::move(wake)) {}

awaitable<Result<void>> Operations::restore() {
    EventFilter filter;
    filter.open = true;
    filter.limit = std::numeric_limits<std::int64_t>::max();
    const auto read = [filter](Database& database) { return database.operational_events(filter); };
    auto events = co_await store_.run(read);
    if (!events) co_return events.error();
    open_ = std::move(*events);
    co_return Result<void>{};
}

awaitable<Result<void>> Operations::settle(
    std::vector<Trouble> troubles, RouteTree routes, std::shared_ptr<const Receivers> receivers
) {
    EventsRecord record;
    record.now = clock_.now();
    std::vector<OperationalEvent> open;
    std::vector<std::string> ended_ids;
    for (const OperationalEvent& event : open_) {
        const bool lasts = std::ranges::any_of(troubles, [&](const Trouble& trouble) {
            return same(event, trouble);
        });
        if (lasts) {
            open.push_back(event);
            continue;
        }
        record.ended.push_back(event);
        record.ended.back().ended_at = std::max(record.now, event.since);
        ended_ids.push_back(event.id);
    }
    for (Trouble& trouble : troubles) {
        const bool known = std::ranges::any_of(open, [&](const OperationalEvent& event) {
            return same(event, trouble);
        });
        if (known) continue;
        open.push_back(event_of(std::move(trouble), random_.id(record.now), record.now));
        record.started.push_back(open.back());
    }
    if (record.started.empty() && record.ended.empty()) co_return Result<void>{};

    const auto read = [ended_ids](Database& database) { return database.threads(ended_ids); };
    auto known = co_await store_.run(read);
    if (!known) co_return known.error();
    Threads threads;
    for (Thread& thread : *known) {
        std::pair<std::string, std::string> key(thread.thread_id, thread.target);
        threads.emplace(std::move(key), std::move(thread));
    }
    for (const auto* events : {&record.ended, &record.started})
        for (const OperationalEvent& event : *events)
            append(
                record.notifications,
                make_event_notifications(
                    event, routes.match(event.labels), *receivers, threads, record.now
                )
            );
    const bool tells = !record.notifications.empty();
    const auto write = [record = std::move(record)](Database& database) {
        return database.record_events(record);
    };
    auto written = co_await store_.run(write);
    if (!written) co_return written;
    open_ = std::move(open);
    if (tells) wake_();
    co_return Result<void>{};
}

}  // namespace spokeswatch
