#include "rules/phrase_search.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "text/confusables.hpp"

namespace spokeswatch {

namespace {

constexpr std::uint32_t joined_tokens_max = 6;  // of a chain of hyphens read as one word
// Words with `*` over a chain of hyphens can be read in many ways; nobody writes so many.
constexpr std::size_t branches_max = 100;  // of one first token and length

}  // namespace

// All sequences of one word are read before those of two: what one of them needs from memory is on
// its way while others are looked at.
void PhraseSearch::find(
    const Tokens& text, std::string_view original, std::vector<PhraseHit>& hits
) {
    if (index_.words_max_ == 0) return;
    tokens_ = text.tokens.data();
    count_ = static_cast<std::uint32_t>(text.tokens.size());
    folded_ = text.folded;
    original_ = original;
    found_before_ = hits.size();
    sequences_.clear();
    candidates_.clear();
    read_words();
    begin_sequences();
    read_on();
    std::sort(candidates_.begin(), candidates_.end(), [&](const auto& one, const auto& other) {
        const std::uint32_t first = sequences_[one.sequence].first;
        const std::uint32_t other_first = sequences_[other.sequence].first;
        return first != other_first ? first < other_first : one.sequence < other.sequence;
    });
    for (const Candidate& candidate : candidates_) look_up(candidate, hits);
}

void PhraseSearch::read_words() {
    const FormIndex& forms = index_.forms_;
    const bool letters_only = index_.prefixes_.empty() && index_.look_alikes_.empty();
    open_.clear();
    for (std::uint32_t at = 0; at < count_; ++at) {
        const Token& token = tokens_[at];
        if (token.kind != TokenKind::word) continue;
        const bool may_find = forms.may_find(token.hash);
        const bool chain = at + 1 < count_ && tokens_[at + 1].hyphen_before;
        if (letters_only && !chain && !may_find) continue;
        open_.push_back(at);
        forms.prefetch_start(token.hash);
    }
    for (const std::uint32_t at : open_) forms.prefetch_forms(tokens_[at].hash);
    readings_.clear();
    several_.assign(count_, {});
    for (const std::uint32_t at : open_) {
        several_[at].begin = static_cast<std::uint32_t>(readings_.size());
        read_chain(at);
        several_[at].end = static_cast<std::uint32_t>(readings_.size());
    }
}

// A chain of tokens and hyphens is one word, too.
void PhraseSearch::read_chain(std::uint32_t at) {
    std::uint32_t last = at + 1;
    do {
        each_reading(at, last, [&](std::uint64_t word) { readings_.push_back({word, last}); });
        ++last;
    } while (last <= count_ && last - at <= joined_tokens_max && tokens_[last - 1].hyphen_before);
}

template <typename Use>
void PhraseSearch::each_look_alike(std::string_view word, Use use) {
    looks_of(word, looks_);
    for (const FormIndex::Form& rule_word : index_.look_alikes_.find(token_hash(looks_)))
        use(rule_word.key);
}

// Calls `use` with the key of every word that tokens [first, last), all of letters, may be read as,
// written as one.
template <typename Use>
void PhraseSearch::each_reading(std::uint32_t first, std::uint32_t last, Use use) {
    const bool one = last == first + 1;
    const std::uint64_t hash = one ? tokens_[first].hash : token_hash(form(first, last));
    use(hash);
    for (const FormIndex::Form& rule_word : index_.forms_.find(hash)) use(rule_word.key);
    if (!index_.prefixes_.empty()) index_.prefixes_.each(form(first, last), use);
    if (index_.look_alikes_.empty()) return;
    each_look_alike(form(first, last), use);
    // Folding makes н of Н, which looks like H.
    const Token& token = tokens_[first];
    const std::string_view written = original_.substr(token.start, token.end - token.start);
    if (one && !all_ascii(written)) each_look_alike(written, use);
}

void PhraseSearch::begin_sequences() {
    const SequenceBits& bits = index_.bits_[0];
    sequences_.resize(count_ + readings_.size());
    Sequence* end = sequences_.data();
    const auto begin = [&](std::uint64_t word, std::uint32_t at, std::uint32_t last) {
        *end = {PhraseIndex::next_key(0, word), 0, at, at, last, false};
        end += bits.get(end->key) != 0 ? 1 : 0;
    };
    for (std::uint32_t at = 0; at < count_; ++at) {
        const auto [first, last] = several_[at];
        if (first == last) begin(tokens_[at].hash, at, at + 1);
        for (std::uint32_t i = first; i < last; ++i)
            begin(readings_[i].word, at, readings_[i].last);
    }
    sequences_.resize(static_cast<std::size_t>(end - sequences_.data()));
}

// Makes those of two words of the sequences of one word, and so on.
void PhraseSearch::read_on() {
    std::size_t begin = 0;
    for (std::uint32_t words = 1; begin < sequences_.size(); ++words) {
        const std::size_t end = sequences_.size();
        const SequenceBits& bits = index_.bits_[PhraseIndex::level(words)];
        open_.resize(end - begin);
        std::size_t open = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const Sequence& sequence = sequences_[i];
            const std::uint64_t known = bits.get(sequence.key);
            if ((known & SequenceBits::ends) != 0) {
                __builtin_prefetch(&index_.table_[index_.place(sequence.key)]);
                candidates_.push_back({static_cast<std::uint32_t>(i), words});
            }
            const bool goes_on = (known & SequenceBits::goes_on) != 0 && sequence.last < count_;
            open_[open] = static_cast<std::uint32_t>(i);
            open += goes_on ? 1 : 0;
        }
        if (words == index_.words_max_) return;
        longer_bits_ = &index_.bits_[PhraseIndex::level(words + 1)];
        branches_ = 0;
        for (std::size_t i = 0; i < open; ++i) extend(open_[i]);
        begin = end;
    }
}

void PhraseSearch::extend(std::uint32_t number) {
    const Sequence shorter = sequences_[number];
    const std::uint32_t at = shorter.last;
    const Token& token = tokens_[at];
    bool gaps_matter = shorter.gaps_matter;
    if (token.sentence_start || token.paragraph_start) {
        if (token.paragraph_start || !index_.crosses_sentences_) return;
        gaps_matter = true;
    }
    if (!token.joined_before && token.kind == TokenKind::ideograph &&
        tokens_[at - 1].kind == TokenKind::ideograph)
        gaps_matter = true;
    const auto [first, last] = several_[at];
    if (first == last) return add(shorter, number, gaps_matter, {token.hash, at + 1});
    if (shorter.first != branching_first_) branches_ = 0;
    branching_first_ = shorter.first;
    for (std::uint32_t i = first; i < last; ++i)
        if (++branches_ <= branches_max) add(shorter, number, gaps_matter, readings_[i]);
}

void PhraseSearch::add(
    const Sequence& shorter, std::uint32_t number, bool gaps_matter, Reading word
) {
    const std::uint64_t key = PhraseIndex::next_key(shorter.key, word.word);
    longer_bits_->prefetch(key);
    sequences_.push_back({key, number, shorter.first, shorter.last, word.last, gaps_matter});
}

void PhraseSearch::look_up(const Candidate& candidate, std::vector<PhraseHit>& hits) const {
    const Sequence& sequence = sequences_[candidate.sequence];
    const std::size_t mask = index_.table_.size() - 1;
    for (std::size_t at = index_.place(sequence.key);
         index_.table_[at].gaps != PhraseIndex::Entry::free;
         at = (at + 1) & mask) {
        const PhraseIndex::Entry& entry = index_.table_[at];
        if (entry.key != sequence.key) continue;
        if (sequence.gaps_matter && !gaps_fit(entry.gaps, candidate)) continue;
        const PhraseHit hit{entry.phrase, sequence.first, sequence.last};
        if (!read_twice(hit, hits)) hits.push_back(hit);
    }
}

// Whether what lies before each word but the first is one gap, or nothing where the phrase has
// nothing.
bool PhraseSearch::gaps_fit(std::uint32_t gaps, const Candidate& candidate) const {
    std::uint32_t number = candidate.sequence;
    for (std::uint32_t i = candidate.words - 1; i > 0; --i) {
        const std::uint8_t wanted =
            gaps == PhraseIndex::plain_gaps ? std::uint8_t{0} : index_.gaps_[gaps + i - 1];
        const std::uint32_t at = sequences_[number].at;
        const Token& token = tokens_[at];
        if (token.sentence_start && (wanted & PhraseIndex::gap_sentence) == 0 &&
            !((wanted & PhraseIndex::gap_dot) != 0 && token.dot_before))
            return false;
        const bool run =
            token.kind == TokenKind::ideograph && tokens_[at - 1].kind == TokenKind::ideograph;
        if (run && (wanted & PhraseIndex::gap_joined) != 0 && !token.joined_before) return false;
        number = sequences_[number].before;
    }
    return true;
}

// Two readings of a phrase may be two readings of the same tokens.
bool PhraseSearch::read_twice(const PhraseHit& hit, const std::vector<PhraseHit>& hits) const {
    for (std::size_t i = hits.size(); i > found_before_ && hits[i - 1].first == hit.first; --i)
        if (hits[i - 1].phrase == hit.phrase && hits[i - 1].last == hit.last) return true;
    return false;
}

std::string_view PhraseSearch::form(std::uint32_t first, std::uint32_t last) const {
    const std::uint32_t start = tokens_[first].folded_start;
    return folded_.substr(start, tokens_[last - 1].folded_end - start);
}

}  // namespace spokeswatch
