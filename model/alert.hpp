#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/match.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

// A matching statement inside an alert.
struct Evidence {
    std::string source;
    std::string kind;
    std::string org;
    Form form = Form::post;
    std::string native_id;
    std::int64_t revision = 1;
    std::string url;
    std::string author_handle;
    std::string author_name;
    std::string lang;
    std::string title;
    std::string text;
    std::optional<Time> published_at;
    Time observed_at{};
    std::optional<Time> edited_at;
    bool late = false;
    std::vector<Highlight> highlights;
    std::string note;  // what is remarkable about it, one line: "first use of `x` in 365d"
};

// (rule, story): opened by the first matching statement, grown by later ones. It never resolves.
struct Alert {
    std::string id;  // ULID
    std::string rule;
    Severity severity = Severity::warning;
    std::string story_id;
    std::string story_title;  // title or first sentence of the story's first statement
    Labels labels;            // the rule's, then the first source's for keys the rule has not
    Time first_seen_at{};
    std::vector<Evidence> evidence;  // oldest first
};

}  // namespace spokeswatch
