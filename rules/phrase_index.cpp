#include "rules/phrase_index.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/fold.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t hyphens_varied_max = 4;

bool is_word_byte(char c) { return ascii_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80; }

struct Starred {
    std::string text;                // without the stars
    std::vector<std::size_t> stars;  // ends of the words that had one
};

Starred without_stars(std::string_view phrase) {
    Starred starred;
    for (std::size_t i = 0; i < phrase.size(); ++i) {
        const bool star = phrase[i] == '*' && i > 0 && is_word_byte(phrase[i - 1]) &&
                          (i + 1 == phrase.size() || !is_word_byte(phrase[i + 1]));
        if (star)
            starred.stars.push_back(starred.text.size());
        else
            starred.text.push_back(phrase[i]);
    }
    return starred;
}

// In half bits, roughly: a Chinese character tells as much as three letters, and ten letters of a
// word tell no less than all of them.
std::uint32_t rarity_of(const Tokens& tokens) {
    std::size_t rarity = 0;
    for (const Token& token : tokens.tokens)
        rarity += token.kind == TokenKind::word
                      ? 1 + std::min<std::size_t>(code_points(tokens.form(token)), 10)
                      : 3;
    return static_cast<std::uint32_t>(rarity);
}

bool starts_with_capital(std::string_view text) {
    std::size_t at = 0;
    return !text.empty() && char_entry(decode(text, at)).is(CharEntry::upper);
}

}  // namespace

void SequenceBits::reset(std::size_t count, std::size_t slots_max) {
    std::size_t slots = 1024;
    while (slots < slots_max && slots < count * 8) slots *= 2;
    words_.assign(slots / 32, 0);
    mask_ = slots - 1;
}

std::uint32_t PhraseIndex::add(std::string_view text, const PhraseReading& reading) {
    std::string name(text);
    name +=
        {'\0', static_cast<char>(reading.exact | reading.forms << 1 | reading.confusables << 2)};
    name += reading.language;
    const auto [known, fresh] =
        pending_.numbers.try_emplace(token_hash(name), static_cast<std::uint32_t>(rarity_.size()));
    if (!fresh) return known->second;
    const std::uint32_t phrase = known->second;

    const bool starred = !reading.exact && text.find('*') != std::string_view::npos;
    const Starred stripped = starred ? without_stars(text) : Starred{};
    if (starred) text = stripped.text;
    tokenise(text, pending_.tokens);
    rarity_.push_back(rarity_of(pending_.tokens));
    if (!pending_.tokens.tokens.empty()) read_hyphens(phrase, text, reading, stripped.stars);
    return phrase;
}

// A hyphen reads as a gap or as nothing: one phrase of the index for every way to read all of them.
void PhraseIndex::read_hyphens(
    std::uint32_t phrase,
    std::string_view text,
    const PhraseReading& how,
    const std::vector<std::size_t>& stars
) {
    const std::vector<Token>& tokens = pending_.tokens.tokens;
    std::size_t hyphens = 0;
    for (std::size_t i = 1; i < tokens.size() && !how.exact; ++i)
        if (tokens[i].hyphen_before) ++hyphens;
    const bool all_or_none = hyphens > hyphens_varied_max;
    const std::size_t readings = all_or_none ? 2 : std::size_t{1} << hyphens;
    for (std::size_t reading = 0; reading < readings; ++reading) {
        std::size_t words = 0;
        for (std::size_t i = 0, hyphen = 0; i < tokens.size(); ++i) {
            const Token& token = tokens[i];
            bool join = false;
            if (i > 0 && token.hyphen_before && !how.exact)
                join = (reading >> (all_or_none ? 0 : hyphen++) & 1) != 0;
            if (!join && words++ == pending_.words.size()) pending_.words.emplace_back();
            Word& word = pending_.words[words - 1];
            if (!join) {
                word.form.clear();
                word.gap = static_cast<std::uint8_t>(
                    (token.joined_before ? gap_joined : 0) |
                    (token.sentence_start ? gap_sentence : 0) | (token.dot_before ? gap_dot : 0)
                );
                word.name = starts_with_capital(text.substr(token.start));
            }
            word.form += pending_.tokens.form(token);
            word.inflects = token.kind == TokenKind::word;
            word.prefix =
                word.inflects && std::binary_search(stars.begin(), stars.end(), token.end);
        }
        add_words(phrase, words, text, how);
    }
}

// The first `count` of the pending words.
void PhraseIndex::add_words(
    std::uint32_t phrase, std::size_t count, std::string_view text, const PhraseReading& how
) {
    Entry entry;
    entry.phrase = phrase;
    entry.gaps = plain_gaps;
    std::uint8_t all_gaps = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Word& word = pending_.words[i];
        if (i > 0) {
            pending_.beginnings[level(i)].push_back(entry.key);
            all_gaps |= word.gap;
        }
        entry.key = next_key(entry.key, key_of(word, text, how));
    }
    if (all_gaps != 0) {
        entry.gaps = static_cast<std::uint32_t>(gaps_.size());
        for (std::size_t i = 1; i < count; ++i) gaps_.push_back(pending_.words[i].gap);
        crosses_sentences_ = crosses_sentences_ || (all_gaps & (gap_sentence | gap_dot)) != 0;
    }
    words_max_ = std::max(words_max_, count);
    pending_.entries.push_back(entry);
    pending_.lengths.push_back(static_cast<std::uint8_t>(level(count)));
}

std::uint64_t PhraseIndex::key_of(
    const Word& word, std::string_view text, const PhraseReading& how
) {
    if (word.prefix) return prefixes_.add(word.form);
    if (how.exact || !word.inflects) return token_hash(word.form);
    std::optional<FormLanguage> language;
    if (how.forms) language = form_language(word.form, text, how.language);
    return (how.confusables ? look_alikes_ : forms_).add(word.form, language, word.name);
}

void PhraseIndex::build() {
    // Together at most 2 MiB: they are to stay in the processor's cache.
    constexpr std::size_t slots_max[3] = {
        std::size_t{1} << 20, std::size_t{1} << 22, std::size_t{1} << 21};
    std::size_t counts[3] = {};
    for (const std::uint8_t length : pending_.lengths) ++counts[length];
    for (std::size_t i = 0; i < 3; ++i) {
        bits_[i].reset(counts[i] + pending_.beginnings[i].size(), slots_max[i]);
        for (const std::uint64_t key : pending_.beginnings[i])
            bits_[i].set(key, SequenceBits::goes_on);
    }
    std::size_t capacity = 16;
    while (capacity * 2 < pending_.entries.size() * 3) capacity *= 2;
    table_.assign(capacity, {});
    for (std::size_t i = 0; i < pending_.entries.size(); ++i) {
        const Entry& entry = pending_.entries[i];
        bits_[pending_.lengths[i]].set(entry.key, SequenceBits::ends);
        std::size_t at = place(entry.key);
        while (table_[at].gaps != Entry::free) at = (at + 1) & (capacity - 1);
        table_[at] = entry;
    }
    prefixes_.build();
    forms_.build();
    look_alikes_.build();
    gaps_.shrink_to_fit();
    rarity_.shrink_to_fit();
    pending_ = {};
}

}  // namespace spokeswatch
