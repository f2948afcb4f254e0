#include "rules/phrase_search.hpp"

#include "base/ascii.hpp"
#include "text/confusables.hpp"

namespace spokeswatch {

namespace {

constexpr std::uint32_t joined_tokens_max = 6;  // of a chain of hyphens read as one word
// Words with `*` over a chain of hyphens can be read in many ways; nobody writes so many.
constexpr std::size_t steps_max = 1000;

}  // namespace

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
    paths_.clear();
    const bool plain = index_.prefixes_.empty() && index_.look_alikes_.empty();
    const bool forms = !index_.forms_.empty();
    for (std::uint32_t at = 0; at < count_; ++at) {
        const std::uint64_t word = tokens_[at].hash;
        const bool chain = at + 1 < count_ && tokens_[at + 1].hyphen_before;
        if (plain && !chain && index_.bits_[0].get(word) == 0 &&
            !(forms && index_.forms_.may_find(word)))
            continue;
        steps_ = 0;
        read(Sequence{}, at);
    }
    for (const Candidate& candidate : candidates_) look_up(candidate, hits);
}

template <typename Use>
void PhraseSearch::each_look_alike(std::string_view word, Use use) {
    looks_of(word, looks_);
    for (const FormIndex::Form& rule_word : index_.look_alikes_.find(token_hash(looks_)))
        use(rule_word.key);
}

// Calls `use` with the key of every word that tokens [first, last) may be read as, written as one.
template <typename Use>
void PhraseSearch::each_reading(std::uint32_t first, std::uint32_t last, Use use) {
    const bool one = last == first + 1;
    const std::uint64_t hash = one ? tokens_[first].hash : token_hash(form(first, last));
    use(hash);
    for (const FormIndex::Form& rule_word : index_.forms_.find(hash)) use(rule_word.key);
    if (tokens_[first].kind != TokenKind::word) return;
    if (!index_.prefixes_.empty()) index_.prefixes_.each(form(first, last), use);
    if (index_.look_alikes_.empty()) return;
    each_look_alike(form(first, last), use);
    // Folding makes н of Н, which looks like H.
    const Token& token = tokens_[first];
    const std::string_view written = original_.substr(token.start, token.end - token.start);
    if (one && !all_ascii(written)) each_look_alike(written, use);
}

// Reads the word at token `at` in every way there is, and on from there. Of the ways that go on,
// the first is followed here and the others before it.
void PhraseSearch::read(Sequence sequence, std::uint32_t at) {
    while (true) {
        const Token& token = tokens_[at];
        if (sequence.words > 0) {
            if (token.paragraph_start) return;
            if (token.sentence_start) {
                if (!index_.crosses_sentences_) return;
                sequence.gaps_matter = true;
            }
            if (!token.joined_before && token.kind == TokenKind::ideograph &&
                tokens_[at - 1].kind == TokenKind::ideograph)
                sequence.gaps_matter = true;
        }
        path_[sequence.words] = at;
        Sequence ahead;
        std::uint32_t next = 0;
        std::uint32_t last = at + 1;
        do {
            each_reading(at, last, [&](std::uint64_t word) {
                Sequence longer = sequence;
                if (!add(longer, word, last)) return;
                if (ahead.words == 0) {
                    ahead = longer;
                    next = last;
                } else if (++steps_ <= steps_max) {
                    read(longer, last);
                }
            });
            ++last;
            // A chain of tokens and hyphens is one word, too.
        } while (last <= count_ && last - at <= joined_tokens_max && tokens_[last - 1].hyphen_before
        );
        if (ahead.words == 0) return;
        sequence = ahead;
        at = next;
    }
}

// Adds a word to what was read. False: no phrase goes on.
bool PhraseSearch::add(Sequence& sequence, std::uint64_t word, std::uint32_t next) {
    sequence.key = PhraseIndex::next_key(sequence.key, word);
    ++sequence.words;
    const std::uint64_t bits = index_.bits_[PhraseIndex::level(sequence.words)].get(sequence.key);
    if ((bits & SequenceBits::ends) != 0) {
        __builtin_prefetch(&index_.table_[index_.place(sequence.key)]);
        Candidate candidate{sequence.key, path_[0], next, no_path, sequence.words};
        if (sequence.gaps_matter) {
            candidate.path = static_cast<std::uint32_t>(paths_.size());
            paths_.insert(paths_.end(), path_.begin(), path_.begin() + sequence.words);
        }
        candidates_.push_back(candidate);
    }
    return (bits & SequenceBits::goes_on) != 0 && next < count_ &&
           sequence.words < index_.words_max_;
}

void PhraseSearch::look_up(const Candidate& candidate, std::vector<PhraseHit>& hits) const {
    const std::size_t mask = index_.table_.size() - 1;
    for (std::size_t at = index_.place(candidate.key);
         index_.table_[at].gaps != PhraseIndex::Entry::free;
         at = (at + 1) & mask) {
        const PhraseIndex::Entry& entry = index_.table_[at];
        if (entry.key != candidate.key) continue;
        if (candidate.path != no_path && !gaps_fit(entry.gaps, candidate)) continue;
        if (read_twice(candidate, entry.phrase, hits)) continue;
        hits.push_back({entry.phrase, candidate.first, candidate.last});
    }
}

// Whether what lies before each word but the first is one gap, or nothing where the phrase has
// nothing.
bool PhraseSearch::gaps_fit(std::uint32_t gaps, const Candidate& candidate) const {
    for (std::uint32_t i = 1; i < candidate.words; ++i) {
        const std::uint8_t wanted =
            gaps == PhraseIndex::plain_gaps ? std::uint8_t{0} : index_.gaps_[gaps + i - 1];
        const std::uint32_t at = paths_[candidate.path + i];
        const Token& token = tokens_[at];
        if (token.sentence_start && (wanted & PhraseIndex::gap_sentence) == 0 &&
            !((wanted & PhraseIndex::gap_dot) != 0 && token.dot_before))
            return false;
        const bool run =
            token.kind == TokenKind::ideograph && tokens_[at - 1].kind == TokenKind::ideograph;
        if (run && (wanted & PhraseIndex::gap_joined) != 0 && !token.joined_before) return false;
    }
    return true;
}

// Two readings of a phrase may be two readings of the same tokens.
bool PhraseSearch::read_twice(
    const Candidate& candidate, std::uint32_t phrase, const std::vector<PhraseHit>& hits
) const {
    for (std::size_t i = hits.size(); i > found_before_ && hits[i - 1].first == candidate.first;
         --i)
        if (hits[i - 1].phrase == phrase && hits[i - 1].last == candidate.last) return true;
    return false;
}

std::string_view PhraseSearch::form(std::uint32_t first, std::uint32_t last) const {
    const std::uint32_t start = tokens_[first].folded_start;
    return folded_.substr(start, tokens_[last - 1].folded_end - start);
}

}  // namespace spokeswatch
