#include <array>

#include "config/explanations_tables.hpp"

// Codes of files that are not read as far as their keys.

namespace spokeswatch {

namespace {

// More levels than are allowed, in a line that can be printed.
constexpr std::string_view too_deep =
    "include: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n";

constexpr std::array table{
    Explanation{
        .code = "SW100",
        .title = "this is not YAML",
        .meaning = "The file breaks the rules of YAML at this place: a bracket or quote is open, a "
                   "line does not fit the indentation above it, or a `:` stands where none can.",
        .advice = "Look at the place that the message shows and at the line before it. Keys of one "
                  "mapping are indented alike, items of a list begin with `- `, and a text that "
                  "holds `: ` or ` #` needs quotes.",
        .wrong = "global: {timezone: UTC\n",
        .right = "global: {timezone: UTC}\n"},
    Explanation{
        .code = "SW101",
        .title = "unknown key",
        .meaning =
            "Nothing reads a key of this name at this place. It is an error and no warning: a "
            "rule with a misspelt `none` would alert on everything that it should leave out.",
        .advice = "Take the key that the message offers, or move it to where it belongs. "
                  "`spokeswatch schema --format markdown` lists all keys.",
        .wrong = "global: {poll_intervall: 60s}\n",
        .right = "global: {poll_interval: 60s}\n"},
    Explanation{
        .code = "SW102",
        .title = "a tab as indentation",
        .meaning = "YAML allows only spaces at the beginning of a line.",
        .advice = "Replace each tab by two spaces, and tell the editor to do so in YAML files.",
        .wrong = "global:\n\ttimezone: UTC\n",
        .right = "global:\n  timezone: UTC\n"},
    Explanation{
        .code = "SW103",
        .title = "a text that needs quotes",
        .meaning =
            "A text cannot begin with @, %, a back quote or #, and cannot hold a `?` between "
            "brackets: these signs mean something to YAML.",
        .advice = "Put the text in single quotes.",
        .wrong =
            "receivers: [{name: desk, slack_configs: [{api_url_file: webhook, channel: #desk}]}]\n",
        .right = "receivers: [{name: desk, slack_configs: [{api_url_file: webhook, channel: "
                 "'#desk'}]}]\n"},
    Explanation{
        .code = "SW104",
        .title = "full-width punctuation or odd spaces",
        .meaning =
            "A Chinese or Japanese keyboard wrote `：`, `，` or a wide space where YAML needs "
            "its own sign, so the key or the list is not seen as one.",
        .advice = "Replace it by `: `, `, ` or spaces. If it belongs to the text, quote the text.",
        .wrong = "concepts:\n  - name: visit\n    terms:\n      zh：[国事访问]\n",
        .right = "concepts:\n  - name: visit\n    terms:\n      zh: [国事访问]\n"},
    Explanation{
        .code = "SW105",
        .title = "a key stands twice",
        .meaning =
            "One mapping holds the same key twice. Other programs take the first or the last "
            "without a word.",
        .advice = "Remove one of the two; the message shows both places.",
        .wrong = "global:\n  max_age: 12h\n  max_age: 24h\n",
        .right = "global:\n  max_age: 24h\n"},
    Explanation{
        .code = "SW106",
        .title = "not UTF-8, or a control character",
        .meaning = "The file is in another encoding, or holds a character that no keyboard writes.",
        .advice = "Save the file as UTF-8 and remove the character.",
        .wrong = "global: {contact: \"desk\x07\"}\n",
        .right = "global: {contact: \"desk\"}\n"},
    Explanation{
        .code = "SW107",
        .title = "too large, too deep, too many",
        .meaning =
            "The file is beyond what a configuration ever needs: 8 MiB, 64 levels, a million "
            "values with aliases counted each time, 4,096 files.",
        .advice = "Split the file, or write the repetition in another way.",
        .wrong = too_deep,
        .right = "include: [other.yml]\n"},
    Explanation{
        .code = "SW108",
        .title = "a feature of YAML that is not used here",
        .meaning =
            "Merge keys (`<<`), tags (`!x`), a second document in one file and a bare key `on` "
            "mean different things to different programs.",
        .advice = "Write the keys out; make two files of two documents.",
        .wrong = "global: &common {max_age: 12h}\nstorage:\n  <<: *common\n",
        .right = "global: {max_age: 12h}\n"},
    Explanation{
        .code = "SW109",
        .title = "a configuration file cannot be read",
        .meaning =
            "A file that is named is not there, is no regular file, or may not be read by the "
            "user that runs the program.",
        .advice =
            "Correct the name or the permissions. A file that need not be there is named by a "
            "pattern: `conf.d/*.yml`.",
        .wrong = "include: [missing.yml]\n",
        .right = "include: [other.yml]\n"},
};

}  // namespace

std::span<const Explanation> explained_syntax() { return table; }

}  // namespace spokeswatch
