#include "daemon/app.hpp"

#include <csignal>
#include <ctime>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <systemd/sd-daemon.h>

#include "base/log.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/health.hpp"
#include "daemon/status.hpp"
#include "daemon/version.hpp"
#include "text/url.hpp"

namespace spokeswatch {

using namespace std::chrono_literals;

namespace {

constexpr Duration finish_limit = 5s;  // for attempts under way at a stop
constexpr Duration watch_over_every = 5s;
constexpr Duration health_every = 5s;
constexpr auto dispatcher_stuck_after = 150s;  // it comes round at least every 60 s

std::int64_t monotonic_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

HttpClientOptions client_options(const Config& config) {
    HttpClientOptions options;
    options.user_agent = user_agent(config);
    return options;
}

// Both may take seconds with many rules; statements are matched meanwhile.
awaitable<std::shared_ptr<Snapshot>> load_apart(
    LoadOptions load, std::shared_ptr<Diagnostics> diagnostics
) {
    co_return load_snapshot(load, *diagnostics);
}
awaitable<void> drop_apart(SnapshotPtr old) {
    old.reset();
    co_return;
}

}  // namespace

std::string user_agent(const Config& config) {
    if (!config.global.user_agent.empty()) return config.global.user_agent;
    std::string agent = std::string("spokeswatch/") + version;
    if (!config.global.contact.empty()) agent += " (+" + config.global.contact + ")";
    return agent;
}

App::App(AppOptions options, std::shared_ptr<Snapshot> snapshot, Database database)
    : options_(std::move(options)),
      snapshot_(snapshot),
      http_(make_http_client(io_.get_executor(), clock_, client_options(snapshot_->config))),
      mail_(io_.get_executor()),
      store_(std::move(database)),
      dispatcher_(io_.get_executor(), store_, clock_, random_, metrics_),
      pipeline_(
          io_.get_executor(), store_, clock_, random_, metrics_, [this] { dispatcher_.wake(); }
      ),
      historian_(io_.get_executor(), store_),
      poller_(io_.get_executor(), store_, clock_, random_, metrics_, *http_, pipeline_),
      silences_(clock_, pipeline_, [this] { return listened_sources(); }),
      operations_(store_, clock_, random_, [this] { dispatcher_.wake(); }),
      server_(io_.get_executor(), make_api(backend(), metrics_)),
      end_signals_(io_, SIGTERM, SIGINT),
      hangup_(io_, SIGHUP),
      stopping_(io_, boost::asio::steady_timer::time_point::max()),
      tasks_(io_.get_executor()) {
    make_receivers(*snapshot);
}

App::~App() = default;

void override_config(const AppOptions& options, Config& config) {
    if (options.listen_address) config.web.listen_address.value = *options.listen_address;
    if (options.external_url) config.web.external_url = *options.external_url;
    if (options.storage_path) config.storage.path = *options.storage_path;
}

void App::make_receivers(Snapshot& snapshot) {
    NotifierDeps deps;
    deps.http = http_.get();
    deps.mail = &mail_;
    deps.clock = &clock_;
    deps = with_config(std::move(deps), snapshot.config);
    snapshot.receivers = std::make_shared<const Receivers>(Receivers::build(snapshot.config, deps));
}

std::vector<Listened> App::listened_sources() const {
    std::vector<Listened> all;
    for (const SourceStatus& status : poller_.status())
        if (const auto source = snapshot_->sources.find(status.record.name);
            source != snapshot_->sources.end())
            all.push_back(listened(status.record, source->second));
    return all;
}

int App::run() {
    std::exception_ptr failure;
    boost::asio::co_spawn(io_, main(), [&](std::exception_ptr error) { failure = error; });
    io_.run();
    if (failure) std::rethrow_exception(failure);
    return exit_code_;
}

void App::stop(int exit_code) {
    exit_code_ = exit_code;
    stopping_.cancel();
}

awaitable<void> App::main() {
    started_at_ = clock_.now();
    const bool started = co_await start();
    if (started) {
        boost::system::error_code ignored;
        co_await stopping_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
    co_await shut_down();
}

awaitable<bool> App::start() {
    dispatcher_.use(snapshot_->receivers, snapshot_->config.global.delivery_max_age);
    auto recovered = co_await dispatcher_.recover();
    if (!recovered) {
        log_error("cannot read the store", {{"error", recovered.error().message}});
        exit_code_ = exit_io;
        co_return false;
    }
    const std::string wanted = snapshot_->config.web.listen_address.value;
    auto listening = server_.listen(wanted);
    if (!listening) {
        log_error("cannot listen", {{"address", wanted}, {"error", listening.error().message}});
        exit_code_ = exit_unavailable;
        co_return false;
    }
    address_ = wanted.substr(0, wanted.rfind(':')) + ":" + std::to_string(server_.port());
    tasks_.spawn("signals", wait_for_end());
    tasks_.spawn("hangup", wait_for_hangup());
    tasks_.spawn("web", server_.run());
    tasks_.spawn("dispatcher", dispatcher_.run());
    historian_.use(snapshot_);
    tasks_.spawn("history", historian_.run());
    auto restored = co_await operations_.restore();
    if (!restored) {
        log_error("cannot read the store", {{"error", restored.error().message}});
        exit_code_ = exit_io;
        co_return false;
    }
    poller_.keep_unread(
        UnreadAnswers(snapshot_->config.storage.path.parent_path() / "unread_answers")
    );
    auto polling = co_await poller_.start(snapshot_);
    if (!polling) {
        log_error("cannot read the store", {{"error", polling.error().message}});
        exit_code_ = exit_io;
        co_return false;
    }
    silences_.use(snapshot_);
    tasks_.spawn("silences", silences_.run());
    loaded_at_ = clock_.now();
    metrics_.set("spokeswatch_build_info", {{"version", version}}, 1);
    metrics_.set(
        "spokeswatch_start_time_seconds",
        {},
        std::chrono::duration<double>(started_at_.time_since_epoch()).count()
    );
    metrics_.set("spokeswatch_config_last_reload_successful", {}, 1);
    metrics_.set(
        "spokeswatch_config_last_reload_success_timestamp_seconds",
        {},
        std::chrono::duration<double>(loaded_at_.time_since_epoch()).count()
    );
    ready_ = true;
    log_info(
        "started",
        {{"version", version},
         {"config", options_.config_file.string()},
         {"sources", snapshot_->config.sources.size()},
         {"rules", snapshot_->rules.size()},
         {"address", address_}}
    );
    std::set<std::string> missing;
    for (std::string& package : snapshot_->rules.missing_dictionaries())
        missing.insert(std::move(package));
    for (std::string& package : snapshot_->watches.missing_dictionaries())
        missing.insert(std::move(package));
    for (const std::string& package : missing)
        log_warn("no dictionary: only regular word endings are known", {{"install", package}});
    sd_notify(0, "READY=1");
    notify_status();
    tasks_.spawn("watch over", watch_over());
    tasks_.spawn("health", watch_health());
    tasks_.spawn("heartbeat", send_heartbeat());
    if (started_hook_) started_hook_();
    co_return true;
}

awaitable<void> App::shut_down() {
    sd_notify(0, "STOPPING=1");
    log_info("stopping");
    ready_ = false;
    co_await poller_.stop();
    tasks_.cancel();
    co_await tasks_.join();
    co_await dispatcher_.finish(finish_limit);
    end_signals_.cancel();
    hangup_.cancel();
    log_info("stopped");
}

awaitable<void> App::wait_for_end() {
    co_await end_signals_.async_wait(use_awaitable);
    stop(exit_ok);
}

awaitable<void> App::wait_for_hangup() {
    for (;;) {
        co_await hangup_.async_wait(use_awaitable);
        co_await reload();
    }
}

// Build everything beside what runs, then swap. A fault leaves what runs as it is.
awaitable<ApiBackend::Outcome> App::reload() {
    ApiBackend::Outcome outcome;
    if (reloading_) {
        outcome.ok = false;
        outcome.text = "a reload is under way";
        co_return outcome;
    }
    reloading_ = true;
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", static_cast<long long>(monotonic_us()));
    const auto diagnostics = std::make_shared<Diagnostics>();
    LoadOptions load;
    load.file = options_.config_file;
    load.kinds = kind_specs();
    auto loading = load_apart(std::move(load), diagnostics);
    auto fresh = co_await boost::asio::co_spawn(loader_, std::move(loading), use_awaitable);
    if (fresh) {
        override_config(options_, fresh->config);
        make_receivers(*fresh);
        const Config& old = snapshot_->config;
        const bool moved = fresh->config.storage.path != old.storage.path ||
                           fresh->config.web.listen_address.value != old.web.listen_address.value;
        if (moved) log_warn("storage.path and web.listen_address change only at a restart");
        co_await poller_.stop();
        SnapshotPtr replaced = std::exchange(snapshot_, std::move(fresh));
        dispatcher_.use(snapshot_->receivers, snapshot_->config.global.delivery_max_age);
        historian_.use(snapshot_);
        silences_.use(snapshot_);
        auto polling = co_await poller_.start(snapshot_);
        if (!polling) log_error("cannot read the store", {{"error", polling.error().message}});
        loaded_at_ = clock_.now();
        reload_error_.clear();
        outcome.text = "reloaded: " + std::to_string(snapshot_->config.sources.size()) +
                       " sources, " + std::to_string(snapshot_->rules.size()) + " rules";
        log_info(
            "configuration reloaded",
            {{"config", options_.config_file.string()},
             {"sources", snapshot_->config.sources.size()},
             {"rules", snapshot_->rules.size()}}
        );
        metrics_.set(
            "spokeswatch_config_last_reload_success_timestamp_seconds",
            {},
            std::chrono::duration<double>(loaded_at_.time_since_epoch()).count()
        );
        // Receivers end on this thread, where they live.
        const std::shared_ptr<const Receivers> receivers = replaced->receivers;
        auto dropping = drop_apart(std::move(replaced));
        co_await boost::asio::co_spawn(loader_, std::move(dropping), use_awaitable);
    } else {
        outcome.ok = false;
        outcome.text = render(*diagnostics, DiagnosticFormat::human);
        reload_error_ = render(*diagnostics, DiagnosticFormat::short_lines);
        log_warn(
            "reload refused, the old configuration stays",
            {{"config", options_.config_file.string()},
             {"count", diagnostics->errors()},
             {"error", reload_error_}}
        );
    }
    metrics_.set("spokeswatch_config_last_reload_successful", {}, outcome.ok ? 1 : 0);
    metrics_.add("spokeswatch_config_reloads_total", {{"result", outcome.ok ? "ok" : "refused"}});
    reloading_ = false;
    sd_notify(0, "READY=1");
    notify_status();
    co_return outcome;
}

bool App::making_progress() const {
    return store_answers_ && poller_.moving() &&
           std::chrono::steady_clock::now() - dispatcher_.last_progress() < dispatcher_stuck_after;
}

// What is wrong with sources and receivers becomes operational events.
awaitable<void> App::watch_health() {
    for (;;) {
        co_await clock_.sleep_for(health_every);
        const SnapshotPtr snapshot = snapshot_;
        const Time now = clock_.now();
        std::vector<Trouble> troubles;
        for (const SourceStatus& status : poller_.status()) {
            const auto source = snapshot->sources.find(status.record.name);
            if (source == snapshot->sources.end()) continue;
            for (Trouble& trouble : source_troubles(status, source->second, now))
                troubles.push_back(std::move(trouble));
        }
        const auto read = [now](Database& database) {
            return database.stuck_targets(now - stuck_after);
        };
        auto stuck = co_await store_.run(read);
        if (!stuck) continue;  // watch_over() tells
        for (Trouble& trouble :
             receiver_troubles(dispatcher_.paused(), *stuck, *snapshot->receivers))
            troubles.push_back(std::move(trouble));
        RouteTree routes = snapshot->operations;
        auto receivers = snapshot->receivers;
        auto settled = co_await operations_.settle(
            std::move(troubles), std::move(routes), std::move(receivers)
        );
        if (!settled)
            log_warn("operational events were not kept", {{"error", settled.error().message}});
    }
}

// The watchdog means progress: this loop runs on the I/O thread, waits for the store thread, and
// looks when the dispatcher and the poller last came round. A full disk is no reason for a restart.
awaitable<void> App::watch_over() {
    std::uint64_t watchdog_us = 0;
    const bool watched = sd_watchdog_enabled(0, &watchdog_us) > 0;
    Duration every = watch_over_every;
    if (watched) every = std::min<Duration>(every, Duration(watchdog_us / 3));
    for (;;) {
        co_await clock_.sleep_for(every);
        const Time now = clock_.now();
        const auto ask = [now](Database& database) {
            auto alive = database.probe(now);
            return std::make_pair(static_cast<bool>(alive), database.broken());
        };
        const auto [alive, broken] = co_await store_.run(ask);
        if (alive != store_answers_) {
            if (alive) {
                log_info("the store works again");
            } else {
                log_error("the store refuses to be written");
            }
            store_answers_ = alive;
        }
        if (broken) {
            // After a failed write to the disk nobody knows what is on it: only a fresh start does.
            log_error("the disk under the store failed; restarting");
            stop(exit_try_again);
            co_return;
        }
        const bool moving =
            poller_.moving() &&
            std::chrono::steady_clock::now() - dispatcher_.last_progress() < dispatcher_stuck_after;
        if (watched && moving) sd_notify(0, "WATCHDOG=1");
        notify_status();
    }
}

void App::notify_status() {
    std::size_t failing = 0;
    const auto sources = poller_.status();
    for (const SourceStatus& source : sources) failing += source.record.failures > 0 ? 1 : 0;
    sd_notifyf(
        0,
        "STATUS=%zu of %zu sources work, %zu receivers paused%s",
        sources.size() - failing,
        sources.size(),
        dispatcher_.paused().size(),
        reload_error_.empty() ? "" : ", the last reload was refused"
    );
}

// It stops when we do not get on: whoever waits for it then raises the alarm.
awaitable<void> App::send_heartbeat() {
    bool worked = true;
    for (;;) {
        co_await clock_.sleep_for(snapshot_->config.global.heartbeat_every);
        const auto& url = snapshot_->config.global.heartbeat_url;
        if (!url || !making_progress()) continue;
        HttpRequest request(url->value);
        request.operator_target = true;
        request.cut_body = true;
        request.limits.body_bytes_max = 64 * 1024;
        auto response = co_await http_->send(std::move(request));
        const bool works = response && response->status < 400;
        if (works && !worked) log_info("the heartbeat is heard again");
        if (!works && worked) {
            const std::string error =
                response ? "status " + std::to_string(response->status) : response.error().message;
            log_warn("the heartbeat is not heard", {{"error", error}});
        }
        worked = works;
    }
}

awaitable<std::string> App::expose_metrics() {
    const auto read = [](Database& database) { return database.counts(); };
    auto counts = co_await store_.run(read);
    if (counts) {
        const std::pair<const char*, std::int64_t> rows[] = {
            {"pending", counts->outbox_pending},
            {"sending", counts->outbox_sending},
            {"retry_wait", counts->outbox_retry_wait},
            {"delivered", counts->outbox_delivered},
            {"dead", counts->outbox_dead},
        };
        for (const auto& [state, count] : rows) {
            metrics_.set("spokeswatch_outbox_rows", {{"state", state}}, static_cast<double>(count));
        }
        const Time now = clock_.now();
        const Duration age = now - counts->outbox_oldest_at.value_or(now);
        metrics_.set(
            "spokeswatch_outbox_oldest_age_seconds", {}, std::chrono::duration<double>(age).count()
        );
    }
    co_return metrics_.expose();
}

awaitable<std::string> App::status_json() {
    const auto read = [](Database& database) { return database.counts(); };
    auto counts = co_await store_.run(read);
    StatusReport report;
    report.version = version;
    report.started_at = started_at_;
    report.now = clock_.now();
    report.config_file = options_.config_file.string();
    report.loaded_at = loaded_at_;
    report.reload_error = reload_error_;
    report.store_ok = store_answers_ && static_cast<bool>(counts);
    if (counts) report.counts = *counts;
    report.rules = snapshot_->rules.size();
    report.sources = poller_.status();
    report.receivers = snapshot_->receivers;
    report.paused = dispatcher_.paused();
    report.events = operations_.open();
    co_return to_json(report);
}

ApiBackend App::backend() {
    ApiBackend backend;
    backend.ready = [this] { return ready_ && store_answers_; };
    backend.metrics = [this] { return expose_metrics(); };
    backend.status = [this] { return status_json(); };
    backend.reload = [this] { return reload(); };
    backend.retry = [this](std::string what) -> awaitable<Result<std::size_t>> {
        const Time now = clock_.now();
        const auto work = [what, now](Database& database) {
            return database.retry_dead(what, now);
        };
        auto count = co_await store_.run(work);
        dispatcher_.wake();
        co_return count;
    };
    backend.pause_source = [this](std::string name, bool paused) {
        return poller_.pause(std::move(name), paused);
    };
    backend.resume = [this](std::string name) { return dispatcher_.resume(std::move(name)); };
    backend.token = [this] { return snapshot_->config.web.auth_token; };
    backend.external_host = [this] { return url_host(snapshot_->config.web.external_url); };
    return backend;
}

}  // namespace spokeswatch
