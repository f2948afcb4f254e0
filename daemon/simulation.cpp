#include "daemon/simulation.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/input.hpp"

namespace spokeswatch {

namespace {

// Takes everything at once.
class Teller : public Notifier {
  public:
    explicit Teller(std::function<void(const Notification&)> told) : told_(std::move(told)) {}

    awaitable<Answer> send(Notification notification) override {
        told_(notification);
        Answer answer;
        answer.verdict = Verdict::delivered;
        co_return answer;
    }

  private:
    std::function<void(const Notification&)> told_;
};

}  // namespace

std::shared_ptr<const Receivers> receivers_that_tell(
    const Config& config, const std::function<void(const Notification&)>& told
) {
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
        target.notifier = std::make_unique<Teller>(told);
        receivers->add(std::move(target));
    }
    return receivers;
}

Simulation::Simulation(
    boost::asio::any_io_executor executor, std::shared_ptr<const Snapshot> snapshot
)
    : snapshot_(std::move(snapshot)),
      clock_(Time{}),
      store_(Database::in_memory()),
      dispatcher_(executor, store_, clock_, random_, metrics_),
      pipeline_(executor, store_, clock_, random_, metrics_, [this] { stirred_ = true; }),
      silences_(clock_, pipeline_, [this] { return listened_sources(); }) {
    for (const SourceConfig& source : snapshot_->config.sources)
        sources_.emplace(source.name.value, &source);
    dispatcher_.use(snapshot_->receivers, std::nullopt);
    silences_.use(snapshot_);
}

SourceInfo Simulation::source_of(const Arrival& arrival) const {
    const Statement& statement = arrival.statement;
    SourceInfo source =
        source_info(*snapshot_, statement.source.empty() ? "replay" : statement.source);
    if (source.kind.empty()) source.kind = statement.kind.empty() ? "replay" : statement.kind;
    if (arrival.labels) source.labels = *arrival.labels;
    return source;
}

Intake Simulation::intake_for(const Arrival& arrival) const {
    Intake intake;
    intake.source = source_of(arrival);
    intake.account_key = intake.source.name;
    intake.baseline = arrival.first_poll;
    intake.max_age = snapshot_->config.global.max_age;
    const auto source = sources_.find(intake.source.name);
    if (source != sources_.end()) {
        intake.max_age = source->second->max_age;
        intake.backfill = source->second->backfill;
        intake.ignore = source->second->ignore;
        intake.lang = source->second->lang;
    }
    return intake;
}

awaitable<Result<Accepted>> Simulation::take(Arrival arrival) {
    const Statement& statement = arrival.statement;
    const bool timed = statement.published_at || statement.observed_at != Time{};
    Time at = statement.observed_at != Time{} ? statement.observed_at : statement.when();
    if (!timed) at = started_ ? clock_.now() : system_clock_.now();
    if (!started_) clock_.jump_to(at);
    started_ = true;
    co_await run_until(at);
    Intake intake = intake_for(arrival);
    if (heard_.emplace(intake.source.name, intake.source).second) silence_due_ = at;
    taken_.emplace(intake.source.name, statement.native_id);
    Batch batch;
    batch.statements.push_back(std::move(arrival.statement));
    SnapshotPtr snapshot = snapshot_;
    auto accepted =
        co_await pipeline_.accept(std::move(snapshot), std::move(intake), std::move(batch));
    if (accepted && stirred_) co_await work();
    co_return accepted;
}

bool Simulation::concerns(const Arrival& arrival) const {
    const SourceInfo source = source_of(arrival);
    // What nobody looks for is history, too.
    if (!snapshot_->watches.empty()) return true;
    return taken_.contains({source.name, arrival.statement.native_id}) ||
           !snapshot_->rules.match(arrival.statement, &source).empty();
}

awaitable<void> Simulation::work() {
    stirred_ = false;
    co_await dispatcher_.drain();
    due_ = co_await dispatcher_.next_due();
}

std::vector<Listened> Simulation::listened_sources() const {
    std::vector<Listened> all;
    for (const auto& [name, source] : heard_) {
        Listened& one = all.emplace_back();
        one.source = source;
        one.account_key = name;
        one.read_at = clock_.now();
    }
    return all;
}

awaitable<void> Simulation::judge_silences() {
    auto next = co_await silences_.judge_due();
    if (!next) log_warn("silences were not judged", {{"error", next.error().message}});
    silence_due_ = next ? *next : std::nullopt;
    if (stirred_) co_await work();
}

awaitable<void> Simulation::run_until(std::optional<Time> until) {
    if (stirred_) co_await work();
    for (;;) {
        std::optional<Time> next = due_;
        const bool silence = until && silence_due_ && (!next || *silence_due_ < *next);
        if (silence) next = silence_due_;
        if (!next || (until && *next > *until)) break;
        if (*next > clock_.now()) clock_.advance_to(*next);
        if (silence)
            co_await judge_silences();
        else
            co_await work();
    }
    if (until && *until > clock_.now()) clock_.advance_to(*until);
}

}  // namespace spokeswatch
