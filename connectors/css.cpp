#include "connectors/css.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view blanks = " \t\r\n\f";
constexpr std::string_view never = "false()";

bool is_blank(char c) { return blanks.find(c) != std::string_view::npos; }

bool is_name(char c) {
    return ascii_alphanumeric(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// XPath 1.0 has no escapes: a text with both quotes is put together.
std::string literal(std::string_view text) {
    if (text.find('\'') == std::string_view::npos) return '\'' + std::string(text) + '\'';
    if (text.find('"') == std::string_view::npos) return '"' + std::string(text) + '"';
    std::string out = "concat(''";
    for (std::size_t at = 0; at < text.size();) {
        const char quote = text[at] == '\'' ? '"' : '\'';
        const std::size_t end = std::min(text.find(quote, at), text.size());
        out += ',';
        out += quote;
        out += text.substr(at, end - at);
        out += quote;
        at = end;
    }
    return out + ')';
}

std::string joined(const std::vector<std::string>& parts, std::string_view word) {
    if (parts.size() == 1) return parts.front();
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += word;
        out += '(' + part + ')';
    }
    return out;
}

bool has_word(std::string_view text) {
    return !text.empty() && text.find_first_of(blanks) == std::string_view::npos;
}

std::string lists_word(const std::string& value, const std::string& word) {
    return "contains(concat(' ',normalize-space(" + value + "),' ')," + literal(' ' + word + ' ') +
           ')';
}

// an+b of nth-child: some element with `before` others before it.
struct Nth {
    std::int64_t step = 0;
    std::int64_t start = 0;

    [[nodiscard]] std::string condition(const std::string& before) const {
        const std::string place = "(count(" + before + ")+1)";
        if (step == 0) return place + '=' + std::to_string(start);
        const std::string number = std::to_string(start);
        const std::string size = std::to_string(step < 0 ? -step : step);
        // XPath's mod has the sign of its left side: 0 either way when it divides.
        return place + (step > 0 ? ">=" : "<=") + number + " and (" + place + "-(" + number +
               ")) mod " + size + "=0";
    }
};

// One compound selector as a condition on an element, and how the next one to the left is joined.
struct Compound {
    std::string condition;
    char joint = '\0';  // ' ', '>', '+', '~' to the one before; '\0': there is none
};

class Translator {
  public:
    explicit Translator(std::string_view css) : css_(css) {}

    std::string run(std::optional<SelectorProblem>& problem) {
        std::string condition = group('\0');
        if (problem_) {
            problem = std::move(problem_);
            return {};
        }
        return "descendant::*[" + condition + ']';
    }

  private:
    void refuse(std::size_t at, std::string message, std::size_t length = 1) {
        if (problem_) return;
        at = std::min(at, css_.size());
        const auto shown = css_.substr(at, length);
        problem_ = SelectorProblem{
            std::move(message),
            code_points(css_.substr(0, at)),
            std::max<std::size_t>(1, code_points(shown))};
    }

    [[nodiscard]] bool more() const { return !problem_ && at_ < css_.size(); }
    [[nodiscard]] char here() const { return at_ < css_.size() ? css_[at_] : '\0'; }
    bool skip_blanks() {
        const std::size_t start = at_;
        while (at_ < css_.size() && is_blank(css_[at_])) ++at_;
        return at_ > start;
    }
    bool take(char c) {
        if (at_ >= css_.size() || css_[at_] != c) return false;
        ++at_;
        return true;
    }
    void want(char c, std::size_t opened) {
        skip_blanks();
        if (take(c)) return;
        refuse(opened, std::string("this is not closed: missing `") + c + '`');
    }

    // Complex selectors between commas, up to `end`, as one condition.
    std::string group(char end) {
        std::vector<std::string> alternatives;
        do {
            alternatives.push_back(backward(sequence(end)));
        } while (!problem_ && take(','));
        if (!problem_ && end == '\0' && at_ < css_.size()) refuse(at_, unexpected());
        return joined(alternatives, " or ");
    }

    [[nodiscard]] std::string unexpected() const {
        return "a CSS selector cannot have `" + std::string(css_.substr(at_, 1)) + "` here";
    }

    std::vector<Compound> sequence(char end) {
        std::vector<Compound> parts;
        skip_blanks();
        char joint = '\0';
        do {
            parts.push_back({compound(), joint});
            const bool blank = skip_blanks();
            joint = here();
            if (joint == '>' || joint == '+' || joint == '~') {
                ++at_;
                skip_blanks();
            } else if (at_ == css_.size() || joint == ',' || (end != '\0' && joint == end)) {
                return parts;
            } else if (blank) {
                joint = ' ';
            } else {
                refuse(at_, unexpected());
            }
        } while (!problem_);
        return parts;
    }

    // A condition on the element that the last compound stands for.
    static std::string backward(const std::vector<Compound>& parts) {
        std::string condition;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            std::string own = parts[i].condition;
            switch (parts[i].joint) {
                case ' ':
                    own += " and ancestor::*[" + condition + ']';
                    break;
                case '>':
                    own += " and parent::*[" + condition + ']';
                    break;
                case '+':
                    // A position that is the last predicate ends the walk there.
                    own += " and preceding-sibling::*[1]/self::*[" + condition + ']';
                    break;
                case '~':
                    own += " and preceding-sibling::*[" + condition + ']';
                    break;
                default:
                    break;
            }
            condition = std::move(own);
        }
        return condition;
    }

    // A path from the element that :has() is asked of. `first`: how the first compound is joined.
    static std::string forward(const std::vector<Compound>& parts, char first) {
        std::string path;
        for (const Compound& part : parts) {
            const char joint = part.joint == '\0' ? first : part.joint;
            if (!path.empty()) path += '/';
            if (joint == '>') path += "child::*";
            if (joint == '+') path += "following-sibling::*[1]/self::*";
            if (joint == '~') path += "following-sibling::*";
            if (joint == ' ') path += "descendant::*";
            path += '[' + part.condition + ']';
        }
        return path;
    }

    std::string compound() {
        std::vector<std::string> conditions;
        const std::size_t start = at_;
        std::string type;
        if (take('*')) {
            conditions.emplace_back("true()");
        } else if (is_name(here()) || here() == '\\') {
            type = "self::" + element_name();
            conditions.push_back(type);
            type.erase(0, 6);
        }
        while (more()) {
            const char c = here();
            if (c == '.') {
                ++at_;
                conditions.push_back(lists_word("@class", name("the name of a class")));
            } else if (c == '#') {
                ++at_;
                conditions.push_back("@id=" + literal(name("an id")));
            } else if (c == '[') {
                conditions.push_back(attribute());
            } else if (c == ':') {
                conditions.push_back(pseudo(type));
            } else {
                break;
            }
        }
        if (conditions.empty() && !problem_) {
            refuse(start, start >= css_.size() ? "a CSS selector is missing here" : unexpected());
        }
        return joined(conditions, " and ");
    }

    static bool is_plain(std::string_view text) {
        return !text.empty() && ascii_letter(text.front()) &&
               std::all_of(text.begin(), text.end(), [](char c) {
                   return ascii_alphanumeric(c) || c == '-' || c == '_';
               });
    }

    // Tag names of HTML are kept in lower case, and XPath cannot name others than plain ones.
    std::string element_name() {
        const std::size_t start = at_;
        std::string out = ascii_lower(name("the name of an element"));
        if (!is_plain(out)) refuse(start, "no element has this name", at_ - start);
        return out;
    }

    std::string name(std::string_view of_what) {
        const std::size_t start = at_;
        std::string out;
        while (at_ < css_.size()) {
            if (css_[at_] == '\\') {
                escape(out);
            } else if (is_name(css_[at_])) {
                out += css_[at_++];
            } else {
                break;
            }
        }
        if (out.empty() || ascii_digit(css_[start])) {
            refuse(start, "expected " + std::string(of_what) + " here");
        }
        return out;
    }

    // `\31 ` or `\.`; `at_` stands on the backslash.
    void escape(std::string& out) {
        const std::size_t start = at_++;
        std::uint32_t value = 0;
        std::size_t digits = 0;
        while (digits < 6 && at_ < css_.size()) {
            std::uint32_t digit = 0;
            const char* place = css_.data() + at_;
            if (std::from_chars(place, place + 1, digit, 16).ec != std::errc()) break;
            value = value * 16 + digit;
            ++digits;
            ++at_;
        }
        if (digits > 0) {
            if (at_ < css_.size() && is_blank(css_[at_])) ++at_;
            const bool good = value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
            if (!good) refuse(start, "there is no such character", at_ - start);
            if (good) append_code_point(out, value);
        } else if (at_ < css_.size() && css_[at_] != '\n') {
            out += css_[at_++];
        } else {
            refuse(start, "a `\\` needs a character behind it");
        }
    }

    std::string quoted() {
        const std::size_t start = at_;
        const char quote = css_[at_++];
        std::string out;
        while (at_ < css_.size() && css_[at_] != quote && !problem_) {
            if (css_[at_] == '\\') {
                escape(out);
            } else {
                out += css_[at_++];
            }
        }
        if (!take(quote)) refuse(start, "a text in quotes is not closed");
        return out;
    }

    std::string attribute() {
        const std::size_t opened = at_++;
        skip_blanks();
        const std::size_t named = at_;
        const std::string attribute_name = ascii_lower(name("the name of an attribute"));
        if (!is_plain(attribute_name)) refuse(named, "no attribute has this name", at_ - named);
        std::string value = '@' + attribute_name;
        skip_blanks();
        if (take(']')) return value;
        char sign = '=';
        if (std::string_view("~^$*|").find(here()) != std::string_view::npos && here() != '\0') {
            sign = css_[at_++];
        }
        if (at_ == css_.size()) want(']', opened);
        if (!take('=')) {
            refuse(at_, "an attribute goes on with `]` or one of = ~= ^= $= *= |=");
            return {};
        }
        skip_blanks();
        std::string wanted =
            here() == '"' || here() == '\'' ? quoted() : name("a word or a text in quotes");
        skip_blanks();
        if (here() == 'i' || here() == 'I') {
            ++at_;
            value = "translate(" + value +
                    ",'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')";
            wanted = ascii_lower(wanted);
        }
        want(']', opened);
        return comparison(value, sign, wanted);
    }

    static std::string comparison(const std::string& value, char sign, const std::string& wanted) {
        const std::string text = literal(wanted);
        switch (sign) {
            case '~':
                return has_word(wanted) ? lists_word(value, wanted) : std::string(never);
            case '|':
                return value + '=' + text + " or starts-with(" + value + ',' +
                       literal(wanted + '-') + ')';
            case '=':
                return value + '=' + text;
            default:
                break;
        }
        if (wanted.empty()) return std::string(never);
        if (sign == '^') return "starts-with(" + value + ',' + text + ')';
        if (sign == '*') return "contains(" + value + ',' + text + ')';
        const std::string size = std::to_string(code_points(wanted));
        const std::string whole = "string-length(" + value + ')';
        return whole + ">=" + size + " and substring(" + value + ',' + whole + '-' + size +
               "+1)=" + text;
    }

    std::string pseudo(const std::string& type) {
        const std::size_t start = at_++;
        std::string word;
        while (at_ < css_.size() && (is_name(css_[at_]) || css_[at_] == ':')) word += css_[at_++];
        word = ascii_lower(word);
        if (word == "first-child") return "not(preceding-sibling::*[1])";
        if (word == "last-child") return "not(following-sibling::*[1])";
        if (word == "root") return "not(parent::*)";
        const bool of_type = word == "first-of-type" || word == "nth-of-type";
        if (of_type && type.empty()) {
            refuse(start, "`:" + word + "` needs the name of an element before it", at_ - start);
            return {};
        }
        if (word == "first-of-type") return "not(preceding-sibling::" + type + "[1])";
        const bool known = word == "not" || word == "is" || word == "has" || word == "contains" ||
                           word == "nth-child" || word == "nth-of-type";
        if (!known) {
            refuse(start, "`:" + word + "` is not available in selectors", at_ - start);
            return {};
        }
        const std::size_t opened = at_;
        if (!take('(')) {
            refuse(start, "`:" + word + "` needs brackets behind it", at_ - start);
            return {};
        }
        if (++depth_ > selector_depth_max) refuse(start, "brackets are nested too deeply");
        std::string condition;
        if (!problem_) condition = in_brackets(word, type);
        --depth_;
        want(')', opened);
        return condition;
    }

    std::string in_brackets(const std::string& word, const std::string& type) {
        if (word == "not") return "not(" + group(')') + ')';
        if (word == "is") return group(')');
        if (word == "has") return has_group();
        if (word == "contains") {
            skip_blanks();
            if (here() != '"' && here() != '\'') {
                refuse(at_, "`:contains` needs a text in quotes");
                return {};
            }
            return "contains(.," + literal(quoted()) + ')';
        }
        return nth().condition("preceding-sibling::" + (word == "nth-child" ? "*" : type));
    }

    std::string has_group() {
        std::vector<std::string> alternatives;
        do {
            skip_blanks();
            char first = ' ';
            if (here() == '>' || here() == '+' || here() == '~') first = css_[at_++];
            alternatives.push_back(forward(sequence(')'), first));
        } while (!problem_ && take(','));
        return joined(alternatives, " or ");
    }

    Nth nth() {
        skip_blanks();
        const std::size_t start = at_;
        std::string text;
        while (at_ < css_.size() && css_[at_] != ')') {
            if (!is_blank(css_[at_])) text += ascii_lower(css_[at_]);
            ++at_;
        }
        Nth out;
        if (text == "odd") return {2, 1};
        if (text == "even") return {2, 0};
        const auto n = text.find('n');
        std::string step = n == std::string::npos ? "0" : text.substr(0, n);
        std::string rest = n == std::string::npos ? text : text.substr(n + 1);
        if (n != std::string::npos && (step.empty() || step == "+" || step == "-")) step += '1';
        if (n != std::string::npos && rest.empty()) rest = "0";
        if (!whole(step, out.step) || !whole(rest, out.start)) {
            refuse(start, "`nth` needs a number, `odd`, `even` or a form as `2n+1`", at_ - start);
        }
        return out;
    }

    static bool whole(std::string_view text, std::int64_t& into) {
        if (text.starts_with('+')) text.remove_prefix(1);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
        return error == std::errc() && end == text.data() + text.size() && into > -1'000'000 &&
               into < 1'000'000;
    }

    std::string_view css_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::optional<SelectorProblem> problem_;
};

}  // namespace

std::string css_to_xpath(std::string_view css, std::optional<SelectorProblem>& problem) {
    problem.reset();
    if (css.size() > selector_bytes_max || !valid_utf8(css) ||
        css.find('\0') != std::string_view::npos) {
        problem = SelectorProblem{"a selector is UTF-8 text of at most 4 KiB", 0, 1};
        return {};
    }
    return Translator(css).run(problem);
}

}  // namespace spokeswatch
