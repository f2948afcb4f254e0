#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "alerts/dispatcher.hpp"
#include "alerts/operations.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task_scope.hpp"
#include "daemon/historian.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/poller.hpp"
#include "daemon/silences.hpp"
#include "daemon/snapshot.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/mail_sender.hpp"
#include "store/store.hpp"
#include "web/api.hpp"

namespace spokeswatch {

struct AppOptions {
    std::filesystem::path config_file;
    // Of the command line; they win over the file.
    std::optional<std::string> listen_address;
    std::optional<std::string> external_url;
    std::optional<std::filesystem::path> storage_path;
};

void override_config(const AppOptions& options, Config& config);

// User-Agent of everything we ask for.
std::string user_agent(const Config& config);

// The daemon: owns every part as a member, in the order they depend on each other, and the tasks
// last. One I/O thread (the one that calls run) and one store thread.
class App {
  public:
    // `snapshot` is what the configuration file held at start; `database` is open.
    App(AppOptions options, std::shared_ptr<Snapshot> snapshot, Database database);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Until SIGTERM, SIGINT or a fault that only a restart mends. Returns the exit code.
    int run();
    // What run() would do on SIGTERM; from the I/O thread.
    void stop(int exit_code);

    // Where the endpoints listen; "" until run() listens.
    [[nodiscard]] const std::string& address() const { return address_; }
    boost::asio::io_context& io() { return io_; }
    Dispatcher& dispatcher() { return dispatcher_; }
    // Runs on the I/O thread once everything works, before the first poll's answer.
    void on_started(std::function<void()> started) { started_hook_ = std::move(started); }

  private:
    awaitable<void> main();
    awaitable<bool> start();
    awaitable<void> shut_down();
    awaitable<ApiBackend::Outcome> reload();
    awaitable<void> wait_for_hangup();
    awaitable<void> wait_for_end();
    awaitable<void> watch_over();
    awaitable<void> watch_health();
    awaitable<void> send_heartbeat();
    awaitable<std::string> status_json();
    awaitable<std::string> expose_metrics();
    ApiBackend backend();
    [[nodiscard]] std::vector<Listened> listened_sources() const;
    void make_receivers(Snapshot& snapshot);
    [[nodiscard]] bool making_progress() const;
    void notify_status();

    AppOptions options_;
    boost::asio::io_context io_{1};
    boost::asio::thread_pool loader_{1};  // loads configurations, and ends old ones
    SystemClock clock_;
    Random random_;
    Metrics metrics_;
    SnapshotPtr snapshot_;
    std::unique_ptr<HttpClient> http_;
    MailSender mail_;
    Store store_;
    Dispatcher dispatcher_;
    Pipeline pipeline_;
    Historian historian_;
    Poller poller_;
    Silences silences_;
    Operations operations_;
    HttpServer server_;
    std::string address_;
    std::function<void()> started_hook_;
    Time started_at_{};
    Time loaded_at_{};
    bool ready_ = false;
    bool reloading_ = false;
    bool store_answers_ = true;
    std::string reload_error_;  // of the last reload; empty when it was good
    int exit_code_ = 0;
    boost::asio::signal_set end_signals_;
    boost::asio::signal_set hangup_;
    boost::asio::steady_timer stopping_;
    TaskScope tasks_;
};

}  // namespace spokeswatch
