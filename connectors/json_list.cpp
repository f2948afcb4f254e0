#include "connectors/json_list.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/ascii.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "connectors/node.hpp"
#include "text/date_format.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t title_bytes_max = 4096;

Json value_of(const std::optional<JsonPointer>& place, Json item) {
    return place ? place->find(item) : Json();
}

// Text that nobody says the type of.
std::string plain_text(const std::string& text) {
    return clean_text(looks_like_html(text) ? html_to_text(text).text : keep_lines(text));
}

std::optional<ParsedDate> from_unix(std::string_view text, double per_second) {
    double number = 0;
    const char* last = text.data() + text.size();
    const auto read = std::from_chars(text.data(), last, number);
    constexpr double latest = 7'258'118'400;  // 2200
    if (read.ec != std::errc() || read.ptr != last || !(number >= 0)) return std::nullopt;
    if (number / per_second >= latest) return std::nullopt;
    ParsedDate date;
    date.time = Time(std::chrono::microseconds(std::llround(number / per_second * 1e6)));
    const bool whole = date.time == std::chrono::floor<std::chrono::seconds>(date.time);
    date.precision = whole ? Precision::s : Precision::us;
    date.zone_given = true;
    return date;
}

std::optional<ParsedDate> read_time(Json value, const JsonSettings& settings) {
    const std::string written = value.text();
    const std::string_view text = trim(written);
    if (text.empty()) return std::nullopt;
    const std::string& format = settings.time_format;
    if (format == "unix") return from_unix(text, 1);
    if (format == "unix_ms") return from_unix(text, 1e3);
    if (format == "rfc3339") {
        const auto time = parse_time(text);
        if (!time) return std::nullopt;
        return parse_date_in_zone(text, settings.timezone);
    }
    if (format != "auto") return parse_date_format(text, format, settings.timezone);
    const bool digits = std::all_of(text.begin(), text.end(), ascii_digit);
    if (digits && text.size() == 13) return from_unix(text, 1e3);
    if (digits && text.size() == 16) return from_unix(text, 1e6);
    if ((digits && text.size() == 10) || (!digits && value.number())) return from_unix(text, 1);
    return parse_date_in_zone(text, settings.timezone);
}

std::string address_of(Json item, const std::string& base, const JsonSettings& settings) {
    std::string written = value_of(settings.link, item).text();
    if (written.empty()) {
        for (const JsonSettings::Part& part : settings.address_template) {
            written += part.text;
            if (!part.value) continue;
            const std::string value = part.value->find(item).text();
            if (value.empty()) return {};
            written += percent_encode(value, url_value_signs);
        }
    }
    if (trim(written).empty()) return {};
    const auto resolved = resolve_url(base, trim(written));
    return resolved ? kept_link(plain_url(*resolved)) : std::string();
}

void set_media(Statement& statement, Json media, const std::string& base) {
    std::vector<Json> all = media.is_array() ? media.items() : std::vector<Json>(1, media);
    for (const Json& one : all) {
        std::string written = one.text();
        for (const char* key : {"url", "src", "imageUrl"}) {
            if (written.empty()) written = one[key].text();
        }
        if (written.empty() || statement.media.size() == list_max) continue;
        const auto url = resolve_url(base, written);
        if (!url || kept_link(*url).empty()) continue;
        Media medium;
        medium.kind = "photo";
        medium.url = *url;
        statement.media.push_back(std::move(medium));
    }
}

void set_text(Statement& statement, Json item, const std::string& base, const JsonSettings& s) {
    const std::string markup = value_of(s.html, item).text();
    if (!markup.empty()) {
        HtmlText read = html_to_text(markup);
        statement.text = clean_text(read.text);
        statement.html = std::move(read.html);
        for (const std::string& href : read.links) {
            const auto url = resolve_url(base, href);
            if (url) add_unique(statement.links, kept_link(*url));
        }
    }
    const std::string text = plain_text(value_of(s.text, item).text());
    if (!text.empty()) statement.text = text;
}

// nullopt: it has nothing to be known by, or says nothing.
std::optional<Statement> read_item(
    const std::string& key, Json item, const std::string& base, const JsonSettings& settings
) {
    Statement statement;
    statement.url = address_of(item, base, settings);
    statement.native_id = one_line(value_of(settings.id, item).id());
    if (!settings.id) statement.native_id = key;
    if (statement.native_id.empty()) statement.native_id = statement.url;
    if (statement.native_id.empty()) return std::nullopt;
    if (value_of(settings.deleted, item).flag()) return statement;

    const std::string title = value_of(settings.title, item).text();
    statement.title = cut_text(
        clean_title(looks_like_html(title) ? html_to_text(title).text : title), title_bytes_max
    );
    statement.form = settings.title ? Form::article : Form::post;
    set_text(statement, item, base, settings);
    if (statement.title.empty() && statement.text.empty()) return std::nullopt;
    set_media(statement, value_of(settings.media, item), base);
    statement.author_name = clean_title(value_of(settings.author, item).text());
    if (const auto date = read_time(value_of(settings.published, item), settings)) {
        statement.published_at = date->time;
        statement.published_precision = date->precision;
    }
    const auto edited = read_time(value_of(settings.edited, item), settings);
    if (edited && (!statement.published_at || edited->time > *statement.published_at)) {
        statement.edited_at = edited->time;
        statement.edited = true;
    }
    const std::string lang = value_of(settings.language, item).text();
    statement.lang = canonical_language(settings.lang.empty() ? lang : settings.lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = item.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

std::optional<Error> failure(Json root, const JsonSettings& settings) {
    const Json mark = value_of(settings.error, root);
    const std::string text = mark.text();
    bool failed = false;
    if (settings.error_value) {
        failed = text == *settings.error_value || (mark.flag() && *settings.error_value == "true");
    } else {
        failed = !text.empty() || mark.flag() || mark.is_object() || mark.is_array();
    }
    if (!failed) return std::nullopt;
    return Error{
        ErrorKind::server, "the answer says, at `" + settings.error_place + "`, that it failed"};
}

// Items and their keys; an array has none.
std::vector<std::pair<std::string, Json>> items_of(Json list) {
    if (list.is_object()) return list.members();
    std::vector<std::pair<std::string, Json>> items;
    for (const Json& item : list.items()) items.emplace_back("", item);
    return items;
}

}  // namespace

Result<JsonList> parse_json_list(
    std::string_view body, const std::string& base, const JsonSettings& settings
) {
    auto document = parse_json(body, "a list of items", LongIntegers::as_text);
    if (!document) return document.error();
    const Json root = document->root();
    if (auto failed = failure(root, settings)) return *failed;
    const Json list = settings.items.find(root);
    if (!list.is_array() && !list.is_object()) {
        return Error{
            ErrorKind::malformed,
            "expected a list at `items`, got something else: the answer may have changed"};
    }
    JsonList out;
    std::size_t count = 0;
    std::set<std::string> known;
    for (const auto& [key, item] : items_of(list)) {
        if (++count > statements_max) {
            out.page.cut = true;
            break;
        }
        auto statement = read_item(key, item, base, settings);
        if (!statement) {
            ++out.skipped;
        } else if (value_of(settings.deleted, item).flag()) {
            out.deleted.insert(statement->native_id);
        } else if (known.insert(statement->native_id).second) {
            out.page.statements.push_back(std::move(*statement));
        }
    }
    if (2 * out.skipped > count) {
        return Error{
            ErrorKind::malformed,
            std::to_string(out.skipped) + " of " + std::to_string(count) +
                " items have no id or no text: the answer may have changed"};
    }
    out.page.next = value_of(settings.next, root).text();
    if (settings.next_param.empty() && !out.page.next.empty()) {
        const auto next = resolve_url(base, out.page.next);
        out.page.next = next ? kept_link(*next) : std::string();
    }
    if (out.page.next.size() > link_bytes_max) out.page.next.clear();
    return out;
}

}  // namespace spokeswatch
