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
    candidates_.clear();
    choose_words();
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

// Without a branch: what a text holds next cannot be foreseen.
void PhraseSearch::choose_words() {
    const FormIndex& forms = index_.forms_;
    const SequenceBits& bits = index_.bits_[0];
    const bool letters_only = index_.prefixes_.empty() && index_.look_alikes_.empty();
    beginnings_.make_room(count_);
    varied_.make_room(count_);
    for (std::uint32_t at = 0; at < count_; ++at) {
        const Token& token = tokens_[at];
        const bool chain = at + 1 < count_ && tokens_[at + 1].hyphen_before;
        const bool varied =
            (token.kind == TokenKind::word) & (!letters_only | chain | forms.may_find(token.hash));
        varied_.add_if(varied, at);
        beginnings_.add_if(varied | (bits.get(token.hash) != 0), at);
    }
}

void PhraseSearch::read_words() {
    const FormIndex& forms = index_.forms_;
    for (const std::uint32_t at : varied_) forms.prefetch_start(tokens_[at].hash);
    for (const std::uint32_t at : varied_) forms.prefetch_forms(tokens_[at].hash);
    readings_.clear();
    readings_of_.assign(count_, {});
    for (const std::uint32_t at : varied_) {
        readings_of_[at].begin = static_cast<std::uint32_t>(readings_.size());
        read_chain(at);
        readings_of_[at].end = static_cast<std::uint32_t>(readings_.size());
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

// Keeps what some phrase begins with, again without a branch.
inline void PhraseSearch::add(const Sequence& shorter, std::uint32_t number, Reading word) {
    if (sequence_count_ == sequences_.size()) sequences_.resize(2 * sequence_count_ + 64);
    const std::uint64_t key = PhraseIndex::next_key(shorter.key, word.word);
    sequences_[sequence_count_] = {
        key, number, shorter.first, shorter.last, word.last, shorter.gaps_matter};
    sequence_count_ += next_bits_->get(key) != 0 ? 1 : 0;
}

void PhraseSearch::begin_sequences() {
    sequence_count_ = 0;
    next_bits_ = &index_.bits_[0];
    for (const std::uint32_t at : beginnings_) {
        const auto [first, last] = readings_of_[at];
        Sequence sequence;
        sequence.first = sequence.last = at;
        if (first == last) add(sequence, 0, {tokens_[at].hash, at + 1});
        for (std::uint32_t i = first; i < last; ++i) add(sequence, 0, readings_[i]);
    }
}

// Makes those of two words of the sequences of one word, and so on.
void PhraseSearch::read_on() {
    std::size_t begin = 0;
    for (std::uint32_t words = 1; begin < sequence_count_; ++words) {
        const std::size_t end = sequence_count_;
        const SequenceBits& bits = index_.bits_[PhraseIndex::level(words)];
        open_.make_room(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            const Sequence& sequence = sequences_[i];
            const std::uint64_t known = bits.get(sequence.key);
            if ((known & SequenceBits::ends) != 0) {
                __builtin_prefetch(&index_.table_[index_.place(sequence.key)]);
                candidates_.push_back({static_cast<std::uint32_t>(i), words});
            }
            const bool goes_on = (known & SequenceBits::goes_on) != 0;
            open_.add_if(goes_on & (sequence.last < count_), static_cast<std::uint32_t>(i));
        }
        next_bits_ = &index_.bits_[PhraseIndex::level(words + 1)];
        branches_ = 0;
        for (const std::uint32_t sequence : open_) extend(sequence);
        begin = end;
    }
}

void PhraseSearch::extend(std::uint32_t number) {
    Sequence shorter = sequences_[number];
    const std::uint32_t at = shorter.last;
    const Token& token = tokens_[at];
    if (token.sentence_start || token.paragraph_start) {
        if (token.paragraph_start || !index_.crosses_sentences_) return;
        shorter.gaps_matter = true;
    }
    if (!token.joined_before && token.kind == TokenKind::ideograph &&
        tokens_[at - 1].kind == TokenKind::ideograph)
        shorter.gaps_matter = true;
    const auto [first, last] = readings_of_[at];
    if (first == last) return add(shorter, number, {token.hash, at + 1});
    if (shorter.first != branching_first_) branches_ = 0;
    branching_first_ = shorter.first;
    for (std::uint32_t i = first; i < last; ++i)
        if (++branches_ <= branches_max) add(shorter, number, readings_[i]);
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
