#include "tests/bench/corpus.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include "base/utf8.hpp"
#include "model/statement.hpp"
#include "text/tokens.hpp"

namespace spokeswatch::testing {

namespace {

constexpr std::size_t vocabulary_words = 40'000;
constexpr std::size_t vocabulary_characters = 2'500;

std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

// Makes texts of one language.
class Writer {
  public:
    Writer(const std::string& language, std::uint32_t seed) : random_(seed) {
        const std::filesystem::path folder = SPOKESWATCH_BENCH_CORPUS;
        std::map<std::string, std::size_t> counts;
        for (const std::string& line : lines_of(folder / (language + ".txt"))) {
            const Tokens tokens = tokenise(line);
            std::vector<std::string> words;
            for (const Token& token : tokens.tokens) {
                unspaced_ = token.kind == TokenKind::ideograph;
                words.push_back(line.substr(token.start, token.end - token.start));
                ++counts[words.back()];
            }
            if (!words.empty()) sentences_.push_back(std::move(words));
        }
        for (const auto& [word, count] : counts) vocabulary_.push_back(word);
        std::ranges::stable_sort(vocabulary_, [&](const std::string& a, const std::string& b) {
            return counts[a] > counts[b];
        });
        if (unspaced_)
            add_characters();
        else
            add_words();
    }

    std::string text(std::size_t bytes) {
        std::string text;
        while (text.size() < bytes) {
            if (!text.empty()) text += unspaced_ ? "。" : below(4) == 0 ? ".\n" : ". ";
            const std::size_t clauses = 1 + below(3);
            for (std::size_t i = 0; i < clauses; ++i) {
                if (i > 0) text += unspaced_ ? "，" : ", ";
                clause(text);
            }
        }
        if (below(8) == 0) text += " https://example.org/" + std::to_string(random_());
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    // Rank r as often as 1 / r.
    const std::string& word() {
        const double part = static_cast<double>(random_()) / 4294967296.0;
        const auto rank = std::pow(static_cast<double>(vocabulary_.size()), part);
        return vocabulary_[std::min(static_cast<std::size_t>(rank), vocabulary_.size()) - 1];
    }

    void clause(std::string& text) {
        const std::size_t parts = 1 + below(4);
        bool first = true;
        const auto add = [&](const std::string& word) {
            if (!first && !unspaced_) text += ' ';
            first = false;
            text += word;
        };
        for (std::size_t i = 0; i < parts; ++i) {
            if (below(3) == 0) {
                const std::vector<std::string>& sentence = sentences_[below(sentences_.size())];
                const std::size_t start = below(sentence.size());
                const std::size_t end = std::min(sentence.size(), start + 2 + below(5));
                for (std::size_t k = start; k < end; ++k) add(sentence[k]);
            } else {
                for (std::size_t k = 1 + below(4); k > 0; --k) add(word());
            }
        }
    }

    void add_characters() {
        while (vocabulary_.size() < vocabulary_characters) {
            std::string character;
            append_code_point(character, static_cast<char32_t>(0x4E00 + below(0x5000)));
            vocabulary_.push_back(std::move(character));
        }
    }

    // The beginning of one word and the end of another.
    void add_words() {
        const std::size_t own = vocabulary_.size();
        const auto half = [&](bool front) {
            const std::string& word = vocabulary_[below(own)];
            const std::size_t letters = code_points(word);
            const std::size_t cut = byte_offset(word, std::min<std::size_t>(letters, 3 + below(3)));
            return front ? word.substr(0, cut) : word.substr(word.size() - cut);
        };
        while (vocabulary_.size() < vocabulary_words)
            vocabulary_.push_back(repair_utf8(half(true) + half(below(2) == 0) + half(false)));
    }

    std::mt19937 random_;
    bool unspaced_ = false;
    std::vector<std::vector<std::string>> sentences_;
    std::vector<std::string> vocabulary_;  // the frequent ones first
};

// In how many texts each token stands.
std::unordered_map<std::uint64_t, std::size_t> counts_of(const std::vector<Tokens>& texts) {
    std::unordered_map<std::uint64_t, std::size_t> counts;
    for (const Tokens& text : texts) {
        std::unordered_set<std::uint64_t> seen;
        for (const Token& token : text.tokens)
            if (seen.insert(token.hash).second) ++counts[token.hash];
    }
    return counts;
}

}  // namespace

std::vector<std::string> generated_texts(std::size_t count, std::size_t bytes, std::uint32_t seed) {
    std::vector<Writer> writers;
    for (const char* language : {"en", "ru", "zh"}) writers.emplace_back(language, seed++);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.push_back(writers[i % writers.size()].text(bytes - bytes / 6));
    return texts;
}

std::optional<std::vector<std::string>> texts_of_ndjson(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) return std::nullopt;
    std::vector<std::string> texts;
    for (std::string line; std::getline(in, line);) {
        const StatementInput input = statement_from_json(line);
        if (!input.statement) continue;
        const Statement& statement = *input.statement;
        std::string text = statement.title;
        if (!text.empty()) text += '\n';
        texts.push_back(text + statement.text);
    }
    return texts;
}

std::vector<std::string> texts_of_length(const std::vector<std::string>& texts, std::size_t bytes) {
    std::vector<std::string> cut;
    std::string text;
    for (const std::string& given : texts) {
        if (!text.empty()) text += '\n';
        text += given;
        while (text.size() >= bytes * 2 / 3) {
            std::size_t end = text.size();
            if (end > bytes * 4 / 3) {
                end = text.find_last_of(" \n", bytes);
                // Chinese has no spaces: at any character.
                if (end == std::string::npos || end < bytes / 2)
                    end =
                        byte_offset(text, code_points(std::string_view(text).substr(0, bytes)) - 1);
            }
            std::string piece = text.substr(0, end);
            // One text is one line for the programs beside us.
            std::ranges::replace(piece, '\n', ' ');
            cut.push_back(std::move(piece));
            text.erase(0, end);
        }
    }
    return cut;
}

std::vector<std::string> phrases_of(
    const std::vector<std::string>& texts, std::size_t count, std::uint32_t seed
) {
    std::mt19937 random(seed);
    std::vector<Tokens> tokens;
    for (const std::string& text : texts) tokens.push_back(tokenise(text));
    const auto counts = counts_of(tokens);
    const std::size_t often = std::max<std::size_t>(texts.size() / 400, 1);
    std::vector<std::string> phrases;
    std::unordered_set<std::string> known;
    for (std::size_t tries = count * 40; phrases.size() < count && tries > 0; --tries) {
        const std::size_t number = random() % texts.size();
        const std::vector<Token>& words = tokens[number].tokens;
        if (words.empty()) continue;
        const std::size_t first = random() % words.size();
        const TokenKind kind = words[first].kind;
        std::size_t length = 0;
        if (kind == TokenKind::ideograph) {
            length = 2 + random() % 5;
        } else if (kind == TokenKind::word) {
            static constexpr std::size_t lengths[] = {1, 2, 2, 2, 3, 3, 4};
            length = lengths[random() % 7];
        }
        if (length == 0 || first + length > words.size()) continue;
        bool good = true, rare = false;
        for (std::size_t i = first; i < first + length; ++i) {
            good = good && words[i].kind == kind &&
                   (i == first || (!words[i].sentence_start && !words[i].hyphen_before &&
                                   (kind == TokenKind::word || words[i].joined_before)));
            rare = rare || counts.at(words[i].hash) <= often;
        }
        if (!good || (!rare && (kind == TokenKind::word || length < 4))) continue;
        const std::size_t start = words[first].start;
        std::string phrase = texts[number].substr(start, words[first + length - 1].end - start);
        if (phrase.find('*') != std::string::npos || !known.insert(normalised_text(phrase)).second)
            continue;
        phrases.push_back(std::move(phrase));
    }
    return phrases;
}

std::vector<std::string> phrases_that_never_hit(const std::vector<std::string>& phrases) {
    std::vector<std::string> never;
    for (const std::string& phrase : phrases)
        never.push_back(phrase + " qzx" + std::to_string(never.size() % 997));
    return never;
}

}  // namespace spokeswatch::testing
