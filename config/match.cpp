#include <algorithm>
#include <set>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/expression.hpp"
#include "config/expression_tokens.hpp"
#include "config/loader.hpp"
#include "config/match_tree.hpp"
#include "config/scalar_places.hpp"

// `match` of a rule: the mapping form as a tree of conditions. A text is one phrase or an
// expression (expression.cpp).

namespace spokeswatch {

namespace {

using Kind = MatchNode::Kind;

constexpr std::int64_t within_max = 50;
class MatchReader {
  public:
    MatchReader(Loading& loading, Forms forms)
        : diagnostics_(loading.diagnostics), reader_(loading.reader), forms_(forms) {}

    bool top(Yaml value, MatchNode& into) {
        if (value.is_map()) return mapping(value, into);
        if (value.is_list()) {
            Diagnostic& fault = error(value.span(), "`match` is a list: of which all, or any?");
            fault.label = "write `match: {any: [...]}` or `match: {all: [...]}`";
            return false;
        }
        if (value.is_empty()) {
            diagnostics_.error(code::empty, value.span(), "`match` is empty").label =
                "write a text, a mapping or `everything`; a text that begins with `#` needs quotes";
            return false;
        }
        if (value.text() == "everything") {
            into.kind = Kind::everything;
            into.span = value.span();
            return true;
        }
        if (!expression_tokens(value.text()).one_phrase())
            return parse_expression(value, forms_, diagnostics_, into);
        lint_lone_phrase(value, diagnostics_);
        if (!phrase(value, into)) return false;
        // A block scalar ends with a line break.
        into.text.erase(into.text.find_last_not_of(" \t\n") + 1);
        return true;
    }

  private:
    static bool between_slashes(const std::string& text) {
        return text.size() > 2 && text.front() == '/' &&
               (text.ends_with('/') || text.ends_with("/i"));
    }

    Diagnostic& error(Span span, std::string message) {
        return diagnostics_.error(code::match_form, std::move(span), std::move(message));
    }

    // All keys of one mapping, joined by AND.
    bool mapping(Yaml value, MatchNode& into) {
        Mapping map(Section::match, "`match`", diagnostics_);
        map.add(value);
        if (value.size() == 0) {
            diagnostics_.error(code::empty, value.span(), "this condition is empty").label =
                "put at least one key here: `any`, `all`, ...";
            return false;
        }
        bool good = map.pairs().size() == value.size() && modifiers_fit(map);
        std::vector<MatchNode> parts;
        for (const Mapping::Pair& pair : map.pairs()) {
            const std::string& key = pair.key.text();
            if (key == "at_least" || key == "within" || key == "forms") continue;
            MatchNode part;
            part.span = pair.key.span();
            if (condition(map, key, pair.value, part))
                parts.push_back(std::move(part));
            else
                good = false;
        }
        if (!good || parts.empty()) return false;
        if (parts.size() == 1) {
            into = std::move(parts.front());
            return true;
        }
        into.kind = Kind::all;
        into.span = value.span();
        into.children = std::move(parts);
        return true;
    }

    bool modifiers_fit(const Mapping& map) {
        bool good = true;
        const bool near = static_cast<bool>(map["near"]);
        const bool before = static_cast<bool>(map["before"]);
        if (map["at_least"] && !map["any"]) {
            error(map.key_span("at_least"), "`at_least` belongs to an `any` beside it").label =
                "there is no `any` in this mapping";
            good = false;
        }
        if (map["within"] && !near && !before) {
            error(map.key_span("within"), "`within` belongs to a `near` or `before` beside it")
                .label = "there is neither in this mapping";
            good = false;
        }
        if (map["forms"] && !map["term"]) {
            error(map.key_span("forms"), "`forms` belongs to a `term` beside it").label =
                "there is no `term` in this mapping; for a whole rule it stands beside `match`";
            good = false;
        }
        if (near && before) {
            error(map.key_span("before"), "`near` and `before` cannot share one `within`").label =
                "write `all: [{near: ..., within: ...}, {before: ..., within: ...}]`";
            good = false;
        }
        return good;
    }

    bool condition(const Mapping& map, const std::string& key, Yaml value, MatchNode& into) {
        if (key == "all") return members(value, key, Kind::all, into);
        if (key == "none") return none(value, into);
        if (key == "any") return any(map, value, into);
        if (key == "near" || key == "before")
            return distance(map, key, value, key == "near" ? Kind::near : Kind::before, into);
        if (key == "regex") return text_condition(value, key, Kind::regex, into);
        if (key == "exact") return texts_condition(value, key, Kind::exact, into);
        if (key == "concept") return concept_condition(value, into);
        if (key == "field") return field(value, into);
        if (key == "term") return term(map, value, into);
        return everything(value, into);
    }

    bool everything(Yaml value, MatchNode& into) {
        const auto flag = reader_.flag_of(value, "`everything`");
        if (!flag) return false;
        into.kind = Kind::everything;
        if (*flag) return true;
        error(value.span(), "`everything: false` says nothing").label = "leave the key out";
        return false;
    }

    // A phrase with its own `forms`.
    bool term(const Mapping& map, Yaml value, MatchNode& into) {
        if (value.is_list() || value.is_map()) {
            wrong_type(diagnostics_, "`term`", "a text", value).label =
                "write one `{term: ..., forms: none}` for each";
            return false;
        }
        return phrase(value, into) && read_forms(reader_, map, into.forms);
    }

    bool members(Yaml value, const std::string& key, Kind kind, MatchNode& into) {
        into.kind = kind;
        if (value.is_scalar()) {
            MatchNode only;
            lint_listed_phrase(value, false, diagnostics_);
            if (!phrase(value, only)) return false;
            into.children.push_back(std::move(only));
            return true;
        }
        if (!value.is_list()) {
            Diagnostic& fault = wrong_type(diagnostics_, cited(key), "a list", value);
            if (value.is_map()) fault.label = "write " + cited(key + ": [...]");
            return false;
        }
        if (value.size() == 0) {
            Diagnostic& fault = diagnostics_.error(
                code::empty,
                value.span(),
                "`" + key + ": []` is empty" +
                    (key == "any" ? ", so the rule could never match" : "")
            );
            fault.label = "put at least one term here";
            if (key == "any")
                fault.helps.emplace_back(
                    "to match every statement of these sources, write `match: everything`"
                );
            return false;
        }
        bool good = true;
        for (std::size_t i = 0; i < value.size(); ++i) {
            MatchNode child;
            if (member(value.item(i), key, child))
                into.children.push_back(std::move(child));
            else
                good = false;
        }
        return good;
    }

    // `none: [any: [a, b]]` is `none: [a, b]`, as NOT (a OR b) is.
    bool none(Yaml value, MatchNode& into) {
        if (!members(value, "none", Kind::none, into)) return false;
        const MatchNode& only = into.children.front();
        if (into.children.size() == 1 && only.kind == Kind::any && only.at_least == 1)
            into.children = std::vector(only.children);
        return true;
    }

    bool member(Yaml value, const std::string& of, MatchNode& into) {
        if (value.is_map()) return mapping(value, into);
        if (value.is_list()) {
            wrong_type(diagnostics_, "an item of " + cited(of), "a text or a mapping", value)
                .label = "write `any: [...]` or `all: [...]`";
            return false;
        }
        if (value.is_scalar()) {
            if (!reader_.parted_by_commas(value)) return false;
            lint_listed_phrase(value, true, diagnostics_);
        }
        return phrase(value, into);
    }

    bool any(const Mapping& map, Yaml value, MatchNode& into) {
        if (!members(value, "any", Kind::any, into)) return false;
        const Yaml at_least = map["at_least"];
        if (!at_least) return true;
        const auto number = reader_.whole_of(at_least, "`at_least`", 1, std::nullopt);
        if (!number) return false;
        const std::size_t distinct = count_distinct(into.children);
        if (*number > static_cast<std::int64_t>(distinct)) {
            Diagnostic& fault = diagnostics_.error(
                code::not_allowed, at_least.span(), "`at_least` asks for more than `any` has"
            );
            fault.label = "`any` has " + std::to_string(distinct) +
                          (distinct == 1 ? " member" : " different members");
            return false;
        }
        into.at_least = static_cast<int>(*number);
        return true;
    }

    static std::size_t count_distinct(const std::vector<MatchNode>& nodes) {
        std::set<std::string> simple;
        std::size_t others = 0;
        for (const MatchNode& node : nodes) {
            if (node.children.empty())
                simple.insert(
                    std::to_string(static_cast<int>(node.kind)) + node.field + ':' + node.text
                );
            else
                ++others;
        }
        return simple.size() + others;
    }

    bool distance(
        const Mapping& map, const std::string& key, Yaml value, Kind kind, MatchNode& into
    ) {
        into.kind = kind;
        bool good = true;
        if (!value.is_list() || value.size() != 2) {
            error(value.span(), cited(key) + " needs a list of exactly two members").label =
                "write " + cited(key + ": [a, b]");
            good = false;
        }
        for (std::size_t i = 0; good && i < 2; ++i) {
            MatchNode side;
            if (!member(value.item(i), key, side) || !fits_distance(side, key, value.item(i)))
                good = false;
            else
                into.children.push_back(std::move(side));
        }
        const Yaml within = map["within"];
        if (!within) {
            diagnostics_
                .error(code::missing_key, map.key_span(key), cited(key) + " needs a `within`")
                .label = "add `within: 25 words`";
            return false;
        }
        return words_within(within, into.within) && good;
    }

    bool fits_distance(const MatchNode& side, const std::string& key, Yaml value) {
        if (has_place(side)) return true;
        error(value.span(), "a member of " + cited(key) + " is a text, a concept or `any` of these")
            .label = "this is something else";
        return false;
    }

    bool words_within(Yaml value, int& into) {
        if (value.is_scalar()) {
            const std::string& text = value.text();
            const std::size_t end = text.find_first_not_of("0123456789");
            if (end != std::string::npos && end > 0) {
                const std::string number = text.substr(0, end);
                if (text.substr(end) == " word" || text.substr(end) == " words")
                    return in_range(value, number, into);
                error(value.span(), "`within` counts words, " + cited(text) + " does not").label =
                    "write " + cited(number + " words");
                return false;
            }
        }
        const auto number = reader_.whole_of(value, "`within`", 0, within_max);
        if (number) into = static_cast<int>(*number);
        return number.has_value();
    }

    bool in_range(Yaml value, const std::string& digits, int& into) {
        if (digits.size() > 1 && digits[0] == '0') {
            diagnostics_
                .error(
                    code::whole_number,
                    value.span(),
                    "`within` needs a whole number without leading zeros"
                )
                .label = "write " + cited(suggest_whole(digits) + " words");
            return false;
        }
        if (digits.size() > 2 || std::stoi(digits) > within_max) {
            diagnostics_
                .error(code::not_allowed, value.span(), "`within` cannot be " + cited(value.text()))
                .label = "write a number from 0 to 50";
            return false;
        }
        into = std::stoi(digits);
        return true;
    }

    bool text_condition(Yaml value, const std::string& key, Kind kind, MatchNode& into) {
        if (value.is_list() || value.is_map()) {
            wrong_type(diagnostics_, cited(key), "a text", value).label =
                "write " + cited("any: [" + key + ": a, " + key + ": b]");
            return false;
        }
        const auto text = reader_.text_of(value, cited(key));
        if (!text) return false;
        into.kind = kind;
        into.text = *text;
        into.span = value.span();
        into.forms = forms_;
        if (kind == Kind::regex && between_slashes(*text)) {
            error(value.span(), "slashes around a regular expression are searched, too").label =
                "write `regex: '" + std::string(text->ends_with('i') ? "(?i)" : "") +
                text->substr(1, text->rfind('/') - 1) + "'`; to search them, write `\\/`";
            return false;
        }
        if (!text->empty()) return true;
        diagnostics_.error(code::empty, value.span(), "the text of " + cited(key) + " is empty");
        return false;
    }

    // A list is `any` of its texts, as in `field`.
    bool texts_condition(Yaml value, const std::string& key, Kind kind, MatchNode& into) {
        if (!value.is_list()) return text_condition(value, key, kind, into);
        into.kind = Kind::any;
        for (std::size_t i = 0; i < value.size(); ++i) {
            MatchNode one;
            if (!text_condition(value.item(i), key, kind, one)) return false;
            into.children.push_back(std::move(one));
        }
        return !into.children.empty() || report_empty(value, key);
    }

    bool report_empty(Yaml value, const std::string& key) {
        diagnostics_.error(code::empty, value.span(), "`" + key + ": []` is empty").label =
            "put at least one text here";
        return false;
    }

    bool concept_condition(Yaml value, MatchNode& into) {
        return text_condition(value, "concept", Kind::concept_, into);
    }

    bool field(Yaml value, MatchNode& into) {
        if (!value.is_map() || value.size() == 0) {
            wrong_type(diagnostics_, "`field`", "a mapping", value).label =
                "write `field: {title: ...}`";
            return false;
        }
        Mapping map(Section::field, "`field`", diagnostics_);
        map.add(value);
        bool good = map.pairs().size() == value.size();
        std::vector<MatchNode> parts;
        for (const Mapping::Pair& pair : map.pairs()) {
            MatchNode part;
            part.span = pair.key.span();
            if (one_field(pair, part))
                parts.push_back(std::move(part));
            else
                good = false;
        }
        if (!good) return false;
        if (parts.size() == 1) {
            into = std::move(parts.front());
        } else {
            into.kind = Kind::all;
            into.children = std::move(parts);
        }
        return true;
    }

    bool one_field(const Mapping::Pair& pair, MatchNode& into) {
        const std::string& field = pair.key.text();
        if (!pair.value.is_list()) return in_field(pair.value, field, into);
        into.kind = Kind::any;
        for (std::size_t i = 0; i < pair.value.size(); ++i) {
            MatchNode one;
            if (!in_field(pair.value.item(i), field, one)) return false;
            into.children.push_back(std::move(one));
        }
        return !into.children.empty() || report_empty(pair.value, field);
    }

    // A text, or a condition that only looks there.
    bool in_field(Yaml value, const std::string& field, MatchNode& into) {
        if (value.is_map())
            return mapping(value, into) && narrow_to_field(into, field, diagnostics_);
        if (!text_condition(value, field, Kind::field, into)) return false;
        into.field = field;
        if ((field == "tag" || field == "mention") && into.text.find(' ') != std::string::npos) {
            std::string joined = into.text;
            joined.erase(std::remove(joined.begin(), joined.end(), ' '), joined.end());
            Diagnostic& fault =
                error(value.span(), cited(field) + " holds no space, so this is never found");
            fault.label = "write " + cited(joined);
            if (field == "mention")
                fault.helps.emplace_back("to find the name of a speaker, use `author`");
            return false;
        }
        return holds_entities(field) || check_term({into.text, into.span}, diagnostics_);
    }

    bool phrase(Yaml value, MatchNode& into) {
        const auto text = reader_.text_of(value, "a term");
        if (!text) return false;
        into.kind = Kind::phrase;
        into.text = *text;
        into.span = value.span();
        into.forms = forms_;
        if (text->find_first_not_of(" \t\n") == std::string::npos) {
            diagnostics_.error(code::empty, value.span(), "this term is empty");
            return false;
        }
        if (between_slashes(*text)) {
            error(value.span(), "a term between slashes is not a regular expression here").label =
                "write `regex: '" + text->substr(1, text->rfind('/') - 1) + "'`";
            return false;
        }
        return check_term({*text, value.span()}, diagnostics_);
    }

    Diagnostics& diagnostics_;
    Reader& reader_;
    Forms forms_;
};

}  // namespace

bool read_match(Loading& loading, Yaml value, Forms forms, MatchNode& into) {
    return MatchReader(loading, forms).top(value, into);
}

}  // namespace spokeswatch
