#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/feed_parse.hpp"
#include "connectors/node.hpp"
#include "model/statement.hpp"
#include "text/date.hpp"

// What RSS, Atom and JSON Feed have in common: the words of an item before they are a Statement,
// and the steps from there.

namespace spokeswatch {

enum class FeedTextType {
    plain,   // as it stands, line breaks included
    html,    // markup
    unsaid,  // RSS: markup if it looks like markup, else text that is reflowed
};

struct FeedText {
    std::string value;
    FeedTextType type = FeedTextType::unsaid;
    std::string base;  // for relative links inside
    std::string lang;  // xml:lang that holds for it
};

struct FeedItem {
    std::string native_id;  // empty: made from what the item says
    std::string url;        // absolute where that was possible
    FeedText title;
    FeedText body;
    std::string published;  // dates as written
    std::string edited;
    std::string author_name;
    std::string lang;  // declared, as written
    std::vector<Media> media;
    std::vector<std::string> links;  // absolute
    std::vector<std::string> tags;
    std::string raw;
};

// Text and markup resolved, dates read, limits applied, language found.
Statement finish(FeedItem item, const FeedContext& context);

// A date as written, in the source's time zone where it names none.
std::optional<ParsedDate> read_date(std::string_view text, const FeedContext& context);

// Titles that were escaped once too often: decoded again when most titles of the feed still hold a
// reference.
void mend_titles(std::vector<Statement>& statements);

// Positions of the `statements_max` newest, in their old order. An item without a date counts as
// new.
std::vector<std::size_t> newest(const std::vector<std::optional<Time>>& times);

// `link` against `base`; as written when that gives no URL. Empty for a scheme that runs code or
// reads files when a reader follows it.
std::string resolve_link(const std::string& base, std::string_view link);

// What RSS and Atom borrow from the same vocabularies: Media RSS (groups included), dc:subject, and
// the address behind a counting redirect of FeedBurner, which becomes the first link.
void read_extensions(Node node, const FeedContext& context, FeedItem& item);
// Image, video, audio or document, by MIME type, else by `medium`.
std::string media_kind(std::string_view mime, std::string_view medium = {});

}  // namespace spokeswatch
