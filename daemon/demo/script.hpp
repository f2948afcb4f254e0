#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"

// What happened from 17 to 22 March 2023, written by hand from public facts; the wording of every
// outlet is ours.

namespace spokeswatch::demo {

enum class OutletForm { telegram, rss, rss_gb18030, atom, json_feed };

struct Outlet {
    std::string source;  // name of the source in the demo's configuration
    OutletForm form;
    std::string org, country, tier, lang;
    std::string title;  // of the channel or feed
};

struct Post {
    std::string outlet;  // Outlet::source
    std::string id;
    Time published{};
    std::string shown_date;  // what the outlet writes where that is wrong; empty: `published`
    std::string title;       // feeds
    std::string text;
    std::string edited_text;  // replaces `text` by the step that edits it
};

enum class StepKind { publish, edit, fail_429, fail_503 };

struct Step {
    StepKind kind = StepKind::publish;
    std::string outlet;
    Post post;                       // publish: the new one; edit: its id names the old one
    std::vector<std::string> rules;  // that must alert on it, once
    std::string story;               // more than a step with one: these are one story
};

struct Script {
    std::string critical_rule;  // Slack hears of this rule's alerts alone
    std::vector<Outlet> outlets;
    std::vector<Post> before;  // stand there when the daemon starts: must stay silent
    std::vector<Step> steps;
};

Script march_2023();

}  // namespace spokeswatch::demo
