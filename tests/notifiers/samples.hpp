#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "notifiers/kinds.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/run.hpp"

namespace spokeswatch::testing {

inline constexpr std::string_view seed_text =
    "At the invitation of President Vladimir Putin, President Xi Jinping will pay a state visit to "
    "Russia from March 20 to 22";

// The spokesperson's announcement of 17 March 2023, seen eleven seconds later, "state visit"
// marked.
Evidence seed_evidence();
NotifiedAlert seed_alert();
// About `alert`, made at 09:03:12 UTC for target "slack-0123456789".
Notification notification_of(NotifiedAlert alert);
// An update of the seed's alert: Kremlin says the same, and severity rises.
Notification follow_up();
// Text by an author who wants to break out of every format there is.
Notification hostile();

// A highlight of `term` in field `text`, where it stands there first.
Highlight highlight_of(const std::string& text, const std::string& term);

// One row of a table of answers.
struct AnswerRow {
    std::string name;
    int status = 0;
    Headers headers;
    std::string body;
    Verdict verdict = Verdict::retry;
    std::optional<std::chrono::milliseconds> retry_after;
};
std::vector<AnswerRow> read_answer_rows(const std::string& json);

// An alert of the recorded set as a notification; the terms it names are highlighted.
Notification read_alert(const std::string& json);

// One notifier over a fake network and a clock that stands at 09:03:12 UTC on 17 March 2023.
class Bench {
  public:
    Bench() : clock(*parse_time("2023-03-17T09:03:12Z")) {
        deps.http = &http;
        deps.clock = &clock;
        deps.external_url = "https://watch.example.org/";
        deps.timezone = "Europe/Berlin";
    }
    void make(MakeTargets* make_targets, const Options& options) {
        TargetConfig config;
        config.options = options;
        targets = make_targets("desk", config, 0, deps);
    }
    Answer send(Notification notification) {
        return run(io, targets.at(0).notifier->send(std::move(notification)));
    }
    [[nodiscard]] const HttpRequest& request() const { return http.requests.back(); }

    boost::asio::io_context io;
    ManualClock clock;
    FakeHttp http;
    NotifierDeps deps;
    std::vector<Target> targets;
};

}  // namespace spokeswatch::testing
