#include "rules/form_index.hpp"

#include <algorithm>
#include <bit>

#include "text/confusables.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

constexpr FormLanguage all_languages[form_languages] = {
    FormLanguage::english, FormLanguage::russian, FormLanguage::ukrainian};

// A word of one letter is a preposition, an initial or the s of Xi's.
bool has_two_letters(std::string_view word) {
    return word.size() > 2 || (word.size() == 2 && static_cast<unsigned char>(word[0]) < 0x80);
}

}  // namespace

std::uint64_t FormIndex::add(
    std::string_view word, std::optional<FormLanguage> language, bool name
) {
    const std::uint64_t hash = token_hash(word);
    const bool inflects = language && has_two_letters(word);
    if (!inflects && by_ == By::letters) return hash;
    // The same letters are another word in another language or with a capital.
    const std::uint64_t variant =
        inflects ? 2 + 2 * static_cast<std::uint64_t>(*language) + (name ? 1 : 0) : 1;
    const std::uint64_t key =
        (hash ^ (variant + (by_ == By::looks ? 64 : 0))) * 0x9E3779B97F4A7C15ULL;
    if (!keys_.insert(key).second) return key;
    words_.clear();
    if (inflects) {
        languages_ |= 1U << static_cast<unsigned>(*language);
        forms_->forms(word, *language, name, words_);
    } else {
        words_.emplace_back(word);
    }
    for (std::string& form : words_) {
        if (by_ == By::looks) {
            looks_of(form, looks_);
            form.swap(looks_);
        }
        entries_.push_back({token_hash(form), key});
    }
    return key;
}

void FormIndex::build() {
    std::sort(entries_.begin(), entries_.end());
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    entries_.shrink_to_fit();
    keys_ = {};
    words_ = {};
    // Sixteen bits a form, at most 2 MiB: most words of a text are turned away here.
    constexpr unsigned known_bits_min = 12, known_bits_max = 24;
    const auto size_bits = static_cast<unsigned>(std::bit_width(entries_.size()));
    const unsigned known_bits = std::clamp(size_bits + 4, known_bits_min, known_bits_max);
    shift_ = 64 - known_bits;
    known_.assign(std::size_t{1} << (known_bits - 6), 0);
    for (const Form& form : entries_) {
        const std::uint64_t bit = form.hash >> shift_;
        known_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    // Two forms a start on average.
    const unsigned starts_bits = std::max(1U, size_bits) - 1;
    starts_shift_ = 63 - starts_bits;
    starts_.assign((std::size_t{2} << starts_bits) + 1, 0);
    for (const Form& form : entries_) ++starts_[(form.hash >> starts_shift_) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    missing_.clear();
    for (const FormLanguage language : all_languages)
        if ((languages_ >> static_cast<unsigned>(language) & 1) != 0 &&
            !forms_->has_dictionary(language))
            missing_.push_back(language);
}

std::span<const FormIndex::Form> FormIndex::range(std::uint64_t hash) const {
    const std::uint64_t start = hash >> starts_shift_;
    std::uint32_t first = starts_[start], last = starts_[start + 1];
    while (first < last && entries_[first].hash != hash) ++first;
    while (first < last && entries_[last - 1].hash != hash) --last;
    return std::span(entries_).subspan(first, last - first);
}

}  // namespace spokeswatch
