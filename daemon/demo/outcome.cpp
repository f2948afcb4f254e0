#include "daemon/demo/outcome.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace spokeswatch::demo {

namespace {

std::size_t occurrences(const std::string& text, const std::string& url) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(url, at)) != std::string::npos; at += url.size()) {
        // ".../10" stands in ".../104" as well: the address must end here.
        const std::size_t end = at + url.size();
        if (end >= text.size() || !isalnum(static_cast<unsigned char>(text[end]))) ++count;
    }
    return count;
}

// What must be told of one statement.
struct Expected {
    std::set<std::string> rules;
    bool update = false;  // its story was told before: it grows an alert
};

std::map<std::string, Expected> expected_by_url(const Script& script, const Press& press) {
    std::map<std::string, Expected> expected;
    std::set<std::string> stories;
    for (const Post& post : script.before) expected[press.post_url(post.outlet, post.id)];
    for (const Step& step : script.steps) {
        if (step.kind != StepKind::publish && step.kind != StepKind::edit) continue;
        Expected& statement = expected[press.post_url(step.outlet, step.post.id)];
        statement.rules.insert(step.rules.begin(), step.rules.end());
        if (!step.story.empty()) statement.update = !stories.insert(step.story).second;
    }
    return expected;
}

// How often a statement was told to `receiver`, and what is wrong with how.
std::size_t times_told(
    const Inbox& inbox,
    const std::string& receiver,
    const std::string& url,
    const Expected& expected,
    std::vector<std::string>& wrong
) {
    std::size_t told = 0;
    for (const Received& received : inbox.all()) {
        if (received.receiver != receiver) continue;
        if (receiver != "webhook") {
            told += occurrences(received.text, url) > 0 ? 1 : 0;
            continue;
        }
        const auto named = std::count(received.urls.begin(), received.urls.end(), url);
        told += static_cast<std::size_t>(named);
        if (named == 0) continue;
        if (!expected.rules.contains(received.rule))
            wrong.push_back(received.rule + " told of " + url);
        if (received.update != expected.update) wrong.push_back("wrong kind of message on " + url);
    }
    return told;
}

}  // namespace

Outcome judge(const Script& script, const Press& press, const Inbox& inbox) {
    Outcome outcome;
    std::size_t announcements = 0;
    std::size_t by_webhook = 0;
    std::size_t missed = 0;
    std::vector<std::string> wrong = inbox.complaints();
    std::string lines;
    for (const auto& [url, expected] : expected_by_url(script, press)) {
        announcements += expected.rules.size();
        for (const std::string receiver : {"webhook", "slack", "email"}) {
            const std::size_t wanted = receiver == "slack"
                                           ? expected.rules.count(script.critical_rule)
                                           : expected.rules.size();
            const std::size_t told = times_told(inbox, receiver, url, expected, wrong);
            if (receiver == "webhook") by_webhook += told;
            if (told < wanted) {
                ++missed;
                lines += "  " + receiver + " was not told of " + url + '\n';
            }
            if (told > wanted) wrong.push_back(receiver + " was told too often of " + url);
        }
    }
    for (const std::string& line : wrong) lines += "  " + line + '\n';
    outcome.complete = missed == 0;
    outcome.problems = wrong.size();
    outcome.text = std::to_string(announcements) + " announcements expected, " +
                   std::to_string(by_webhook) + " told by webhook; " +
                   std::to_string(inbox.all().size()) + " messages over three receivers; " +
                   std::to_string(missed) + " missed, " + std::to_string(outcome.problems) +
                   " wrong\n" + lines;
    return outcome;
}

}  // namespace spokeswatch::demo
