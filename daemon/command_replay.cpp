#include <algorithm>
#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/run_here.hpp"
#include "daemon/simulation.hpp"
#include "model/highlight_json.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

// One line per alert of a notification.
std::string notification_json(const NotifiedAlert& notified, const std::string& receiver) {
    const Alert& alert = notified.alert;
    json::object object;
    object["alert"] = alert.id;
    object["story"] = alert.story_id;
    object["rule"] = alert.rule;
    object["severity"] = to_string(alert.severity);
    object["type"] = notified.is_new() ? "alert.created" : "alert.updated";
    object["receiver"] = receiver;
    json::array evidence;
    for (const Evidence& item : alert.evidence) {
        json::object entry;
        entry["source"] = item.source;
        entry["native_id"] = item.native_id;
        if (!item.url.empty()) entry["url"] = item.url;
        if (item.published_at) entry["published_at"] = format_time(*item.published_at);
        entry["highlights"] = to_json(item.highlights);
        evidence.push_back(std::move(entry));
    }
    object["evidence"] = std::move(evidence);
    return json::serialize(object);
}

void print(const Notification& notification, bool as_json) {
    for (const NotifiedAlert& notified : notification.alerts) {
        if (as_json) {
            std::cout << notification_json(notified, notification.receiver) << '\n';
            continue;
        }
        const Alert& alert = notified.alert;
        std::cout << format_time(notification.created_at) << "  " << to_string(alert.severity)
                  << "  " << alert.rule << " -> " << notification.receiver
                  << (notified.is_new() ? "  new: " : "  update: ") << printable(alert.story_title)
                  << '\n';
    }
}

// A simulation whose notifications are printed, or go to the configured receivers. What leaves for
// these leaves in real time.
class Replay {
  public:
    Replay(std::shared_ptr<Snapshot> snapshot, bool dry_run, bool as_json)
        : http_(make_http_client(io_.get_executor(), system_clock_, client_options(*snapshot))),
          mail_(io_.get_executor()),
          simulation_(io_.get_executor(), with_receivers(std::move(snapshot), dry_run, as_json)) {
        if (dry_run) return;
        simulation_.dispatcher().observe([as_json](const OutboxRow& row, const Answer& answer) {
            if (answer.verdict == Verdict::delivered) print(row.notification, as_json);
        });
    }

    int run(LineReader& lines) { return run_here(io_, feed(lines)); }

  private:
    static HttpClientOptions client_options(const Snapshot& snapshot) {
        HttpClientOptions options;
        options.user_agent = user_agent(snapshot.config);
        return options;
    }

    std::shared_ptr<Snapshot> with_receivers(
        std::shared_ptr<Snapshot> snapshot, bool dry_run, bool as_json
    ) {
        if (dry_run) {
            snapshot->receivers =
                receivers_that_tell(snapshot->config, [as_json](const Notification& notification) {
                    print(notification, as_json);
                });
            return snapshot;
        }
        NotifierDeps deps;
        deps.http = http_.get();
        deps.mail = &mail_;
        deps.clock = &system_clock_;
        snapshot->receivers = std::make_shared<const Receivers>(
            Receivers::build(snapshot->config, with_config(deps, snapshot->config))
        );
        return snapshot;
    }

    awaitable<int> feed(LineReader& lines) {
        std::string line;
        while (lines.next(line)) {
            std::optional<Statement> statement = read_statement(line, lines.number());
            if (!statement) continue;
            Arrival arrival;
            arrival.statement = std::move(*statement);
            name_by_line(arrival.statement, lines.number());
            auto accepted = co_await simulation_.take(std::move(arrival));
            if (!accepted) {
                std::cerr << "line " << lines.number() << ": " << accepted.error().message << '\n';
                co_return exit_io;
            }
        }
        // The clock runs on until nothing waits: groups, retries.
        co_await simulation_.run_until(std::nullopt);
        co_return exit_ok;
    }

    boost::asio::io_context io_{1};
    SystemClock system_clock_;
    std::unique_ptr<HttpClient> http_;
    MailSender mail_;
    Simulation simulation_;
};

}  // namespace

int run_replay(const CommonOptions& common, const ReplayOptions& options) {
    std::shared_ptr<Snapshot> snapshot = load_for(common, !options.dry_run);
    if (!snapshot) return exit_config;
    LineReader lines(options.file);
    if (!lines.good()) return exit_no_input;
    Replay replay(std::move(snapshot), options.dry_run, common.json);
    return replay.run(lines);
}

}  // namespace spokeswatch
