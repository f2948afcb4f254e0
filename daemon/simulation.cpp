#include "daemon/simulation.hpp"

#include <utility>

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
      arrivals_(*snapshot_),
      clock_(Time{}),
      store_(Database::in_memory()),
      dispatcher_(executor, store_, clock_, random_, metrics_),
      pipeline_(executor, store_, clock_, random_, metrics_, [this] { stirred_ = true; }),
      silences_(clock_, pipeline_, snapshot_) {
    dispatcher_.use(snapshot_->receivers, std::nullopt);
}

awaitable<Result<Accepted>> Simulation::take(Arrival arrival) {
    const Time now = system_clock_.now();
    const std::optional<Time> timed = arrival.at(now);
    const Time at = timed.value_or(started_ ? clock_.now() : now);
    if (!started_) clock_.jump_to(at);
    started_ = started_ || timed;
    co_await run_until(at);
    Intake intake = arrivals_.intake_for(arrival);
    silences_.heard(intake.source, intake.account_key);
    Batch batch;
    batch.statements.push_back(std::move(arrival.statement));
    SnapshotPtr snapshot = snapshot_;
    auto accepted =
        co_await pipeline_.accept(std::move(snapshot), std::move(intake), std::move(batch));
    if (accepted && stirred_) co_await work();
    co_return accepted;
}

awaitable<void> Simulation::work() {
    stirred_ = false;
    co_await dispatcher_.drain();
    due_ = co_await dispatcher_.next_due();
}

awaitable<void> Simulation::run_until(std::optional<Time> until) {
    if (stirred_) co_await work();
    while (true) {
        std::optional<Time> next = due_;
        const std::optional<Time> silence = until ? silences_.due() : std::nullopt;
        const bool silent = silence && (!next || *silence < *next);
        if (silent) next = silence;
        if (!next || (until && *next > *until)) break;
        if (*next > clock_.now()) clock_.advance_to(*next);
        if (silent) co_await silences_.judge();
        if (!silent || stirred_) co_await work();
    }
    if (until && *until > clock_.now()) clock_.advance_to(*until);
}

}  // namespace spokeswatch
