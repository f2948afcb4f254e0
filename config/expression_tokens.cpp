#include "config/expression_tokens.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/diagnostic.hpp"
#include "config/match_tree.hpp"
#include "config/reader.hpp"
#include "config/schema.hpp"

namespace spokeswatch {

namespace {

using Kind = ExpressionToken::Kind;

constexpr int within_max = 50;

bool is_field(std::string_view name) {
    const auto fields = keys_of(Section::field);
    return std::any_of(fields.begin(), fields.end(), [name](const KeySpec& key) {
        return key.name == name;
    });
}

bool is_match_key(std::string_view name) {
    const auto keys = keys_of(Section::match);
    return std::any_of(keys.begin(), keys.end(), [name](const KeySpec& key) {
        return key.name == name;
    });
}

bool name_letter(char c) { return ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-'; }

// `title` of `title:visit`; empty when the word does not begin with a name and a colon.
std::string_view prefix_of(std::string_view word) {
    std::size_t colon = 0;
    while (colon < word.size() && (ascii_letter(word[colon]) || word[colon] == '_')) ++colon;
    return colon < word.size() && word[colon] == ':' ? word.substr(0, colon) : std::string_view();
}

// Factiva's `adj5` and `near5`, in any case.
bool counts_words(const std::string& word) {
    const std::size_t name = word.starts_with("near") ? 4 : word.starts_with("adj") ? 3 : 0;
    return name > 0 && word.size() > name &&
           word.find_first_not_of("0123456789", name) == std::string::npos;
}

struct Distance {
    std::string_view word;
    Kind kind;
};
constexpr std::array distances{
    Distance{"NEAR", Kind::near},
    Distance{"BEFORE", Kind::before},
    Distance{"ONEAR", Kind::before},
    Distance{"PRE", Kind::before},
    Distance{"W", Kind::near},
};

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    ExpressionTokens run() {
        while (!out_.fault) {
            while (space_at(at_) > 0) at_ += space_at(at_);
            if (at_ == text_.size()) break;
            token();
        }
        if (!out_.fault) push(Kind::end, at_, at_);
        return std::move(out_);
    }

  private:
    ExpressionToken& push(Kind kind, std::size_t start, std::size_t end) {
        ExpressionToken& token = out_.tokens.emplace_back();
        token.kind = kind;
        token.start = token.inner_start = start;
        token.end = token.inner_end = at_ = end;
        return token;
    }
    ExpressionFault& fault(
        std::size_t start, std::size_t end, std::string message, std::string label
    ) {
        return out_.fault.emplace(ExpressionFault{start, end, std::move(message), std::move(label)}
        );
    }

    // Where the run of characters ends that holds no space, quote or parenthesis.
    [[nodiscard]] std::size_t run_end(std::size_t start) const {
        while (start < text_.size() && space_at(start) == 0 && text_[start] != '"' &&
               text_[start] != '(' && text_[start] != ')')
            ++start;
        return start;
    }
    // Bytes of the white space there; 0 when there is none. The wide space of a Chinese keyboard
    // and the no-break space of a web page are spaces.
    [[nodiscard]] std::size_t space_at(std::size_t at) const {
        if (at >= text_.size()) return 0;
        if (ascii_space(text_[at])) return 1;
        const std::string_view rest = text_.substr(at, 3);
        return rest.starts_with("\u00a0") ? 2 : rest.starts_with("\u3000") ? 3 : 0;
    }
    [[nodiscard]] bool quote_at(std::size_t at) const {
        return at < text_.size() && text_[at] == '"';
    }

    void token() {
        const char c = text_[at_];
        if (c == '(') return (void)push(Kind::open, at_, at_ + 1);
        if (c == ')') return (void)push(Kind::close, at_, at_ + 1);
        if (c == '"') return quoted(Kind::phrase, at_, at_);
        const bool starts_word = at_ + 1 < text_.size() && space_at(at_ + 1) == 0;
        if (c == '/' && starts_word && !in_entity_field()) return regex();
        if (c == '$' && starts_word) return concept_name();
        if ((c == '#' || c == '@') && starts_word) return entity(c);
        word();
    }

    [[nodiscard]] bool in_entity_field() const {
        return !out_.tokens.empty() && out_.tokens.back().kind == Kind::field &&
               holds_entities(out_.tokens.back().text);
    }

    // `\"` and `\\` stand for the characters themselves.
    void quoted(Kind kind, std::size_t start, std::size_t quote) {
        std::string inside;
        std::size_t at = quote + 1;
        for (; at < text_.size() && text_[at] != '"'; ++at) {
            const bool escape = text_[at] == '\\' && at + 1 < text_.size() &&
                                (text_[at + 1] == '"' || text_[at + 1] == '\\');
            if (escape) ++at;
            inside += text_[at];
        }
        if (at == text_.size()) {
            fault(
                quote, quote + 1, "this quote is never closed", "the phrase needs a `\"` behind it"
            )
                .help =
                "inside YAML's own quotes `\"...\"` write `\\\"`, or use '...' around the whole";
            return;
        }
        if (inside.find_first_not_of(" \t\r\n") == std::string::npos) {
            fault(
                start, at + 1, "there is nothing between these quotes", "write a word or a phrase"
            )
                .code = code::empty;
            return;
        }
        ExpressionToken& token = push(kind, start, at + 1);
        token.inner_start = quote + 1;
        token.inner_end = at;
        token.text = std::move(inside);
    }

    void regex() {
        const std::size_t start = at_;
        std::size_t slash = start + 1;
        while (slash < text_.size() && text_[slash] != '/') slash += text_[slash] == '\\' ? 2 : 1;
        if (slash >= text_.size()) {
            fault(
                start,
                start + 1,
                "a regular expression begins with this `/` and is never closed",
                "write `/.../`, or put the text in quotes to search it as it is"
            );
            return;
        }
        const std::size_t end = run_end(slash + 1);
        const std::string_view flags = text_.substr(slash + 1, end - slash - 1);
        if (!flags.empty() && flags != "i") {
            fault(
                slash,
                end,
                "behind the `/` that ends a regular expression only `i` may stand",
                "a slash inside the expression is written `\\/`"
            );
            return;
        }
        if (slash == start + 1) {
            fault(start, slash + 1, "this regular expression is empty", "").code = code::empty;
            return;
        }
        ExpressionToken& token = push(Kind::regex, start, end);
        token.inner_start = start + 1;
        token.inner_end = slash;
        token.text = text_.substr(start + 1, slash - start - 1);
        token.ignore_case = !flags.empty();
    }

    void concept_name() {
        const std::size_t end = run_end(at_);
        const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
        if (name.empty() || !std::all_of(name.begin(), name.end(), name_letter)) {
            fault(
                at_,
                end,
                cited(text_.substr(at_, end - at_)) + " is not the name of a concept",
                "write `$name` or `$name.en`; put a text that holds `$` in quotes"
            );
            return;
        }
        ExpressionToken& token = push(Kind::concept_, at_, end);
        token.inner_start = token.start + 1;
        token.text = name;
    }

    void entity(char sign) {
        const std::size_t end = run_end(at_);
        ExpressionToken& token = push(sign == '#' ? Kind::tag : Kind::mention, at_, end);
        token.text = text_.substr(token.start, end - token.start);
    }

    void word() {
        const std::size_t end = run_end(at_);
        const std::string_view word = text_.substr(at_, end - at_);
        if (!in_entity_field()) {
            if (operator_word(word, end)) return;
            const std::string_view prefix = prefix_of(word);
            if (prefix == "exact") return exact_prefix(word, end);
            if (is_field(prefix)) {
                push(Kind::field, at_, at_ + prefix.size() + 1).text = prefix;
                return;
            }
            if (is_match_key(prefix)) return mapping_key(std::string(prefix));
        }
        if (quote_at(end)) {
            fault(
                end, end + 1, "a quote begins inside a word", "put a space or an operator before it"
            );
            return;
        }
        push(Kind::word, at_, end).text = word;
    }

    // `regex:x`, and `any:[a, b]` without the space that makes it a key.
    void mapping_key(const std::string& key) {
        const std::size_t end = at_ + key.size() + 1;
        fault(
            at_,
            end,
            cited(key + ":") + " belongs to the mapping form",
            key == "regex"     ? "write `/.../` in an expression"
            : key == "concept" ? "write `$name` in an expression"
                               : "write " + cited("match: {" + key + ": ...}") + ", with a space"
        );
    }

    void exact_prefix(std::string_view word, std::size_t end) {
        constexpr std::size_t prefix_size = 6;
        if (word.size() == prefix_size && quote_at(end)) return quoted(Kind::exact, at_, end);
        const std::string text(word.substr(prefix_size));
        fault(
            at_,
            end,
            "`exact:` needs a text in quotes",
            "write " + cited("exact:\"" + (text.empty() ? "WHO" : text) + '"')
        );
    }

    // False when the word is none of the operators.
    bool operator_word(std::string_view word, std::size_t end) {
        if (word == "AND") return push(Kind::and_, at_, end), true;
        if (word == "OR") return push(Kind::or_, at_, end), true;
        if (word == "NOT") return push(Kind::not_, at_, end), true;
        const std::string small = ascii_lower(word);
        if (counts_words(small)) return factiva(small, end), true;
        if (word == "ANDNOT" || word == "XOR") {
            fault(
                at_,
                end,
                cited(word) + " is an operator of another program",
                word == "XOR" ? "write `(a OR b) AND NOT (a AND b)`" : "write `AND NOT`"
            )
                .help = "to search the word itself, put it in quotes";
            return true;
        }
        if (word == "&&" || word == "||" || word == "|") {
            fault(
                at_,
                end,
                cited(word) + " is no operator here",
                word == "&&" ? "write `AND`" : "write `OR`"
            );
            return true;
        }
        return distance(word, end);
    }

    bool distance(std::string_view word, std::size_t end) {
        const std::string_view name = word.substr(0, word.find('/'));
        if (name == word && (word == "NEAR" || word == "BEFORE")) {
            fault(
                at_,
                end,
                cited(word) + " needs a number of words",
                "write " + cited(std::string(word) + "/10")
            );
            return true;
        }
        const auto found = std::find_if(distances.begin(), distances.end(), [name](Distance one) {
            return one.word == name;
        });
        const std::string_view number = name == word ? "" : word.substr(name.size() + 1);
        if (found == distances.end()) return small_distance(name, number, end);
        const bool digits =
            !number.empty() && std::all_of(number.begin(), number.end(), ascii_digit);
        // `W/O` and `PRE/POST` are words.
        if (!digits && name != "NEAR" && name != "BEFORE" && name != "ONEAR") return false;
        const bool plain = digits && number.size() <= 2 && (number.size() == 1 || number[0] != '0');
        if (!plain || std::stoi(std::string(number)) > within_max) {
            ExpressionFault& wrong = fault(
                at_,
                end,
                cited(word) + " does not say how many words",
                "write a number from 0 to 50: " + cited(std::string(name) + "/10")
            );
            wrong.code = code::not_allowed;
            return true;
        }
        ExpressionToken& token = push(found->kind, at_, end);
        token.text = name;
        token.within = std::stoi(std::string(number));
        return true;
    }

    // `near/5`, where a number shows that the operator is meant.
    bool small_distance(std::string_view name, std::string_view number, std::size_t end) {
        std::string capital(name);
        for (char& c : capital)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const bool meant = !number.empty() && ascii_digit(number[0]) &&
                           std::any_of(distances.begin(), distances.end(), [&](Distance one) {
                               return one.word == capital;
                           });
        if (!meant) return false;
        fault(
            at_,
            end,
            "operators are written in capitals",
            "write " + cited(capital + "/" + std::string(number))
        );
        return true;
    }

    void factiva(const std::string& word, std::size_t end) {
        const bool ordered = word.starts_with("adj");
        const std::string number = word.substr(ordered ? 3 : 4);
        const std::string ours = (ordered ? "BEFORE/" : "NEAR/") + number;
        fault(
            at_,
            end,
            cited(text_.substr(at_, end - at_)) + " is an operator of another program",
            "write " + cited(ours) + ": at most " + number + " words between" +
                (ordered ? ", the left side first" : ", in any order")
        )
            .help = "to search the word itself, put it in quotes";
    }

    std::string_view text_;
    std::size_t at_ = 0;
    ExpressionTokens out_;
};

// Signs of a Chinese or typographic keyboard, and what an expression needs.
struct Lookalike {
    std::string_view sign;
    const char* ascii;
    const char* name;
    bool anywhere;  // else only at the beginning of a word
};
constexpr std::array lookalikes{
    Lookalike{"“", "\"", "curly quote", true},
    Lookalike{"”", "\"", "curly quote", true},
    Lookalike{"„", "\"", "low quote", true},
    Lookalike{"«", "\"", "angle quote", true},
    Lookalike{"»", "\"", "angle quote", true},
    Lookalike{"＂", "\"", "full-width quote", true},
    Lookalike{"（", "(", "full-width parenthesis", true},
    Lookalike{"）", ")", "full-width parenthesis", true},
    Lookalike{"＃", "#", "full-width sign", false},
    Lookalike{"＠", "@", "full-width sign", false},
    Lookalike{"＄", "$", "full-width sign", false},
    Lookalike{"／", "/", "full-width sign", false},
};

std::optional<ExpressionFault> lookalike_in(const ExpressionToken& word) {
    for (std::size_t at = 0; at < word.text.size(); ++at) {
        const std::string_view rest = std::string_view(word.text).substr(at);
        const auto found =
            std::find_if(lookalikes.begin(), lookalikes.end(), [at, rest](const Lookalike& one) {
                return (at == 0 || one.anywhere) && rest.starts_with(one.sign);
            });
        if (found == lookalikes.end()) continue;
        ExpressionFault fault{
            word.start + at,
            word.start + at + found->sign.size(),
            found->name + (" `" + std::string(found->sign)) + "` where an expression needs `" +
                found->ascii + "`",
            std::string("replace with `") + found->ascii + "`"};
        fault.help = "to search the sign itself, put the text in straight quotes";
        fault.code = code::full_width;
        return fault;
    }
    return std::nullopt;
}

// The minus and plus of a search engine.
bool is_signed_word(std::string_view word) {
    return word.size() > 1 && (word[0] == '-' || word[0] == '+') &&
           (ascii_letter(word[1]) || static_cast<unsigned char>(word[1]) >= 0x80);
}

std::optional<ExpressionFault> unknown_field(const ExpressionToken& word) {
    const std::string prefix(prefix_of(word.text));
    if (prefix.empty() || word.text.size() == prefix.size() + 1) return std::nullopt;
    std::vector<std::string> names;
    for (const KeySpec& key : keys_of(Section::field)) names.emplace_back(key.name);
    const std::string near = meant_by(prefix, names);
    ExpressionFault fault{
        word.start, word.start + prefix.size(), "no field is named " + cited(prefix), ""};
    if (prefix == "http" || prefix == "https")
        fault.label = "write " + cited("link:" + word.text);
    else if (!near.empty())
        fault.label = "did you mean " + cited(near) + "?";
    else if (prefix == "from" || prefix == "source" || prefix == "site")
        fault.label = "whose statements a rule reads stands in its `from`";
    else
        fault.label = "to search the text, write " + cited('"' + word.text + '"');
    fault.help = "fields: title, text, author, link, tag, mention, quote, alt";
    return fault;
}

}  // namespace

bool ExpressionTokens::one_phrase() const {
    if (fault) return false;
    return std::all_of(tokens.begin(), tokens.end(), [](const ExpressionToken& token) {
        return token.kind == Kind::end || (token.kind == Kind::word && !is_signed_word(token.text));
    });
}

ExpressionTokens expression_tokens(std::string_view text) { return Lexer(text).run(); }

std::optional<ExpressionFault> odd_word(const ExpressionToken& word) {
    if (auto fault = lookalike_in(word)) return fault;
    if (is_signed_word(word.text)) {
        const bool minus = word.text[0] == '-';
        return ExpressionFault{
            word.start,
            word.end,
            minus ? "a minus does not exclude a word here" : "a plus does not ask for a word here",
            minus ? "write " + cited("AND NOT " + word.text.substr(1))
                  : "write " + cited(word.text.substr(1)) + ", and AND between the words"};
    }
    if (word.text[0] == '\'')
        return ExpressionFault{
            word.start,
            word.start + 1,
            "single quotes do not make a phrase",
            "write `\"...\"` instead of `'...'`"};
    return unknown_field(word);
}

}  // namespace spokeswatch
