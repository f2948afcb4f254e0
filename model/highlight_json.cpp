#include "model/highlight_json.hpp"

#include <boost/json.hpp>

namespace spokeswatch {

namespace json = boost::json;

json::object to_json(const Highlight& highlight) {
    json::object out{
        {"field", highlight.field},
        {"start", highlight.start},
        {"end", highlight.end},
        {"term", highlight.term}};
    if (highlight.look_alike) out.emplace("look_alike", true);
    return out;
}

json::array to_json(const std::vector<Highlight>& highlights) {
    json::array out;
    for (const Highlight& highlight : highlights) out.emplace_back(to_json(highlight));
    return out;
}

Highlight highlight_from_json(const json::object& object) {
    Highlight out;
    out.field = object.at("field").as_string();
    out.start = object.at("start").to_number<std::size_t>();
    out.end = object.at("end").to_number<std::size_t>();
    out.term = object.at("term").as_string();
    out.look_alike = object.contains("look_alike");
    return out;
}

std::vector<Highlight> highlights_from_json(const json::value& value) {
    std::vector<Highlight> out;
    for (const json::value& one : value.as_array())
        out.push_back(highlight_from_json(one.as_object()));
    return out;
}

}  // namespace spokeswatch
