#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace spokeswatch {

// What a statement is. Its name in YAML, JSON and the store is the enumerator's.
enum class Form { post, reply, repost, quote, article, service };

std::string_view to_string(Form form);
std::optional<Form> parse_form(std::string_view text);

// How exact `published_at` is, and whether it came from the source.
enum class Precision { us, s, min, day, guessed };
std::string_view to_string(Precision precision);
std::optional<Precision> parse_precision(std::string_view text);

struct Media {
    std::string kind;  // photo video audio document poll link
    std::string url;
    std::string thumb;
    std::string alt;
    std::string mime;
    std::optional<int> w, h;
    std::optional<double> duration_s;

    bool operator==(const Media&) const = default;
};

// Another statement that this one points at. Its words are another speaker's: rules read `text`
// only when they say so.
struct Reference {
    std::string native_id;
    std::string url;
    std::string author_handle;
    std::string author_name;
    std::string text;

    bool operator==(const Reference&) const = default;
};

// One post, article or release, as a connector hands it over; nothing source-specific outside
// `raw`. All text is valid UTF-8. An empty string means "not given".
struct Statement {
    std::string source;       // name of the source in the configuration
    std::string kind;         // kind of the source: feed, telegram_web, ...
    std::string account_key;  // the id that survives a rename; never the handle alone
    std::string native_id;    // always text; at most 1 KiB (longer: SHA-256 in hex)
    Form form = Form::post;

    std::string url;
    std::string author_handle;  // without @
    std::string author_name;
    std::string author_id;

    std::string title;    // at most 4 KiB
    std::string text;     // plain text, at most 256 KiB: what rules match
    std::string html;     // the source's markup of `text`, allow-list only; may be empty
    std::string spoiler;  // content warning; matched before `text`

    std::string lang;            // BCP 47; empty = unknown
    bool lang_declared = false;  // false: detected from the text

    std::optional<Time> published_at;  // the source's clock
    Precision published_precision = Precision::s;
    std::optional<Time> edited_at;  // the source's clock
    bool edited = false;            // the source says it was edited (perhaps without a time)
    Time observed_at{};             // our clock at arrival: decides "new" and the order inside

    std::vector<Media> media;
    std::vector<std::string> links;     // expanded targets
    std::vector<std::string> tags;      // hashtags without sign, as written
    std::vector<std::string> mentions;  // handles without sign, as written
    std::optional<Reference> reply_to;
    std::optional<Reference> repost_of;
    std::optional<Reference> quote_of;

    bool partial = false;  // the source withheld or cut part of it
    bool late = false;     // read while catching up after a gap

    std::string raw;  // payload slice as received; at most 256 KiB

    // What is shown and compared as "when": published_at, else observed_at.
    [[nodiscard]] Time when() const { return published_at.value_or(observed_at); }
};

// The data verbs' JSON (one line, no line break); unknown = key absent.
// `raw` and `html` are left out unless asked for.
std::string to_json(const Statement& statement, bool with_html = false);

// Reads what to_json writes, and any hand-written subset. The message says what is wrong with it.
struct StatementInput {
    std::optional<Statement> statement;
    std::string problem;      // empty when `statement` is set
    bool text_given = false;  // "text" was a key
    bool html_given = false;  // "html" was a key
    bool source_given = false;
    std::optional<Time> deleted_at;
};
StatementInput statement_from_json(std::string_view json);

}  // namespace spokeswatch
