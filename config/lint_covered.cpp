#include "config/lint_covered.hpp"

#include <unordered_map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/codes.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t words_max = 12;
constexpr std::size_t han_max = 16;
constexpr std::size_t prefix_letters_min = 3;

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (!ascii_space(c))
            words.back() += ascii_lower(c);
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

bool han(char32_t c) { return (c >= 0x3400 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x3ffff); }

// Code points of a text that is Han alone; empty for every other one.
std::vector<std::string> characters_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        if (!han(next_code_point(text, at))) return {};
        out.push_back(text.substr(start, at - start));
    }
    return out;
}

class Cover {
  public:
    explicit Cover(const std::vector<Located<std::string>>& terms) : terms_(terms) {
        for (std::size_t i = 0; i < terms.size(); ++i) by_text_.emplace(key_of(terms[i].value), i);
    }

    // The term that finds all that term `index` finds; nothing when there is none.
    [[nodiscard]] const Located<std::string>* of(std::size_t index) const {
        const std::string& text = terms_[index].value;
        const auto first = by_text_.find(key_of(text));
        if (first->second != index) return &terms_[first->second];
        if (const auto* found = part_of(characters_of(text), "", han_max)) return found;
        const std::vector<std::string> words = words_of(text);
        if (const auto* found = part_of(words, " ", words_max)) return found;
        for (const std::string& word : words) {
            if (const auto* found = prefix_of(word)) return found;
        }
        return nullptr;
    }

  private:
    static std::string key_of(const std::string& text) {
        std::string out;
        for (const std::string& word : words_of(text)) out += (out.empty() ? "" : " ") + word;
        return out;
    }

    [[nodiscard]] const Located<std::string>* find(const std::string& key) const {
        const auto found = by_text_.find(key);
        return found == by_text_.end() ? nullptr : &terms_[found->second];
    }

    // A term that is a proper part of these, one after the other.
    [[nodiscard]] const Located<std::string>* part_of(
        const std::vector<std::string>& parts, const char* between, std::size_t parts_max
    ) const {
        if (parts.size() > parts_max) return nullptr;
        for (std::size_t first = 0; first < parts.size(); ++first) {
            std::string part;
            for (std::size_t last = first; last < parts.size(); ++last) {
                part += (last == first ? "" : between) + parts[last];
                if (last - first + 1 == parts.size()) break;
                if (const auto* found = find(part)) return found;
            }
        }
        return nullptr;
    }

    // A term `be*` that finds a word that begins so.
    [[nodiscard]] const Located<std::string>* prefix_of(const std::string& word) const {
        for (std::size_t size = prefix_letters_min; size < word.size(); ++size) {
            const std::string prefix = word.substr(0, size) + '*';
            if (prefix == word) continue;
            if (const auto* found = find(prefix)) return found;
        }
        return nullptr;
    }

    const std::vector<Located<std::string>>& terms_;
    std::unordered_map<std::string, std::size_t> by_text_;
};

}  // namespace

void lint_covered(const std::vector<Located<std::string>>& terms, Diagnostics& diagnostics) {
    const Cover cover(terms);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const Located<std::string>* by = cover.of(i);
        if (by == nullptr) continue;
        const bool same = words_of(by->value) == words_of(terms[i].value);
        Diagnostic& fault = diagnostics.warning(
            code::covered_term,
            terms[i].span,
            same ? "term " + cited(terms[i].value) + " stands here twice"
                 : "term " + cited(terms[i].value) + " adds nothing: " + cited(by->value) +
                       " finds all of it"
        );
        fault.label = "remove this one, or the other if it finds too much";
        fault.secondary.push_back({by->span, same ? "first one is here" : "this one finds more"});
    }
}

}  // namespace spokeswatch
