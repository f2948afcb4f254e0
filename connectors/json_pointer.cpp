#include "connectors/json_pointer.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

Json element(Json array, std::string_view index) {
    const bool number = !index.empty() && std::all_of(index.begin(), index.end(), ascii_digit) &&
                        (index == "0" || index.front() != '0');
    std::size_t at = 0;
    if (!number) return Json();
    const auto read = std::from_chars(index.data(), index.data() + index.size(), at);
    return read.ec == std::errc() ? array.at(at) : Json();
}

}  // namespace

JsonPointer JsonPointer::parse(
    const std::string& option, std::string_view text, std::vector<OptionFault>& faults
) {
    JsonPointer pointer;
    if (!text.empty() && text.front() != '/') {
        faults.push_back({option, "a JSON Pointer begins with `/`"});
        return pointer;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '/') {
            pointer.steps_.emplace_back();
        } else if (text[at] != '~') {
            pointer.steps_.back() += text[at];
        } else if (const char next = at + 1 < text.size() ? text[at + 1] : '\0';
                   next == '0' || next == '1') {
            pointer.steps_.back() += next == '0' ? '~' : '/';
            ++at;
        } else {
            faults.push_back(
                {option,
                 "in a JSON Pointer `~` is written as `~0`, and a `/` within a name as `~1`",
                 code_points(text.substr(0, at)),
                 1}
            );
            return pointer;
        }
    }
    pointer.good_ = true;
    return pointer;
}

Json JsonPointer::find(Json root) const {
    if (!good_) return Json();
    for (const std::string& step : steps_) {
        root = root.is_array() ? element(root, step) : root[step];
    }
    return root;
}

}  // namespace spokeswatch
