#include <algorithm>
#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "daemon/client.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/run_here.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

// The receivers of a configuration with clients of their own, for a verb.
struct Sending {
    explicit Sending(Snapshot& snapshot)
        : http(make_http_client(io.get_executor(), clock, client_options(snapshot.config))),
          mail(io.get_executor()) {
        NotifierDeps deps;
        deps.http = http.get();
        deps.mail = &mail;
        deps.clock = &clock;
        receivers = Receivers::build(snapshot.config, with_config(deps, snapshot.config));
    }

    static HttpClientOptions client_options(const Config& config) {
        HttpClientOptions options;
        options.user_agent = user_agent(config);
        return options;
    }

    boost::asio::io_context io{1};
    SystemClock clock;
    Random random;
    std::unique_ptr<HttpClient> http;
    MailSender mail;
    Receivers receivers;
};

Notification test_notification(const Target& target, Random& random, Time now) {
    Evidence evidence;
    evidence.source = "spokeswatch";
    evidence.kind = "test";
    evidence.org = "spokeswatch";
    evidence.native_id = "test";
    evidence.url = "https://example.org/test";
    evidence.lang = "en";
    evidence.text =
        "This is a test of a receiver. A real alert looks the same: \"state visit\" would be "
        "marked.";
    evidence.published_at = now;
    evidence.observed_at = now;
    const std::string marked = "state visit";
    Highlight highlight;
    highlight.field = "text";
    highlight.start = evidence.text.find(marked);
    highlight.end = highlight.start + marked.size();
    highlight.term = marked;
    evidence.highlights.push_back(highlight);

    NotifiedAlert notified;
    notified.changed.push_back(Change::created);
    notified.alert.id = random.id(now);
    notified.alert.rule = "test";
    notified.alert.severity = Severity::info;
    notified.alert.story_id = random.id(now);
    notified.alert.story_title = "Test of receiver " + target.receiver;
    notified.alert.first_seen_at = now;
    notified.alert.evidence.push_back(std::move(evidence));

    Notification notification;
    notification.key = "sw-" + notified.alert.id + "-" + target.id + "-1";
    notification.receiver = target.receiver;
    notification.target = target.id;
    notification.created_at = now;
    notification.test = true;
    notification.alerts.push_back(std::move(notified));
    return notification;
}

awaitable<bool> send_all(std::vector<const Target*> targets, Sending& sending) {
    bool all_good = true;
    for (const Target* target : targets) {
        Notification notification = test_notification(*target, sending.random, sending.clock.now());
        const Answer answer = co_await target->notifier->send(std::move(notification));
        const bool good = answer.verdict == Verdict::delivered;
        all_good = all_good && good;
        std::cout << target->kind << "  " << target->address << "  " << to_string(answer.verdict);
        if (!answer.detail.empty()) std::cout << "  " << printable(answer.detail, 300);
        std::cout << '\n';
    }
    co_return all_good;
}

}  // namespace

int run_receivers_list(const CommonOptions& common) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_config;
    const Sending sending(*snapshot);
    for (const std::string& name : sending.receivers.names()) {
        const auto targets = sending.receivers.targets_of(name);
        if (targets.empty() && !common.json) std::cout << name << "  (sends nothing)\n";
        for (const Target* target : targets) {
            if (common.json) {
                json::object object;
                object["receiver"] = name;
                object["kind"] = target->kind;
                object["target"] = target->id;
                object["address"] = target->address;
                std::cout << json::serialize(object) << '\n';
            } else {
                std::cout << name << "  " << target->kind << "  " << target->address << '\n';
            }
        }
    }
    return exit_ok;
}

int run_receivers_test(const CommonOptions& common, const std::string& name) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_config;
    Sending sending(*snapshot);
    if (!sending.receivers.has(name)) {
        const std::string near = nearest(name, sending.receivers.names());
        std::cerr << "spokeswatch: no receiver is named `" << printable(name) << '`'
                  << (near.empty() ? "" : "; did you mean `" + near + "`?") << '\n';
        return exit_usage;
    }
    auto targets = sending.receivers.targets_of(name);
    if (targets.empty()) {
        std::cerr << "spokeswatch: receiver `" << name << "` sends nothing\n";
        return exit_no;
    }
    const bool all_good = run_here(sending.io, send_all(std::move(targets), sending));
    return all_good ? exit_ok : exit_no;
}

int run_receivers_resume(const CommonOptions& common, const std::string& name) {
    DaemonClient client(common);
    if (!client.good()) return exit_config;
    json::object body;
    body["name"] = name;
    return client.change("/api/v1/receivers/resume", json::serialize(body));
}

}  // namespace spokeswatch
