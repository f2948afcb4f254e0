#include <algorithm>
#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/run_here.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

json::object highlight_json(const Highlight& highlight) {
    json::object object;
    object["field"] = highlight.field;
    object["start"] = highlight.start;
    object["end"] = highlight.end;
    object["term"] = highlight.term;
    return object;
}

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
        json::array highlights;
        for (const Highlight& highlight : item.highlights) {
            highlights.push_back(highlight_json(highlight));
        }
        entry["highlights"] = std::move(highlights);
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

// Stands for every receiver of a dry run: takes everything at once.
class Printer : public Notifier {
  public:
    explicit Printer(bool as_json) : as_json_(as_json) {}

    awaitable<Answer> send(Notification notification) override {
        print(notification, as_json_);
        Answer answer;
        answer.verdict = Verdict::delivered;
        co_return answer;
    }

  private:
    bool as_json_;
};

std::shared_ptr<const Receivers> dry_receivers(const Config& config, bool as_json) {
    auto receivers = std::make_shared<Receivers>();
    for (const ReceiverConfig& receiver : config.receivers) {
        Target target;
        target.id = target_id("print", receiver.name.value, 0);
        target.receiver = receiver.name.value;
        target.kind = "print";
        target.bucket = target.id;
        target.per_second = 1e6;
        target.burst = 1'000'000;
        target.in_flight_max = 1'000;
        target.one_alert_each = true;
        target.notifier = std::make_unique<Printer>(as_json);
        receivers->add(std::move(target));
    }
    return receivers;
}

// The daemon's own parts over a store in memory and a clock that the statements drive. What leaves
// for real receivers leaves in real time.
class Replay {
  public:
    Replay(std::shared_ptr<Snapshot> snapshot, bool dry_run, bool as_json)
        : clock_(Time{}),
          snapshot_(std::move(snapshot)),
          http_(make_http_client(io_.get_executor(), system_clock_, client_options())),
          mail_(io_.get_executor()),
          store_(Database::in_memory()),
          dispatcher_(io_.get_executor(), store_, clock_, random_, metrics_),
          pipeline_(io_.get_executor(), store_, clock_, random_, metrics_, [] {}) {
        if (dry_run) {
            snapshot_->receivers = dry_receivers(snapshot_->config, as_json);
        } else {
            NotifierDeps deps;
            deps.http = http_.get();
            deps.mail = &mail_;
            deps.clock = &system_clock_;
            snapshot_->receivers = std::make_shared<const Receivers>(
                Receivers::build(snapshot_->config, with_config(deps, snapshot_->config))
            );
            dispatcher_.observe([as_json](const OutboxRow& row, const Answer& answer) {
                if (answer.verdict == Verdict::delivered) print(row.notification, as_json);
            });
        }
        dispatcher_.use(snapshot_->receivers, std::nullopt);
    }

    int run(LineReader& lines) { return run_here(io_, feed(lines)); }

  private:
    HttpClientOptions client_options() const {
        HttpClientOptions options;
        options.user_agent = user_agent(snapshot_->config);
        return options;
    }

    awaitable<int> feed(LineReader& lines) {
        std::string line;
        bool first = true;
        while (lines.next(line)) {
            std::optional<Statement> statement = read_statement(line, lines.number());
            if (!statement) continue;
            const bool timed = statement->published_at || statement->observed_at != Time{};
            Time at = statement->observed_at != Time{} ? statement->observed_at : statement->when();
            if (!timed) at = first ? system_clock_.now() : clock_.now();
            if (first) clock_.jump_to(at);
            first = false;
            co_await run_until(at);
            if (at > clock_.now()) clock_.advance_to(at);
            auto accepted = co_await take(std::move(*statement), lines.number());
            if (!accepted) {
                std::cerr << "line " << lines.number() << ": " << accepted.error().message << '\n';
                co_return exit_io;
            }
            co_await dispatcher_.drain();
        }
        // The clock runs on until nothing waits: groups, retries.
        co_await run_until(std::nullopt);
        co_return exit_ok;
    }

    awaitable<Result<Accepted>> take(Statement statement, std::size_t number) {
        Intake intake;
        if (statement.source.empty()) statement.source = "replay";
        intake.source = source_info(*snapshot_, statement.source);
        if (intake.source.kind.empty()) {
            intake.source.kind = statement.kind.empty() ? "replay" : statement.kind;
        }
        intake.account_key = intake.source.name;
        intake.max_age = snapshot_->config.global.max_age;
        for (const SourceConfig& source : snapshot_->config.sources) {
            if (source.name.value != intake.source.name) continue;
            intake.max_age = source.max_age;
            intake.ignore = source.ignore;
            intake.lang = source.lang;
        }
        if (statement.native_id.empty()) statement.native_id = "line-" + std::to_string(number);
        Batch batch;
        batch.statements.push_back(std::move(statement));
        SnapshotPtr snapshot = snapshot_;
        co_return co_await pipeline_.accept(
            std::move(snapshot), std::move(intake), std::move(batch)
        );
    }

    // Lets everything happen that is due until then (or ever).
    awaitable<void> run_until(std::optional<Time> until) {
        for (;;) {
            const std::optional<Time> due = co_await dispatcher_.next_due();
            if (!due || (until && *due > *until)) co_return;
            if (*due > clock_.now()) clock_.advance_to(*due);
            co_await dispatcher_.drain();
        }
    }

    boost::asio::io_context io_{1};
    SystemClock system_clock_;
    ManualClock clock_;
    Random random_;
    Metrics metrics_;
    std::shared_ptr<Snapshot> snapshot_;
    std::unique_ptr<HttpClient> http_;
    MailSender mail_;
    Store store_;
    Dispatcher dispatcher_;
    Pipeline pipeline_;
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
