#include "rules/phrase_index.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t prefix_letters = 3;
constexpr std::size_t joined_tokens_max = 6;  // of a chain of hyphens read as one word
constexpr std::size_t hyphens_varied_max = 4;

std::uint64_t pair_key(std::uint64_t first, std::uint64_t second) {
    return first * 0x9E3779B97F4A7C15ULL + second;
}
// A prefix key must not meet the key of the whole word.
std::uint64_t prefix_key(std::string_view form) {
    return ~token_hash(form.substr(0, byte_offset(form, prefix_letters)));
}

struct Starred {
    std::string text;                // without the stars
    std::vector<std::size_t> stars;  // ends of the words that had one
};

bool is_word_byte(char c) { return ascii_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80; }

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

}  // namespace

std::uint32_t PhraseIndex::add(std::string_view text, bool exact) {
    std::string name(exact ? "=" : "~");
    name += text;
    const auto [known, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(phrases_));
    if (!fresh) return known->second;
    const std::uint32_t phrase = known->second;
    ++phrases_;

    const Starred starred = exact ? Starred{std::string(text), {}} : without_stars(text);
    const Tokens tokens = tokenise(starred.text);
    rarity_.push_back(static_cast<std::uint32_t>(tokens.folded.size() + tokens.tokens.size()));
    if (tokens.tokens.empty()) {
        rarity_.back() = 0;
        return phrase;
    }

    // A hyphen reads as a gap or as nothing: one variant for every way of reading all of them.
    std::vector<std::size_t> hyphens;
    for (std::size_t i = 1; i < tokens.tokens.size(); ++i)
        if (tokens.tokens[i].hyphen_before && !exact) hyphens.push_back(i);
    const bool all_or_none = hyphens.size() > hyphens_varied_max;
    const std::size_t readings = all_or_none ? 2 : std::size_t{1} << hyphens.size();
    for (std::size_t reading = 0; reading < readings; ++reading) {
        std::vector<Word> words;
        std::string form;
        for (std::size_t i = 0, hyphen = 0; i < tokens.tokens.size(); ++i) {
            const Token& token = tokens.tokens[i];
            bool join = false;
            if (hyphen < hyphens.size() && hyphens[hyphen] == i)
                join = ((reading >> (all_or_none ? 0 : hyphen++)) & 1) != 0;
            if (all_or_none && hyphen < hyphens.size() && hyphens[hyphen] == i) ++hyphen;
            if (!join) {
                words.emplace_back();
                form.clear();
            }
            form += tokens.form(token);
            Word& word = words.back();
            word.hash = token_hash(form);
            word.ideograph = token.kind == TokenKind::ideograph;
            word.prefix = token.kind == TokenKind::word &&
                          std::binary_search(starred.stars.begin(), starred.stars.end(), token.end);
            if (word.prefix) {
                word.form = static_cast<std::uint32_t>(forms_.size());
                forms_.push_back(form);
            }
            if (join) continue;
            word.joined = token.joined_before;
            word.sentence_start = token.sentence_start;
            word.dot_before = token.dot_before;
        }
        add_variant(phrase, words);
    }
    return phrase;
}

void PhraseIndex::add_variant(std::uint32_t phrase, const std::vector<Word>& words) {
    Variant variant;
    variant.phrase = phrase;
    variant.words = static_cast<std::uint32_t>(words_.size());
    variant.count = static_cast<std::uint32_t>(words.size());
    if (words[0].prefix) {
        const std::string& form = forms_[words[0].form];
        if (code_points(form) < prefix_letters) return;  // refused by the configuration
        variant.key = prefix_key(form);
        prefixes_ = true;
    } else if (words.size() > 1 && !words[1].prefix) {
        variant.key = pair_key(words[0].hash, words[1].hash);
        variant.keyed_words = 2;
    } else {
        variant.key = words[0].hash;
    }
    words_.insert(words_.end(), words.begin(), words.end());
    variants_.push_back(variant);
}

void PhraseIndex::build() {
    std::stable_sort(variants_.begin(), variants_.end(), [](const Variant& a, const Variant& b) {
        return a.key < b.key;
    });
    std::size_t capacity = 16;
    while (capacity < variants_.size() * 2) capacity *= 2;
    slots_.assign(capacity, {});
    for (std::size_t i = 0; i < variants_.size();) {
        std::size_t end = i;
        while (end < variants_.size() && variants_[end].key == variants_[i].key) ++end;
        std::size_t at = variants_[i].key & (capacity - 1);
        while (slots_[at].count != 0) at = (at + 1) & (capacity - 1);
        slots_[at] = {
            variants_[i].key, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)};
        i = end;
    }
    // Eight bits a phrase, at most 2 MiB: most words of a text are turned away here.
    constexpr std::size_t bitmap_words_max = std::size_t{1} << 18;
    std::size_t bitmap_words = 64;
    while (bitmap_words < bitmap_words_max && bitmap_words * 8 < variants_.size())
        bitmap_words *= 2;
    first_words_.assign(bitmap_words, 0);
    for (const Variant& variant : variants_) {
        const std::uint64_t hash = words_[variant.words].hash >> 16;
        first_words_[(hash / 64) & (bitmap_words - 1)] |= std::uint64_t{1} << (hash % 64);
    }
}

const PhraseIndex::Slot* PhraseIndex::slot(std::uint64_t key) const {
    std::size_t at = key & (slots_.size() - 1);
    while (slots_[at].count != 0) {
        if (slots_[at].key == key) return &slots_[at];
        at = (at + 1) & (slots_.size() - 1);
    }
    return nullptr;
}

// One text searched.
class PhraseIndex::Search {
  public:
    Search(const PhraseIndex& index, const Tokens& text, std::vector<PhraseHit>& hits)
        : index_(index), text_(text), hits_(hits), first_hit_(hits.size()) {}

    void run() {
        const auto count = static_cast<std::uint32_t>(text_.tokens.size());
        for (std::uint32_t at = 0; at < count; ++at) {
            first_hit_ = hits_.size();
            each_unit(at, [&](const Unit& unit) {
                begins_with(unit);
                return true;
            });
        }
    }

  private:
    // Calls `use` with every reading of what begins at token `at`, the single token first, until it
    // says no.
    template <typename Use>
    void each_unit(std::uint32_t at, Use use) const {
        const std::vector<Token>& tokens = text_.tokens;
        if (!use(Unit{tokens[at].hash, at, at + 1})) return;
        for (std::uint32_t last = at + 1;
             last < tokens.size() && last - at < joined_tokens_max && tokens[last].hyphen_before;
             ++last) {
            Unit unit{0, at, last + 1};
            unit.hash = token_hash(form(unit));
            if (!use(unit)) return;
        }
    }

    [[nodiscard]] std::string_view form(const Unit& unit) const {
        const std::uint32_t start = text_.tokens[unit.first].folded_start;
        return std::string_view(text_.folded)
            .substr(start, text_.tokens[unit.last - 1].folded_end - start);
    }

    void begins_with(const Unit& unit) {
        const std::uint64_t hash = unit.hash >> 16;
        const std::uint64_t bits =
            index_.first_words_[(hash / 64) & (index_.first_words_.size() - 1)];
        if ((bits >> (hash % 64) & 1) != 0) {
            try_slot(index_.slot(unit.hash), 1, unit.first, unit.last);
            if (unit.last < text_.tokens.size())
                each_unit(unit.last, [&](const Unit& second) {
                    try_slot(
                        index_.slot(pair_key(unit.hash, second.hash)),
                        2,
                        unit.first,
                        second.last,
                        unit.last
                    );
                    return true;
                });
        }
        if (index_.prefixes_ && text_.tokens[unit.first].kind == TokenKind::word)
            begins_with_prefix(unit);
    }

    void begins_with_prefix(const Unit& unit) {
        const std::string_view whole = form(unit);
        const Slot* slot = index_.slot(prefix_key(whole));
        if (slot == nullptr) return;
        for (std::uint32_t i = 0; i < slot->count; ++i) {
            const Variant& variant = index_.variants_[slot->variants + i];
            const Word& word = index_.words_[variant.words];
            if (word.prefix && index_.begins(whole, word))
                try_rest(variant, 1, unit.first, unit.last);
        }
    }

    // `second`: token at which the second word began, when the key held two.
    void try_slot(
        const Slot* slot,
        std::uint8_t keyed_words,
        std::uint32_t first,
        std::uint32_t last,
        std::uint32_t second = 0
    ) {
        if (slot == nullptr) return;
        for (std::uint32_t i = 0; i < slot->count; ++i) {
            const Variant& variant = index_.variants_[slot->variants + i];
            if (variant.keyed_words != keyed_words || index_.words_[variant.words].prefix) continue;
            if (keyed_words == 2 && !one_gap(index_.words_[variant.words + 1], second)) continue;
            try_rest(variant, keyed_words, first, last);
        }
    }

    void try_rest(
        const Variant& variant, std::uint32_t word, std::uint32_t first, std::uint32_t last
    ) {
        steps_ = 0;
        const std::uint32_t end = rest(variant, word, last);
        if (end == 0) return;
        // Two variants may read the same tokens.
        for (std::size_t i = first_hit_; i < hits_.size(); ++i)
            if (hits_[i].phrase == variant.phrase && hits_[i].last == end) return;
        hits_.push_back({variant.phrase, first, end});
    }

    // End of the phrase whose word `word` should stand at token `at`; 0 when it does not.
    std::uint32_t rest(const Variant& variant, std::uint32_t word, std::uint32_t at) {
        if (word == variant.count) return at;
        if (at >= text_.tokens.size() || ++steps_ > steps_max) return 0;
        const Word& wanted = index_.words_[variant.words + word];
        if (!one_gap(wanted, at)) return 0;
        std::uint32_t end = 0;
        each_unit(at, [&](const Unit& unit) {
            const bool same =
                wanted.prefix ? index_.begins(form(unit), wanted) : unit.hash == wanted.hash;
            if (same) end = rest(variant, word + 1, unit.last);
            return end == 0;
        });
        return end;
    }

    // Whether what lies before token `at` is one gap, or nothing where the phrase has nothing.
    [[nodiscard]] bool one_gap(const Word& wanted, std::uint32_t at) const {
        const Token& token = text_.tokens[at];
        if (token.paragraph_start) return false;
        if (token.sentence_start && !wanted.sentence_start &&
            !(wanted.dot_before && token.dot_before))
            return false;
        const bool run =
            token.kind == TokenKind::ideograph && text_.tokens[at - 1].kind == TokenKind::ideograph;
        return !run || !wanted.joined || token.joined_before;
    }

    // Prefix words over a chain of hyphens can be read in many ways; nobody writes so many.
    static constexpr std::size_t steps_max = 1000;

    const PhraseIndex& index_;
    const Tokens& text_;
    std::vector<PhraseHit>& hits_;
    std::size_t first_hit_;
    std::size_t steps_ = 0;
};

void PhraseIndex::find(const Tokens& text, std::vector<PhraseHit>& hits) const {
    if (!variants_.empty()) Search(*this, text, hits).run();
}

}  // namespace spokeswatch
