#include "connectors/page_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "connectors/feed_words.hpp"
#include "text/date_format.hpp"
#include "text/html_text.hpp"
#include "text/zone.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t values_max = 1000;  // of one field in one element

bool is_attribute_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '-' || c == '_' || c == ':';
    });
}

// `a@href` as `a` and `href`. XPath has a way of its own to ask for attributes.
std::string_view cut_attribute(std::string_view& selector) {
    const bool is_xpath =
        selector.starts_with('/') || selector.starts_with("./") || selector.starts_with("xpath:");
    const auto at = selector.rfind('@');
    if (is_xpath || at == std::string_view::npos) return {};
    const std::string_view name = selector.substr(at + 1);
    if (!is_attribute_name(name)) return {};
    selector = trim(selector.substr(0, at));
    return name;
}

// More exact ones come first in the enumeration.
bool says_more(const std::optional<ParsedDate>& a, const std::optional<ParsedDate>& b) {
    return a && (!b || a->precision < b->precision);
}

}  // namespace

OptionSpec page_field_option(std::string name, std::string help, std::string example) {
    OptionSpec field;
    field.name = std::move(name);
    field.type = OptionType::mapping;
    field.help = std::move(help);
    field.example = std::move(example);
    field.text_key = "selector";
    field.keys = {
        {"selector", OptionType::text, "CSS or XPath; without it the element itself is meant."},
        {"attr", OptionType::text, "`text`, `html`, or the name of an attribute."},
        {"regex", OptionType::text, "Regular expression whose one group is the value."},
        {"format", OptionType::text, "Form of a date, as of strptime."},
        {"timezone", OptionType::text, "Time zone of dates that state none."},
        {"required", OptionType::flag, "Pass over an item that does not have it."}};
    field.keys[0].example = "'a@href'";
    field.keys[1].otherwise = "`text`; of a link `href`";
    field.keys[1].example = "data-id";
    field.keys[2].example = "'_(\\d+)\\.html$'";
    field.keys[3].otherwise = "any common form";
    field.keys[3].example = "'%d/%m/%Y'";
    field.keys[4].otherwise = "that of the source";
    field.keys[4].example = "Asia/Shanghai";
    field.keys[5].otherwise = "no";
    field.keys[5].example = "true";
    return field;
}

Selector read_selector(
    const std::string& option, const std::string& value, std::vector<OptionFault>& faults
) {
    std::optional<SelectorProblem> problem;
    Selector selector = Selector::compile(value, problem);
    if (problem) {
        faults.push_back({option, problem->message, problem->offset, problem->length});
    }
    return selector;
}

PageField read_page_field(
    const Options& options,
    const std::string& option,
    const std::string& timezone,
    std::vector<OptionFault>& faults
) {
    PageField field;
    const auto key = [&option](const char* name) { return option + '.' + name; };
    const auto says = [&](const char* name) { return options.has(key(name)); };
    field.given = says("selector") || says("attr") || says("regex");
    const std::string written = options.text(key("selector"));
    std::string_view selector = trim(written);
    field.attribute = cut_attribute(selector);
    if (!selector.empty()) {
        field.selector = read_selector(key("selector"), std::string(selector), faults);
    }
    if (says("attr")) field.attribute = ascii_lower(options.text(key("attr")));
    if (!field.attribute.empty() && !is_attribute_name(field.attribute)) {
        faults.push_back(
            {key("attr"), "this is neither `text`, `html` nor the name of an attribute"}
        );
    }
    if (says("regex")) {
        field.pattern = compile_one_group(key("regex"), options.text(key("regex")), faults);
    }
    field.format = options.text(key("format"));
    check_date_format(key("format"), field.format, faults);
    field.timezone = options.text(key("timezone"), timezone);
    if (says("timezone") && !known_zone(field.timezone)) {
        faults.push_back({key("timezone"), "no time zone has this name; write it as Asia/Shanghai"}
        );
    }
    field.required = options.flag(key("required"), false);
    return field;
}

Result<std::vector<PageValue>> page_values(
    const PageField& field, Node from, SelectorBudget& budget
) {
    std::vector<PageValue> values;
    if (!field.given) return values;
    std::vector<Selector::Found> places;
    if (field.selector) {
        auto found = field.selector->find(from, budget);
        if (!found) return found.error();
        places = std::move(*found);
    } else {
        places.push_back({from, ""});
    }
    const bool whole =
        field.attribute.empty() || field.attribute == "text" || field.attribute == "html";
    for (const Selector::Found& place : places) {
        if (values.size() == values_max) break;
        PageValue value;
        value.node = place.node;
        if (!place.node) {
            value.text = trim(place.text);
        } else if (whole) {
            value.markup = place.node.inner_markup();
            value.text = html_to_text(value.markup).text;
            if (value.text.empty()) value.text = trim(place.node.attribute("datetime"));
        } else {
            value.text = trim(place.node.attribute(field.attribute));
        }
        if (field.pattern) {
            const bool of_markup = field.attribute == "html";
            value.text = field.pattern->first_group(of_markup ? value.markup : value.text)
                             .value_or(std::string());
            value.markup.clear();
        }
        if (!value.text.empty() || !value.markup.empty()) values.push_back(std::move(value));
    }
    return values;
}

Result<PageValue> page_value(const PageField& field, Node from, SelectorBudget& budget) {
    auto values = page_values(field, from, budget);
    if (!values) return values.error();
    const auto first = std::find_if(values->begin(), values->end(), [](const PageValue& value) {
        return !value.text.empty();
    });
    return first == values->end() ? PageValue() : std::move(*first);
}

std::optional<ParsedDate> page_date(const PageField& field, const PageValue& value) {
    if (value.text.empty() && !value.node) return std::nullopt;
    const std::string text = one_line(value.text);
    if (!field.format.empty()) return parse_date_format(text, field.format, field.timezone);
    auto date = parse_date_in_zone(text, field.timezone);
    if (field.pattern || !value.node.has("datetime")) return date;
    auto machine = parse_date_in_zone(trim(value.node.attribute("datetime")), field.timezone);
    return says_more(machine, date) ? machine : date;
}

}  // namespace spokeswatch
