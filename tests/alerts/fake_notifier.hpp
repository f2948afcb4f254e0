#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "alerts/receivers.hpp"

namespace spokeswatch::testing {

// What a target was sent and what it says to that, kept outside the target so that a test can look.
struct FakeService {
    std::deque<Answer> answers;  // empty: delivered
    std::vector<Notification> sent;
    std::function<void(const Notification&)> on_send;

    void say(Verdict verdict, std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
        Answer answer;
        answer.verdict = verdict;
        answer.detail = std::string(to_string(verdict));
        answer.retry_after = retry_after;
        answers.push_back(std::move(answer));
    }
};

class FakeNotifier : public Notifier {
  public:
    explicit FakeNotifier(std::shared_ptr<FakeService> service) : service_(std::move(service)) {}

    awaitable<Answer> send(Notification notification) override {
        service_->sent.push_back(notification);
        if (service_->on_send) service_->on_send(notification);
        Answer answer;
        answer.verdict = Verdict::delivered;
        answer.remote_id = "remote-" + std::to_string(service_->sent.size());
        if (!service_->answers.empty()) {
            answer = service_->answers.front();
            service_->answers.pop_front();
        }
        co_return answer;
    }

  private:
    std::shared_ptr<FakeService> service_;
};

inline Target fake_target(
    const std::string& receiver, const std::string& id, std::shared_ptr<FakeService> service
) {
    Target target;
    target.id = id;
    target.receiver = receiver;
    target.kind = "fake";
    target.bucket = id;
    target.per_second = 1000;
    target.burst = 1000;
    target.in_flight_max = 10;
    target.give_up_after = std::chrono::hours(24);
    target.notifier = std::make_unique<FakeNotifier>(std::move(service));
    return target;
}

}  // namespace spokeswatch::testing
