#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "connectors/node.hpp"
#include "connectors/option_faults.hpp"
#include "connectors/selector.hpp"
#include "text/date.hpp"

// One thing that is read from a web page: where it stands and what is made of it.

namespace spokeswatch {

struct PageField {
    bool given = false;
    std::optional<Selector> selector;  // none: the element itself
    std::string attribute;             // "text", "html", or the name of an attribute; empty: text
    std::optional<Pattern> pattern;    // its group is the value
    std::string format;                // of a date; empty: any form
    std::string timezone;              // of a date
    bool required = false;
};

// How a field is told in the configuration: a mapping, or its selector alone, as `a@href`.
OptionSpec page_field_option(std::string name, std::string help, std::string example);

// The field kept under `option`. `timezone`: where it states none.
PageField read_page_field(
    const Options& options,
    const std::string& option,
    const std::string& timezone,
    std::vector<OptionFault>& faults
);

// A selector alone, kept as `value` of `option`.
Selector read_selector(
    const std::string& option, const std::string& value, std::vector<OptionFault>& faults
);

// What a field found: markup where it is an element and the text or html of it is asked for.
struct PageValue {
    std::string text;    // as a reader sees it, lines kept
    std::string markup;  // empty for attributes and after a regular expression
    Node node;           // where it comes from; empty for what XPath gives as a text
};

// All that is there, in document order; a value that is empty, or that the regular expression does
// not fit, is none.
Result<std::vector<PageValue>> page_values(
    const PageField& field, Node from, SelectorBudget& budget
);
// The first of them; empty when there is none.
Result<PageValue> page_value(const PageField& field, Node from, SelectorBudget& budget);

// A date by the field's format and zone. Of an element that says more in `datetime` than in its
// text, that.
std::optional<ParsedDate> page_date(const PageField& field, const PageValue& value);

}  // namespace spokeswatch
