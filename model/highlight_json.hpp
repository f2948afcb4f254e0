#pragma once

#include <vector>

#include "model/match.hpp"

namespace boost::json {
class array;
class object;
class value;
}  // namespace boost::json

namespace spokeswatch {

// {"field", "start", "end", "term"}, and {"look_alike": true} where it is so.
boost::json::object to_json(const Highlight& highlight);
boost::json::array to_json(const std::vector<Highlight>& highlights);

// Throws what Boost.JSON throws for what is none.
Highlight highlight_from_json(const boost::json::object& object);
std::vector<Highlight> highlights_from_json(const boost::json::value& value);

}  // namespace spokeswatch
