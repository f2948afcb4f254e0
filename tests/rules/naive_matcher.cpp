#include "tests/rules/naive_matcher.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "base/utf8.hpp"
#include "text/confusables.hpp"
#include "text/fold.hpp"
#include "text/pattern.hpp"
#include "text/tokens.hpp"
#include "text/word_forms.hpp"

namespace spokeswatch::testing {

namespace {

using Kind = MatchNode::Kind;
constexpr std::size_t joined_max = 6;

struct Text {
    std::string field;
    std::string original;
    Tokens tokens;
};

// Tokens [first, last) of a text.
struct Place {
    const Text* text = nullptr;
    std::size_t first = 0, last = 0;
};

std::string joined(const Tokens& tokens, std::size_t first, std::size_t last) {
    std::string form;
    for (std::size_t i = first; i < last; ++i) form += tokens.form(tokens.tokens[i]);
    return form;
}

// Whether tokens [first, last) are one chain of words and hyphens.
bool is_chain(const Tokens& tokens, std::size_t first, std::size_t last) {
    for (std::size_t i = first + 1; i < last; ++i)
        if (!tokens.tokens[i].hyphen_before) return false;
    return true;
}

struct Phrase {
    Tokens tokens;
    std::set<std::size_t> stars;  // ends of the words that had one
    bool exact = false;
    bool forms = false, confusables = false;
    std::string text, language;
};

Phrase phrase_of(const std::string& written, bool exact) {
    Phrase phrase;
    phrase.exact = exact;
    for (const char c : written) {
        if (c == '*' && !exact)
            phrase.stars.insert(phrase.text.size());
        else
            phrase.text += c;
    }
    phrase.tokens = tokenise(phrase.text);
    return phrase;
}

// The words that `form`, which begins with that token of the phrase, stands for.
std::vector<std::string> meant(const Phrase& phrase, const std::string& form, const Token& first) {
    const auto language = form_language(form, phrase.text, phrase.language);
    if (!phrase.forms || !language || code_points(form) < 2) return {form};
    std::size_t at = first.start;
    const bool name = char_entry(decode(phrase.text, at)).is(CharEntry::upper);
    static std::map<std::tuple<std::string, FormLanguage, bool>, std::vector<std::string>> known;
    std::vector<std::string>& words = known[{form, *language, name}];
    if (words.empty()) system_word_forms().forms(form, *language, name, words);
    return words;
}

std::string looks(const std::string& word) {
    std::string out;
    looks_of(word, out);
    return out;
}

bool gap_fits(const Phrase& phrase, std::size_t wanted, const Text& text, std::size_t at) {
    const Token& is = text.tokens.tokens[at];
    const Token& want = phrase.tokens.tokens[wanted];
    if (is.paragraph_start) return false;
    if (is.sentence_start && !want.sentence_start && !(want.dot_before && is.dot_before))
        return false;
    const bool run =
        is.kind == TokenKind::ideograph && text.tokens.tokens[at - 1].kind == TokenKind::ideograph;
    return !run || !want.joined_before || is.joined_before;
}

// All places behind which words of the phrase from `wanted` on have been read from token `at` on.
void read(
    const Phrase& phrase,
    std::size_t wanted,
    const Text& text,
    std::size_t at,
    std::set<std::size_t>& ends
) {
    const std::size_t words = phrase.tokens.tokens.size(), count = text.tokens.tokens.size();
    if (wanted == words) {
        ends.insert(at);
        return;
    }
    for (std::size_t p = wanted + 1; p <= words; ++p) {
        if (p > wanted + 1 && (phrase.exact || !is_chain(phrase.tokens, wanted, p))) break;
        const std::string form = joined(phrase.tokens, wanted, p);
        const Token& last = phrase.tokens.tokens[p - 1];
        const bool star = last.kind == TokenKind::word && phrase.stars.count(last.end) != 0;
        for (std::size_t t = at + 1; t <= count && t - at <= joined_max; ++t) {
            if (!is_chain(text.tokens, at, t)) break;
            const std::string is = joined(text.tokens, at, t);
            const Token& token = text.tokens.tokens[at];
            bool same = false;
            if (star) {
                same = token.kind == TokenKind::word && is.compare(0, form.size(), form) == 0;
            } else if (phrase.exact || last.kind != TokenKind::word) {
                same = is == form;
            } else {
                const std::string written =
                    t == at + 1 ? text.original.substr(token.start, token.end - token.start) : is;
                for (const std::string& word : meant(phrase, form, phrase.tokens.tokens[wanted])) {
                    same = same || is == word;
                    if (phrase.confusables && token.kind == TokenKind::word)
                        same = same || looks(word) == looks(is) || looks(word) == looks(written);
                }
            }
            if (!same) continue;
            if (p < words && (t == count || !gap_fits(phrase, p, text, t))) continue;
            read(phrase, p, text, t, ends);
        }
    }
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string with_single_spaces(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (!is_space(c))
            result += c;
        else if (result.empty() || result.back() != ' ')
            result += ' ';
    }
    return result;
}

// Whether the surface of the text is, from `lead` bytes before its token on, what was written.
bool stands_as_written(const MatchNode& node, const Text& text, std::size_t token) {
    const std::string wanted = with_single_spaces(surface_text(node.text).text);
    const SurfaceText surface = surface_text(text.original);
    const Tokens words = tokenise(surface_text(node.text).text);
    const std::size_t lead = words.tokens.front().start;
    std::size_t at = 0;
    while (surface.original_offsets[at] < text.tokens.tokens[token].start) ++at;
    if (at < lead) return false;
    const std::string rest = surface.text.substr(at - lead);
    // White space may be longer in the text than in what is wanted: try every length.
    for (std::size_t length = 0; length <= rest.size(); ++length)
        if (with_single_spaces(rest.substr(0, length)) == wanted) return true;
    return false;
}

class Judge {
  public:
    Judge(const Config& config, const Statement& statement, const RuleConfig& rule)
        : config_(config),
          statement_(statement),
          quoted_(rule.include_quoted),
          confusables_(rule.confusables) {
        add("title", statement.title);
        add("spoiler", statement.spoiler);
        add("text", statement.text);
        for (const Media& media : statement.media) add("alt", media.alt);
        if (statement.quote_of) add("quote", statement.quote_of->text);
        if (statement.repost_of) add("quote", statement.repost_of->text);
        add("author", statement.author_name);
        add("author", statement.author_handle);
    }

    bool holds(const MatchNode& node) const {
        const auto member = [&](const MatchNode& child) { return holds(child); };
        switch (node.kind) {
            case Kind::all:
                return std::all_of(node.children.begin(), node.children.end(), member);
            case Kind::none:
                return std::none_of(node.children.begin(), node.children.end(), member);
            case Kind::any:
                return distinct_holding(node) >= node.at_least;
            case Kind::near:
            case Kind::before:
                return near(node);
            case Kind::regex:
                return regex(node);
            case Kind::field:
                return field(node);
            case Kind::everything:
                return true;
            case Kind::phrase:
            case Kind::exact:
            case Kind::concept_:
                break;
        }
        return !places(node).empty();
    }

  private:
    void add(const std::string& field, const std::string& text) {
        if (!text.empty()) texts_.push_back({field, text, tokenise(text)});
    }

    // Without a field of its own a condition looks at the speaker's own words.
    bool looks_at(const std::string& wanted, const Text& text) const {
        if (!wanted.empty()) return text.field == wanted;
        return text.field != "author" && (text.field != "quote" || quoted_);
    }

    std::vector<Place> places(
        const std::string& words,
        bool exact,
        const MatchNode& node,
        const std::string& language = ""
    ) const {
        std::vector<Place> found;
        Phrase phrase = phrase_of(words, exact);
        phrase.forms = node.forms == Forms::light;
        phrase.confusables = confusables_;
        phrase.language = language;
        if (phrase.tokens.tokens.empty()) return exact ? signs(node) : found;
        for (const Text& text : texts_) {
            if (!looks_at(node.field, text)) continue;
            for (std::size_t at = 0; at < text.tokens.tokens.size(); ++at) {
                std::set<std::size_t> ends;
                read(phrase, 0, text, at, ends);
                if (exact && !ends.empty() && !stands_as_written(node, text, at)) ends.clear();
                for (const std::size_t end : ends) found.push_back({&text, at, end});
            }
        }
        return found;
    }

    // An exact text without letters: its signs anywhere.
    std::vector<Place> signs(const MatchNode& node) const {
        std::vector<Place> found;
        const std::string wanted = surface_text(node.text).text;
        for (const Text& text : texts_)
            if (!wanted.empty() && looks_at(node.field, text) &&
                surface_text(text.original).text.find(wanted) != std::string::npos)
                found.push_back({&text, 0, 0});
        return found;
    }

    std::vector<Place> places(const MatchNode& node) const {
        std::vector<Place> found;
        const auto append = [&](const std::vector<Place>& more) {
            found.insert(found.end(), more.begin(), more.end());
        };
        if (node.kind == Kind::any)
            for (const MatchNode& child : node.children) append(places(child));
        if (node.kind == Kind::concept_)
            for (const ConceptConfig& one : config_.concepts)
                if (one.name.value == node.text)
                    for (const Term& term : one.terms) {
                        MatchNode each;
                        each.forms = node.forms == Forms::none ? Forms::none : term.forms;
                        append(places(term.text.value, false, each, term.lang));
                    }
        if (node.kind == Kind::phrase) append(places(node.text, false, node));
        if (node.kind == Kind::exact) append(places(node.text, true, node));
        return found;
    }

    int distinct_holding(const MatchNode& node) const {
        std::set<std::string> simple;
        int count = 0;
        for (const MatchNode& child : node.children) {
            if (child.children.empty() && !simple.insert(shown(child)).second) continue;
            if (holds(child)) ++count;
        }
        return count;
    }

    // Half words between two places of one text; below 0 when they are not in this order.
    static int between(const Place& left, const Place& right) {
        if (left.last > right.first) return -1;
        int half_words = 0;
        for (std::size_t i = left.last; i <= right.first; ++i) {
            if (left.text->tokens.tokens[i].paragraph_start) return -1;
            if (i < right.first)
                half_words += left.text->tokens.tokens[i].kind == TokenKind::ideograph ? 1 : 2;
        }
        return half_words;
    }

    bool near(const MatchNode& node) const {
        const std::vector<Place> left = places(node.children[0]), right = places(node.children[1]);
        const auto fits = [&](const Place& a, const Place& b) {
            const int distance = between(a, b);
            return distance >= 0 && distance <= 2 * node.within;
        };
        for (const Place& a : left)
            for (const Place& b : right)
                if (a.text == b.text && (fits(a, b) || (node.kind == Kind::near && fits(b, a))))
                    return true;
        return false;
    }

    bool regex(const MatchNode& node) const {
        std::optional<Pattern::Problem> problem;
        const Pattern pattern = Pattern::compile(node.text, node.ignore_case, problem);
        for (const Text& text : texts_) {
            if (!looks_at("", text)) continue;
            const SurfaceText surface = surface_text(text.original);
            for (const OriginalSpan& part : paragraphs(surface.text)) {
                const auto paragraph = surface.text.substr(part.start, part.end - part.start);
                if (!pattern.find_all(paragraph, 1).empty()) return true;
            }
        }
        return false;
    }

    bool field(const MatchNode& node) const {
        const Entities found = extract_entities(statement_.text);
        const auto named = [&](const std::vector<std::string>& list) {
            return std::any_of(list.begin(), list.end(), [&](const std::string& name) {
                return folded_text(name) == folded_text(node.text);
            });
        };
        if (node.field == "tag") return named(found.tags);
        if (node.field == "mention") return named(found.mentions);
        return !places(node.text, false, node).empty();
    }

    const Config& config_;
    const Statement& statement_;
    bool quoted_, confusables_;
    std::vector<Text> texts_;
};

}  // namespace

std::vector<std::string> NaiveMatcher::match(const Statement& statement) const {
    std::vector<std::string> names;
    for (const RuleConfig& rule : config_.rules)
        if (Judge(config_, statement, rule).holds(rule.match)) names.push_back(rule.name.value);
    return names;
}

std::string shown(const MatchNode& node) {
    static const char* const names[] = {
        "all",
        "any",
        "none",
        "near",
        "before",
        "phrase",
        "exact",
        "regex",
        "concept",
        "field",
        "everything"};
    std::string text = names[static_cast<int>(node.kind)];
    if (node.kind == Kind::field) text += ":" + node.field;
    if (node.kind == Kind::any) text += "/" + std::to_string(node.at_least);
    if (node.kind == Kind::near || node.kind == Kind::before)
        text += "/" + std::to_string(node.within);
    if (node.children.empty()) return text + " [" + node.text + "]";
    text += "(";
    for (const MatchNode& child : node.children) text += shown(child) + " ";
    return text + ")";
}

}  // namespace spokeswatch::testing
