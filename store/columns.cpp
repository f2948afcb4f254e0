#include "store/columns.hpp"

#include <exception>

#include <boost/json.hpp>

#include "model/highlight_json.hpp"
#include "store/connection.hpp"

namespace spokeswatch {

namespace json = boost::json;

namespace {

// Boost.JSON throws where a value is not of the type asked for. A cursor keeps what a server sent
// (an ETag is bytes), so text need not be UTF-8.
template <typename Read>
auto reading(const std::string& column, Read read) {
    try {
        json::parse_options options;
        options.allow_invalid_utf8 = true;
        return read(json::parse(column, json::storage_ptr(), options));
    } catch (const std::exception&) {
        throw StoreFault("a column holds something that is not ours");
    }
}

std::string text(const json::value& value) { return std::string(value.as_string()); }

json::object labels_to_json(const Labels& labels) {
    json::object object;
    for (const auto& [name, value] : labels) object.emplace(name, value);
    return object;
}

std::map<std::string, std::string> map_from_json(const json::value& value) {
    std::map<std::string, std::string> map;
    for (const auto& member : value.as_object())
        map.emplace(std::string(member.key()), text(member.value()));
    return map;
}

}  // namespace

std::string labels_to_column(const Labels& labels) {
    return json::serialize(labels_to_json(labels));
}

Labels labels_from_column(const std::string& column) {
    return reading(column, [](const json::value& value) { return map_from_json(value); });
}

std::string highlights_to_column(const std::vector<Highlight>& highlights) {
    return json::serialize(to_json(highlights));
}

std::vector<Highlight> highlights_from_column(const std::string& column) {
    return reading(column, [](const json::value& value) { return highlights_from_json(value); });
}

std::string matches_to_column(const std::vector<Match>& matches) {
    json::array array;
    for (const auto& match : matches) {
        json::object object;
        object.emplace("rule", match.rule);
        object.emplace("severity", to_string(match.severity));
        object.emplace("labels", labels_to_json(match.labels));
        object.emplace("highlights", to_json(match.highlights));
        array.emplace_back(std::move(object));
    }
    return json::serialize(array);
}

std::vector<Match> matches_from_column(const std::string& column) {
    return reading(column, [](const json::value& value) {
        std::vector<Match> matches;
        for (const auto& item : value.as_array()) {
            Match match;
            match.rule = text(item.at("rule"));
            match.severity = parse_severity(text(item.at("severity"))).value();
            match.labels = map_from_json(item.at("labels"));
            match.highlights = highlights_from_json(item.at("highlights"));
            matches.push_back(std::move(match));
        }
        return matches;
    });
}

std::string cursor_to_column(const Cursor& cursor) {
    json::object object;
    object.emplace("seen", json::array(cursor.seen.begin(), cursor.seen.end()));
    object.emplace("state", labels_to_json(cursor.state));
    return json::serialize(object);
}

Cursor cursor_from_column(const std::string& column) {
    return reading(column, [](const json::value& value) {
        Cursor cursor;
        const auto& object = value.as_object();
        if (const auto* seen = object.if_contains("seen"))
            for (const auto& id : seen->as_array()) cursor.seen.push_back(text(id));
        if (const auto* state = object.if_contains("state")) cursor.state = map_from_json(*state);
        return cursor;
    });
}

}  // namespace spokeswatch
