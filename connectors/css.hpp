#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// CSS selectors as XPath 1.0, for documents of HTML.
//
// Known: type, *, .class, #id, [a] and [a=v] with ~= ^= $= *= |= and the flag i, descendants, > +
// ~, groups, :not() :has() :is(), :first-child :last-child :nth-child(an+b), and behind a type
// :nth-of-type(an+b) :first-of-type; :contains("...") and :root.

namespace spokeswatch {

inline constexpr std::size_t selector_bytes_max = 4096;
inline constexpr int selector_depth_max = 8;  // of brackets of :not(), :has(), :is()

struct SelectorProblem {
    std::string message;     // for people
    std::size_t offset = 0;  // code points into the selector
    std::size_t length = 1;
};

// XPath that gives, from any node, those of its descendants that the selector matches. As in
// querySelectorAll, what the selector asks of ancestors may be fulfilled above that node. On
// failure `problem` is filled and the answer empty.
std::string css_to_xpath(std::string_view css, std::optional<SelectorProblem>& problem);

}  // namespace spokeswatch
