#include "daemon/poller.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace spokeswatch {

using namespace std::chrono_literals;

namespace {

constexpr Duration records_every = 60s;       // last_success_at of quiet sources reaches the store
constexpr Duration gap_notable_min = 5min;    // shorter silences of ours make nothing late
constexpr Duration start_spread_each = 50ms;  // first polls of n sources spread over n times this
constexpr Duration stuck_after = 15min;       // a poll of many pages takes less
constexpr Duration transient_first = 15s;
constexpr Duration transient_max = 30min;
constexpr Duration limited_first = 60s;
constexpr Duration limited_max = 1h;

Duration doubled(Duration first, int failures, Duration most) {
    const int doublings = std::clamp(failures - 1, 0, 16);
    return std::min<Duration>(most, first * (std::int64_t{1} << doublings));
}

}  // namespace

Duration backoff(const Error& error, int failures, Duration interval, Random& random) {
    if (error.retry_after) return *error.retry_after;
    Duration rest{};
    switch (error.kind) {
        case ErrorKind::rate_limited:
            rest = doubled(limited_first, failures, limited_max);
            break;
        case ErrorKind::unauthorized:
            rest = 15min;
            break;
        case ErrorKind::forbidden:
        case ErrorKind::quota:
            rest = 1h;
            break;
        case ErrorKind::gone:
            rest = 24h;
            break;
        case ErrorKind::blocked:
            rest = 30min;
            break;
        case ErrorKind::network:
        case ErrorKind::timeout:
        case ErrorKind::tls:
        case ErrorKind::server:
        case ErrorKind::rejected:
        case ErrorKind::malformed:
        case ErrorKind::too_large:
        case ErrorKind::storage:
            // A source that is read every second is tried again in a second, not in fifteen.
            rest = doubled(std::min(interval, transient_first), failures, transient_max);
            break;
    }
    return std::max(
        interval,
        Duration(
            static_cast<std::int64_t>(static_cast<double>(rest.count()) * random.uniform(0.9, 1.1))
        )
    );
}

struct Poller::Watch {
    SnapshotPtr snapshot;
    const SourceConfig* config = nullptr;  // in the snapshot
    const SourceInfo* info = nullptr;
    std::unique_ptr<RememberingClient> http;  // outlives the connector
    std::unique_ptr<Connector> connector;
    SourceRecord record;
    std::optional<Time> next_poll_at;
    std::chrono::steady_clock::time_point due{};  // the same, by the clock that does not jump
    std::uint64_t turn = 0;  // of the task that reads it; one of an earlier turn ends
    bool polling = false;
    std::string body_file;
    std::vector<std::string> notes;
    bool dirty = false;  // the record has something that the store has not
};

Poller::Poller(
    boost::asio::any_io_executor executor,
    Store& store,
    Clock& clock,
    Random& random,
    Metrics& metrics,
    HttpClient& http,
    Pipeline& pipeline
)
    : executor_(std::move(executor)),
      store_(store),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      http_(http),
      pipeline_(pipeline) {}

awaitable<Result<void>> Poller::start(SnapshotPtr snapshot) {
    const auto read = [](Database& database) { return database.sources(); };
    auto records = co_await store_.run(read);
    if (!records) co_return records.error();
    records_ = std::move(*records);

    std::map<std::string, WatchPtr> before = std::move(watches_);
    watches_.clear();
    tasks_ = std::make_unique<TaskScope>(executor_);
    ConnectorDeps deps;
    deps.clock = &clock_;
    deps.proxy_url = snapshot->config.global.proxy_url;
    const auto count = static_cast<std::int64_t>(snapshot->config.sources.size());
    for (const SourceConfig& source : snapshot->config.sources) {
        auto watch = std::make_shared<Watch>();
        watch->snapshot = snapshot;
        watch->config = &source;
        watch->info = &snapshot->sources.at(source.name.value);
        const auto kind =
            std::ranges::find(connector_kinds, source.kind.value, &ConnectorKind::name);
        watch->http = std::make_unique<RememberingClient>(http_);
        deps.http = watch->http.get();
        watch->connector = kind->make(source, deps);
        watch->record.name = source.name.value;
        watch->record.kind = source.kind.value;
        for (const SourceRecord& record : records_) {
            if (record.name == source.name.value && record.kind == source.kind.value) {
                watch->record = record;
            }
        }
        // A new task starts somewhere in its interval; one that ran before keeps its turn.
        const Duration spread = std::min(source.poll_interval, start_spread_each * count);
        Duration delay(
            static_cast<std::int64_t>(random_.uniform(0, static_cast<double>(spread.count())))
        );
        const auto old = before.find(source.name.value);
        if (old != before.end() && old->second->next_poll_at) {
            delay = std::clamp<Duration>(
                *old->second->next_poll_at - clock_.now(), Duration{}, source.poll_interval
            );
        } else if (watch->record.not_before) {
            delay =
                std::max(delay, std::min<Duration>(*watch->record.not_before - clock_.now(), 24h));
        }
        watches_[source.name.value] = watch;
        before.erase(source.name.value);
        run(watch, delay);
    }
    for (const auto& [name, gone] : before) metrics_.remove("source", name);
    tasks_->spawn("source records", keep_records());
    co_return Result<void>{};
}

awaitable<void> Poller::stop() {
    if (!tasks_) co_return;
    tasks_->cancel();
    co_await tasks_->join();
    co_await save_records();
}

void Poller::run(const WatchPtr& watch, Duration first_delay) {
    if (watch->polling || watch->record.paused_at) return;
    watch->due = clock_.steady() + first_delay;
    tasks_->spawn("source " + watch->record.name, this->watch(watch, first_delay, ++watch->turn));
}

awaitable<Result<bool>> Poller::pause(std::string name, bool paused) {
    const auto found = watches_.find(name);
    if (found == watches_.end()) co_return false;
    const WatchPtr watch = found->second;
    std::optional<Time> paused_at;
    if (paused) paused_at = watch->record.paused_at.value_or(clock_.now());
    const std::string kind = watch->record.kind;
    const auto write = [name, kind, paused_at](Database& database) {
        return database.pause_source(name, kind, paused_at);
    };
    auto written = co_await store_.run(write);
    if (!written) co_return written.error();
    watch->record.paused_at = paused_at;
    // A reload may have taken its place meanwhile: that one read the store, or is told here.
    const auto now_there = watches_.find(name);
    if (now_there == watches_.end()) co_return true;
    now_there->second->record.paused_at = paused_at;
    run(now_there->second, Duration{});
    co_return true;
}

bool Poller::moving() const {
    return std::ranges::none_of(watches_, [this](const auto& entry) {
        const Watch& watch = *entry.second;
        return !watch.record.paused_at && clock_.steady() - watch.due > stuck_after;
    });
}

awaitable<void> Poller::watch(WatchPtr watch, Duration first_delay, std::uint64_t turn) {
    Duration delay = first_delay;
    for (;;) {
        watch->next_poll_at = clock_.now() + delay;
        watch->due = clock_.steady() + delay;
        metrics_.set(
            "spokeswatch_source_next_poll_timestamp_seconds",
            {{"source", watch->record.name}},
            std::chrono::duration<double>(watch->next_poll_at->time_since_epoch()).count()
        );
        co_await clock_.sleep_for(delay);
        if (watch->record.paused_at || watch->turn != turn) co_return;
        watch->polling = true;
        delay = co_await poll_once(watch);
        watch->polling = false;
        watch->http->forget();
    }
}

awaitable<Duration> Poller::poll_once(WatchPtr watch) {
    SourceRecord& record = watch->record;
    const auto started = clock_.steady();
    record.last_attempt_at = clock_.now();
    Cursor since = record.cursor;
    auto batch = co_await watch->connector->poll(std::move(since));
    metrics_.observe(
        "spokeswatch_poll_duration_seconds",
        {{"kind", record.kind}},
        std::chrono::duration<double>(clock_.steady() - started).count()
    );
    if (batch) co_return co_await take(watch, std::move(*batch));

    Error error = batch.error();
    const Duration delay =
        backoff(error, record.failures + 1, watch->config->poll_interval, random_);
    co_await fail(watch, std::move(error), delay);
    co_return delay;
}

// A source that got a new name in the configuration is the account it was: no new baseline.
void Poller::adopt(Watch& watch, const std::string& account_key) {
    SourceRecord& record = watch.record;
    if (record.account_key.empty()) record.account_key = account_key;
    if (!account_key.empty() && account_key != record.account_key) {
        log_warn(
            "the account behind a source changed its key; the first one is kept",
            {{"source", record.name}, {"kind", record.kind}}
        );
    }
    if (record.baseline_done) return;
    for (const SourceRecord& other : records_) {
        if (other.kind == record.kind && other.account_key == record.account_key &&
            other.baseline_done) {
            record.baseline_done = true;
        }
    }
}

// What was published while nobody looked is late; what came just now is not.
void Poller::mark_late(const Watch& watch, Batch& batch) const {
    if (!watch.record.last_success_at) return;
    const Duration notable = std::max<Duration>(gap_notable_min, 3 * watch.config->poll_interval);
    const Time now = clock_.now();
    if (now - *watch.record.last_success_at <= notable) return;
    for (Statement& statement : batch.statements) {
        if (!statement.published_at || now - *statement.published_at > notable) {
            statement.late = true;
        }
    }
}

awaitable<Duration> Poller::take(WatchPtr watch, Batch batch) {
    SourceRecord& record = watch->record;
    const SourceConfig& config = *watch->config;
    adopt(*watch, batch.account_key);
    mark_late(*watch, batch);
    for (const Statement& statement : batch.statements) {
        if (!batch.next.knows(statement.native_id)) batch.next.remember(statement.native_id);
    }
    const Cursor next = batch.next;
    const std::optional<Gap> gap = batch.gap;
    Duration delay = config.poll_interval;
    if (batch.poll_after) delay = std::max<Duration>(delay, *batch.poll_after);
    delay = Duration(
        static_cast<std::int64_t>(static_cast<double>(delay.count()) * random_.uniform(0.9, 1.1))
    );
    watch->notes = batch.notes;
    if (batch.recovered) {
        metrics_.add("spokeswatch_documents_recovered_total", {{"source", record.name}});
    }
    const std::string result = batch.not_modified ? "not_modified" : "ok";

    const bool changed =
        !batch.statements.empty() || next != record.cursor || !record.baseline_done;
    if (changed) {
        Intake intake;
        intake.source = *watch->info;
        intake.account_key = record.account_key;
        intake.baseline = !record.baseline_done;
        intake.cursor_changed = next != record.cursor;
        intake.max_age = config.max_age;
        intake.backfill = config.backfill;
        intake.ignore = config.ignore;
        intake.lang = config.lang;
        SnapshotPtr snapshot = watch->snapshot;
        auto accepted =
            co_await pipeline_.accept(std::move(snapshot), std::move(intake), std::move(batch));
        if (!accepted) {
            // Nothing was kept, so the cursor stays and the next poll brings the same again.
            co_await fail(watch, accepted.error(), delay);
            co_return delay;
        }
        record.cursor = next;
        record.baseline_done = true;
        record.statements += static_cast<std::int64_t>(accepted->fresh);
        if (accepted->fresh + accepted->edited > 0) {
            log_debug(
                "statements read",
                {{"source", record.name},
                 {"kind", record.kind},
                 {"count", accepted->fresh},
                 {"edited", accepted->edited},
                 {"alerts", accepted->alerts}}
            );
        }
    }
    if (gap) {
        record.last_gap = gap;
        record.last_gap_at = clock_.now();
        metrics_.add("spokeswatch_gaps_total", {{"source", record.name}});
        log_warn(
            "statements may have been missed", {{"source", record.name}, {"kind", record.kind}}
        );
    }
    metrics_.add("spokeswatch_polls_total", {{"source", record.name}, {"result", result}});
    metrics_.set("spokeswatch_source_up", {{"source", record.name}}, 1);
    const Time now = clock_.now();
    metrics_.set(
        "spokeswatch_source_last_success_timestamp_seconds",
        {{"source", record.name}},
        std::chrono::duration<double>(now.time_since_epoch()).count()
    );
    record.last_success_at = now;
    watch->dirty = true;
    if (record.failures > 0) {
        log_info(
            "source works again",
            {{"source", record.name}, {"kind", record.kind}, {"failures", record.failures}}
        );
        record.failures = 0;
        record.last_error.clear();
        record.last_message.clear();
        record.not_before.reset();
    }
    co_return delay;
}

awaitable<void> Poller::fail(WatchPtr watch, Error error, Duration delay) {
    SourceRecord& record = watch->record;
    const std::string kind(to_string(error.kind));
    // Once when it starts, once when it becomes another fault.
    if (record.failures == 0 || record.last_error != kind) {
        log_warn(
            "poll failed",
            {{"source", record.name},
             {"kind", record.kind},
             {"error", kind},
             {"detail", error.message},
             {"retry_in_s", std::chrono::duration_cast<std::chrono::seconds>(delay).count()}}
        );
    }
    ++record.failures;
    if (error.kind == ErrorKind::malformed && record.failures >= failures_notable && unread_)
        watch->body_file = unread_->keep(record.name, watch->http->body());
    record.last_error = kind;
    record.last_message = error.message;
    record.not_before = clock_.now() + delay;
    watch->dirty = true;
    metrics_.add("spokeswatch_polls_total", {{"source", record.name}, {"result", "error"}});
    metrics_.add("spokeswatch_poll_failures_total", {{"source", record.name}, {"error", kind}});
    metrics_.set("spokeswatch_source_up", {{"source", record.name}}, 0);
    if (record.failures > 1) co_return;
    // The first failure is written down at once; the rest in their turn.
    co_await save_records();
}

awaitable<void> Poller::keep_records() {
    for (;;) {
        co_await clock_.sleep_for(records_every);
        co_await save_records();
    }
}

// What changed since the store last had it. A record that changes again while it is written is
// dirty again.
awaitable<void> Poller::save_records() {
    std::vector<WatchPtr> watches;
    std::vector<SourceRecord> records;
    for (const auto& [name, watch] : watches_) {
        if (!std::exchange(watch->dirty, false)) continue;
        watches.push_back(watch);
        records.push_back(watch->record);
    }
    if (records.empty()) co_return;
    const auto write = [records](Database& database) { return database.record_polls(records); };
    auto written = co_await store_.run(write);
    if (written) co_return;
    for (const WatchPtr& watch : watches) watch->dirty = true;
    log_warn("source records were not kept", {{"error", written.error().message}});
}

std::vector<SourceStatus> Poller::status() const {
    std::vector<SourceStatus> all;
    for (const auto& [name, watch] : watches_) {
        SourceStatus status;
        status.record = watch->record;
        status.kind = watch->record.kind;
        status.interval = watch->config->poll_interval;
        if (!status.record.paused_at) status.next_poll_at = watch->next_poll_at;
        status.notes = watch->notes;
        status.body_file = watch->body_file;
        all.push_back(std::move(status));
    }
    return all;
}

}  // namespace spokeswatch
