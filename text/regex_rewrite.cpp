#include "text/regex_rewrite.hpp"

#include <algorithm>

#include <unicode/uchar.h>

#include "base/utf8.hpp"
#include "text/fold.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view word_class = R"(\pL\pM\pN_)";
// All but letters, marks, numbers and `_`, as a union: RE2 cannot negate inside a class.
constexpr std::string_view no_word_class =
    R"(\pC\pS\pZ\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\x{203F}\x{2040}\x{2054}\x{FE33}\x{FE34}\x{FE4D}-\x{FE4F}\x{FF3F})";
constexpr std::string_view no_digit_class = R"(\pC\pL\pM\pP\pS\pZ\p{Nl}\p{No})";
constexpr std::string_view no_space_class =
    R"(\x00-\x08\x0B\x0E-\x1F\x21-\x{FDCF}\x{FDD1}-\x{10FFFF})";

bool is_word(char32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) !=
           0;
}

class Rewriter {
  public:
    Rewriter(std::string_view pattern, bool borders) : pattern_(pattern), borders_(borders) {}

    RegexRewrite run() {
        while (at_ < pattern_.size() && !result_.problem) item();
        if (!result_.problem && !open_.empty())
            refuse(open_.back().place, "regular expression is not closed: missing `)`");
        // An anchored match must be able to pass a border at the end.
        if (borders_) append(optional_sign());
        return std::move(result_);
    }

    [[nodiscard]] bool saw_border() const { return saw_border_; }

  private:
    struct Group {
        std::size_t place = 0;
        bool dot_all = false;  // outside of it
    };

    static std::string optional_sign() { return std::string(border_sign) + "?"; }
    void append(std::string_view text) { result_.text += text; }
    [[nodiscard]] bool next_is(std::size_t at, char c) const {
        return at < pattern_.size() && pattern_[at] == c;
    }

    void refuse(std::size_t place, std::string message, std::size_t length = 1) {
        if (result_.problem) return;
        result_.problem =
            Pattern::Problem{std::move(message), code_points(pattern_.substr(0, place)), length};
    }

    // Something that takes characters. A border may stand before it.
    void atom(std::string_view text, bool literal_word = false) {
        const bool repeated = repetition_length(at_) > 0;
        if (!borders_ || (literal_word && after_literal_word_ && !repeated)) {
            append(text);
        } else if (repeated) {
            append("(?:" + optional_sign());
            append(text);
            append(")");
        } else {
            append(optional_sign());
            append(text);
        }
        after_literal_word_ = literal_word && !repeated;
    }

    // Length of `*`, `+`, `?` or `{n,m}`; 0 when none stands there (a lone `{` is a character).
    [[nodiscard]] std::size_t repetition_length(std::size_t at) const {
        if (at >= pattern_.size()) return 0;
        if (pattern_[at] != '{') return std::string_view("*+?").find(pattern_[at]) < 3 ? 1 : 0;
        std::size_t end = at + 1;
        const auto digits = [&] {
            const std::size_t from = end;
            while (end < pattern_.size() && pattern_[end] >= '0' && pattern_[end] <= '9') ++end;
            return end > from;
        };
        if (!digits()) return 0;
        if (next_is(end, ',')) {
            ++end;
            digits();
        }
        return next_is(end, '}') ? end + 1 - at : 0;
    }

    void item() {
        const char c = pattern_[at_];
        if (c == '\\') return escape();
        if (c == '[') return char_class();
        if (c == '(') return group();
        if (c == '.') {
            ++at_;
            if (!borders_) return atom(".");
            return atom((dot_all_ ? "[^" : "[^\\n") + std::string(border_sign) + "]");
        }
        if (c == '$') {
            ++at_;
            after_literal_word_ = false;
            return append(borders_ ? "(?:" + optional_sign() + "$)" : "$");
        }
        if (c == ')' || c == '|' || c == '^') return control(c, 1);
        if (const std::size_t length = repetition_length(at_)) return control(c, length);
        literal();
    }

    void control(char c, std::size_t length) {
        if (c == ')') {
            if (open_.empty())
                return refuse(at_, "regular expression closes a `)` that was never opened");
            dot_all_ = open_.back().dot_all;
            open_.pop_back();
        }
        append(pattern_.substr(at_, length));
        at_ += length;
        after_literal_word_ = false;
    }

    void literal() {
        const std::size_t start = at_;
        const char32_t c = decode(pattern_, at_);
        atom(pattern_.substr(start, at_ - start), is_word(c));
    }

    void group() {
        open_.push_back({at_, dot_all_});
        after_literal_word_ = false;
        const std::string_view rest = pattern_.substr(at_);
        for (const std::string_view around : {"(?=", "(?!", "(?<=", "(?<!"})
            if (rest.substr(0, around.size()) == around)
                return refuse(
                    at_, "look-around is not available in regular expressions", around.size()
                );
        if (rest.substr(0, 2) != "(?") {
            ++at_;
            return append("(");
        }
        std::size_t end = at_ + 2;
        bool on = true, dot_all = dot_all_;
        while (end < pattern_.size() &&
               std::string_view("imsU-").find(pattern_[end]) != std::string_view::npos) {
            if (pattern_[end] == '-') on = false;
            if (pattern_[end] == 's') dot_all = on;
            ++end;
        }
        if (next_is(end, ')')) {  // flags for the rest of the group around it
            open_.pop_back();
            ++end;
            dot_all_ = dot_all;
        } else if (next_is(end, ':')) {
            ++end;
            dot_all_ = dot_all;
        } else if (!rest.starts_with("(?P")) {
            const std::string sign(rest.substr(0, byte_offset(rest, 3)));
            return refuse(at_, "regular expression has an unknown group `" + sign + "`", 3);
        } else {  // a name: its letters are no atoms
            end = std::min(pattern_.find('>', at_), pattern_.size() - 1) + 1;
        }
        append(pattern_.substr(at_, end - at_));
        at_ = end;
    }

    // Length of \x41, \x{41}, \pL, \p{Lu}, or of a backslash and one character.
    [[nodiscard]] std::size_t escape_length(std::size_t at) const {
        std::size_t end = at + 1;
        if (end >= pattern_.size()) return 1;
        const char kind = pattern_[end];
        decode(pattern_, end);
        if ((kind == 'x' || kind == 'p' || kind == 'P') && end < pattern_.size()) {
            if (pattern_[end] == '{') {
                const std::size_t close = pattern_.find('}', end);
                return (close == std::string_view::npos ? end : close + 1) - at;
            }
            return std::min(end + (kind == 'x' ? 2 : 1), pattern_.size()) - at;
        }
        while (kind >= '0' && kind <= '7' && end < pattern_.size() && end < at + 4 &&
               pattern_[end] >= '0' && pattern_[end] <= '7')
            ++end;
        return end - at;
    }

    void escape() {
        const std::size_t start = at_;
        const std::size_t length = escape_length(at_);
        at_ += length;
        const std::string_view text = pattern_.substr(start, length);
        const char kind = length > 1 ? text[1] : '\0';
        const std::string sign(borders_ ? border_sign : "");
        const auto class_of = [&](const char* open, std::string_view members) {
            atom(open + std::string(members) + (open[1] == '^' ? sign : "") + "]");
        };
        switch (kind) {
            case 'b':
                return border();
            case 'B':
                return refuse(start, "`\\B` is not available in regular expressions", 2);
            case 'C':
                return refuse(start, "`\\C` would cut characters apart", 2);
            case 'Q':
                return quoted(start);
            case 'w':
                return class_of("[", word_class);
            case 'W':
                return class_of("[^", word_class);
            case 'd':
                return atom(R"(\p{Nd})");
            case 'D':
                return class_of("[^", R"(\p{Nd})");
            case 'S':
                return class_of("[^", R"(\s)");
            case 'P':
                return class_of("[^", std::string(R"(\p)") + std::string(text.substr(2)));
            case 'A':
            case 'z':
                after_literal_word_ = false;
                if (kind == 'z' && borders_) append(optional_sign());
                return append(text);
            default:
                return atom(text);
        }
    }

    void border() {
        saw_border_ = true;
        after_literal_word_ = false;
        const bool again =
            result_.text.size() >= border_sign.size() && last_border_ == result_.text.size();
        if (borders_ && !again) append(border_sign);
        if (!borders_) append("(?:)");  // a quantifier behind it binds to nothing else
        last_border_ = result_.text.size();
    }

    void quoted(std::size_t start) {
        const std::size_t end = std::min(pattern_.find("\\E", start), pattern_.size());
        at_ = start + 2;
        while (at_ < end) {
            const std::size_t from = at_;
            const char32_t c = decode(pattern_, at_);
            std::string text(pattern_.substr(from, at_ - from));
            if (c < 0x80 && !is_word(c)) text.insert(0, "\\");
            // A quantifier behind \E binds to the last character.
            if (at_ >= end) at_ = std::min(end + 2, pattern_.size());
            atom(text, is_word(c));
            if (at_ >= end) return;
        }
        at_ = std::min(end + 2, pattern_.size());
    }

    void char_class() {
        const std::size_t start = at_++;
        std::string text = "[";
        const bool negated = next_is(at_, '^');
        if (negated) {
            text += '^';
            ++at_;
        }
        for (bool first = true;; first = false) {
            if (at_ >= pattern_.size())
                return refuse(start, "regular expression is not closed: missing `]`");
            if (pattern_[at_] == ']' && !first) break;
            text += class_member();
        }
        ++at_;
        if (negated && borders_) text += border_sign;
        atom(text + "]");
    }

    std::string class_member() {
        if (pattern_.substr(at_, 2) == "[:") {
            const std::size_t close = pattern_.find(":]", at_);
            if (close != std::string_view::npos) {
                const std::size_t start = at_;
                at_ = close + 2;
                return std::string(pattern_.substr(start, at_ - start));
            }
        }
        const std::size_t start = at_;
        if (pattern_[at_] == '\\') {
            at_ += escape_length(at_);
            switch (at_ - start > 1 ? pattern_[start + 1] : '\0') {
                case 'w':
                    return std::string(word_class);
                case 'W':
                    return std::string(no_word_class);
                case 'd':
                    return R"(\p{Nd})";
                case 'D':
                    return std::string(no_digit_class);
                case 'S':
                    return std::string(no_space_class);
                default:
                    break;
            }
        } else {
            decode(pattern_, at_);
        }
        return std::string(pattern_.substr(start, at_ - start));
    }

    std::string_view pattern_;
    bool borders_;
    std::size_t at_ = 0;
    RegexRewrite result_;
    std::vector<Group> open_;
    bool dot_all_ = false;
    bool after_literal_word_ = false;
    bool saw_border_ = false;
    std::size_t last_border_ = std::string::npos;
};

}  // namespace

RegexRewrite rewrite_regex(std::string_view pattern) {
    Rewriter plain(pattern, false);
    RegexRewrite result = plain.run();
    if (result.problem || !plain.saw_border()) {
        result.without_borders = result.text;
        return result;
    }
    RegexRewrite with_borders = Rewriter(pattern, true).run();
    with_borders.borders = true;
    with_borders.without_borders = std::move(result.text);
    return with_borders;
}

MarkedText mark_borders(std::string_view text) {
    MarkedText marked;
    marked.text.reserve(text.size() * 2);
    bool inside = false;
    const auto sign = [&] {
        marked.signs.push_back(marked.text.size());
        marked.text += border_sign;
    };
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t start = at;
        const bool word = is_word(decode(text, at));
        if (word != inside) sign();
        inside = word;
        marked.text += text.substr(start, at - start);
    }
    if (inside) sign();
    return marked;
}

std::size_t MarkedText::original(std::size_t at) const {
    const auto before = std::lower_bound(signs.begin(), signs.end(), at) - signs.begin();
    return at - static_cast<std::size_t>(before) * border_sign.size();
}

}  // namespace spokeswatch
