#include "daemon/demo/outcome.hpp"

#include <map>
#include <set>

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

}  // namespace

Outcome judge(const Script& script, const Press& press, const Inbox& inbox) {
    std::map<std::string, std::set<std::string>> expected;  // url -> rules
    std::set<std::string> all;
    for (const Post& post : script.before) all.insert(press.post_url(post.outlet, post.id));
    std::size_t pairs = 0;
    for (const Step& step : script.steps) {
        if (step.kind != StepKind::publish && step.kind != StepKind::edit) continue;
        const std::string url = press.post_url(step.outlet, step.post.id);
        all.insert(url);
        expected[url].insert(step.rules.begin(), step.rules.end());
        pairs += step.rules.size();
    }

    Outcome outcome;
    std::size_t missed = 0;
    std::string lines;
    const auto problem = [&](const std::string& line) {
        ++outcome.problems;
        lines += "  " + line + '\n';
    };
    std::size_t webhooks = 0;
    for (const std::string& url : all) {
        const std::size_t wanted = expected[url].size();
        std::map<std::string, std::size_t> told;  // by receiver: messages that name it
        for (const Received& received : inbox.all()) {
            const std::size_t named = received.receiver == "webhook"
                                          ? static_cast<std::size_t>(std::count(
                                                received.urls.begin(), received.urls.end(), url
                                            ))
                                          : (occurrences(received.text, url) > 0 ? 1 : 0);
            told[received.receiver] += named;
        }
        webhooks += told["webhook"];
        for (const char* receiver : {"webhook", "slack", "email"}) {
            const std::size_t count = told[receiver];
            if (count < wanted) ++missed;
            if (count < wanted)
                lines += std::string("  ") + receiver + " was not told of " + url + '\n';
            if (count > wanted) {
                problem(
                    std::string(receiver) +
                    (wanted == 0 ? " was told of " : " was told twice of ") + url
                );
            }
        }
    }
    for (const std::string& complaint : inbox.complaints()) problem(complaint);
    outcome.complete = missed == 0;
    outcome.text = std::to_string(pairs) + " announcements expected, " + std::to_string(webhooks) +
                   " told by webhook; " + std::to_string(inbox.all().size()) +
                   " messages over three receivers; " + std::to_string(missed) + " missed, " +
                   std::to_string(outcome.problems) + " wrong\n" + lines;
    return outcome;
}

}  // namespace spokeswatch::demo
