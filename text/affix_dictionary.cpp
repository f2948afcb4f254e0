#include "text/affix_dictionary.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/fold.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

constexpr std::uintmax_t file_bytes_max = 64 << 20;

std::optional<std::string> contents(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error || size > file_bytes_max) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(size)) || !valid_utf8(text))
        return std::nullopt;
    return text;
}

std::string_view line_at(std::string_view text, std::size_t at) {
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

bool ends_with(std::string_view word, std::string_view ending) {
    return word.size() >= ending.size() && word.substr(word.size() - ending.size()) == ending;
}

// Whether a word ends as a condition says: letters, "." for any, "[abc]" and "[^abc]".
bool fits(std::string_view condition, std::string_view word) {
    // From the right: what a bracket closes was opened further left.
    std::size_t at = condition.size(), end = word.size();
    while (at > 0) {
        if (end == 0) return false;
        const char32_t letter = decode_back(word, end);
        if (condition[at - 1] != ']') {
            const char32_t wanted = decode_back(condition, at);
            if (wanted != '.' && wanted != letter) return false;
            continue;
        }
        const std::size_t open = condition.rfind('[', at);
        if (open == std::string_view::npos) return false;
        std::string_view set = condition.substr(open + 1, at - open - 2);
        const bool none = !set.empty() && set.front() == '^';
        if (none) set.remove_prefix(1);
        bool found = false;
        for (std::size_t i = 0; i < set.size();) found = decode(set, i) == letter || found;
        if (found == none) return false;
        at = open;
    }
    return true;
}

struct Line {
    std::string_view word, flags;
};

bool ends_word(char c) { return c <= '/' && (c == '/' || ascii_space(c)); }

// The line of a .dic file that starts at `at`.
Line read_line(std::string_view text, std::size_t at) {
    const auto end_of = [&](std::size_t from, auto ends) {
        while (from < text.size() && !ends(text[from])) ++from;
        return from;
    };
    Line line;
    const std::size_t end = end_of(at, ends_word);
    line.word = text.substr(at, end - at);
    if (end < text.size() && text[end] == '/')
        line.flags = text.substr(end + 1, end_of(end + 1, ascii_space) - end - 1);
    return line;
}

std::uint32_t hash_of(std::string_view word) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(word));
}

// Whether folding leaves the word as it is, seen at once: signs and small letters of English,
// Russian and Ukrainian without ё and ґ, which nearly all words of the dictionaries are made of.
bool is_folded(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i) {
        const auto c = static_cast<unsigned char>(word[i]);
        if (c < 0x80) {
            if (c >= 'A' && c <= 'Z') return false;
            continue;
        }
        if (++i == word.size()) return false;
        const auto next = static_cast<unsigned char>(word[i]);
        const bool first_half = c == 0xD0 && next >= 0xB0 && next <= 0xBF;  // а to п
        const bool second_half = c == 0xD1 && next >= 0x80 && next <= 0x8F;
        const bool ukrainian = c == 0xD1 && (next == 0x94 || next == 0x96 || next == 0x97);
        if (!first_half && !second_half && !ukrainian) return false;
    }
    return true;
}

std::string folded(std::string_view word) {
    return all_ascii(word) ? ascii_lower(word) : folded_text(word);
}

}  // namespace

std::optional<AffixDictionary> AffixDictionary::load(
    const std::filesystem::path& affixes, const std::filesystem::path& words
) {
    AffixDictionary dictionary;
    const auto rules = contents(affixes);
    if (!rules || !dictionary.read_affixes(*rules)) return std::nullopt;
    auto text = contents(words);
    if (!text) return std::nullopt;
    dictionary.words_ = std::move(*text);
    dictionary.index_words();
    return dictionary;
}

bool AffixDictionary::read_affixes(std::string_view text) {
    bool utf8 = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view line = line_at(text, at);
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
        std::istringstream words{std::string(line)};
        std::array<std::string, 5> word;
        for (std::string& one : word) words >> one;
        if (word[0] == "SET") utf8 = word[1] == "UTF-8";
        // Flags that are numbers or pairs of letters, and lists of flags.
        if (word[0] == "FLAG" || word[0] == "AF") return false;
        const bool suffix = word[0] == "SFX";
        // The head of a table has four words, its rows five.
        if ((!suffix && word[0] != "PFX") || word[1].size() != 1 || word[4].empty()) continue;
        Affix affix;
        affix.flag = word[1][0];
        if (word[2] != "0") affix.strip = word[2];
        affix.add = word[3].substr(0, word[3].find('/'));
        if (affix.add == "0") affix.add.clear();
        if (word[4] != ".") affix.condition = word[4];
        if (!suffix) {
            prefixes_.push_back(std::move(affix));
            continue;
        }
        suffixes_.push_back(std::move(affix));
    }
    for (std::uint32_t number = 0; number < suffixes_.size(); ++number) {
        by_ending_.add(suffixes_[number].add, number);
        by_flag_[static_cast<unsigned char>(suffixes_[number].flag)].push_back(number);
    }
    return utf8;
}

void AffixDictionary::index_words() {
    std::size_t slots = 16;
    const auto lines = static_cast<std::size_t>(std::count(words_.begin(), words_.end(), '\n'));
    while (slots < lines + lines / 2) slots *= 2;
    slots_.assign(slots, {});
    for (std::size_t at = 0; at < words_.size();) {
        const std::string_view word = read_line(words_, at).word;
        if (!word.empty()) {
            const std::uint32_t hash = is_folded(word) ? hash_of(word) : hash_of(folded(word));
            std::size_t slot = hash & (slots - 1);
            while (slots_[slot].line != 0) slot = (slot + 1) & (slots - 1);
            slots_[slot] = {static_cast<std::uint32_t>(at) + 1, hash};
        }
        at = std::min(words_.find('\n', at), words_.size() - 1) + 1;
    }
}

template <typename Use>
void AffixDictionary::each_entry(std::string_view word, Use use) const {
    const std::uint32_t hash = hash_of(word);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].line != 0;
         at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at].hash != hash) continue;
        const Line line = read_line(words_, slots_[at].line - 1);
        const bool same = line.word == word || (!is_folded(line.word) && folded(line.word) == word);
        if (same && !use(line.flags)) return;
    }
}

bool AffixDictionary::has(std::string_view word) const {
    bool found = false;
    each_entry(word, [&](std::string_view) {
        found = true;
        return false;
    });
    return found;
}

bool AffixDictionary::has_as_written(std::string_view word) const {
    const std::uint32_t hash = hash_of(word);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].line != 0;
         at = (at + 1) & (slots_.size() - 1))
        if (slots_[at].hash == hash && read_line(words_, slots_[at].line - 1).word == word)
            return true;
    return false;
}

bool AffixDictionary::has_bare(std::string_view word) const {
    bool found = false, bare = true;
    each_entry(word, [&](std::string_view flags) {
        found = true;
        bare = bare && flags.empty();
        return bare;
    });
    return found && bare;
}

void AffixDictionary::roots(std::string_view word, std::vector<Root>& into) const {
    if (has(word)) into.push_back({std::string(word), 0});
    std::string root;
    by_ending_.each(word, [&](std::uint32_t number, std::string_view before) {
        const Affix& suffix = suffixes_[number];
        root.assign(before) += suffix.strip;
        if (root.empty() || !fits(suffix.condition, root)) return;
        each_entry(root, [&](std::string_view flags) {
            if (flags.find(suffix.flag) == std::string_view::npos) return true;
            into.push_back({root, suffix.flag});
            return false;
        });
    });
}

void AffixDictionary::forms(
    std::string_view root, std::string_view endings, std::vector<std::string>& into
) const {
    each_entry(root, [&](std::string_view flags) {
        for (const char flag : flags) {
            if (!endings.empty() && endings.find(flag) == std::string_view::npos) continue;
            for (const std::uint32_t number : by_flag_[static_cast<unsigned char>(flag)]) {
                const Affix& suffix = suffixes_[number];
                if (!ends_with(root, suffix.strip) || !fits(suffix.condition, root)) continue;
                into.emplace_back(root.substr(0, root.size() - suffix.strip.size()));
                into.back() += suffix.add;
            }
        }
        return true;
    });
}

void AffixDictionary::prefixed_forms(
    std::string_view word, std::string_view endings, std::vector<std::string>& into
) const {
    for (const Affix& prefix : prefixes_) {
        if (word.size() <= prefix.add.size() || word.compare(0, prefix.add.size(), prefix.add) != 0)
            continue;
        const std::string_view root = word.substr(prefix.add.size());
        bool stands = false;
        each_entry(root, [&](std::string_view flags) {
            stands = flags.find(prefix.flag) != std::string_view::npos;
            return !stands;
        });
        if (!stands) continue;
        const std::size_t before = into.size();
        forms(root, endings, into);
        for (std::size_t i = before; i < into.size(); ++i) into[i].insert(0, prefix.add);
    }
}

}  // namespace spokeswatch
