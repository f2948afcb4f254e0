#include "rules/prefix_table.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

std::uint64_t PrefixTable::add(std::string_view form) {
    Entry entry;
    entry.form = form;
    entry.key = ~token_hash(form);
    entries_.push_back(std::move(entry));
    return entries_.back().key;
}

void PrefixTable::build() {
    const auto by_form = [](const Entry& a, const Entry& b) { return a.form < b.form; };
    const auto same_form = [](const Entry& a, const Entry& b) { return a.form == b.form; };
    std::sort(entries_.begin(), entries_.end(), by_form);
    entries_.erase(std::unique(entries_.begin(), entries_.end(), same_form), entries_.end());
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        std::uint32_t shorter = i == 0 ? none : i - 1;
        const std::string& form = entries_[i].form;
        while (shorter != none &&
               form.compare(0, entries_[shorter].form.size(), entries_[shorter].form) != 0)
            shorter = entries_[shorter].shorter;
        entries_[i].shorter = shorter;
        lead_letters_ = std::min(lead_letters_, code_points(form));
    }
    for (const Entry& entry : entries_) {
        const std::size_t bit = lead(entry.form);
        leads_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
}

// Bit of the first letters.
std::size_t PrefixTable::lead(std::string_view word) const {
    std::size_t end = 0;
    for (std::size_t letters = 0; letters < lead_letters_ && end < word.size(); ++letters)
        next_code_point(word, end);
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < end; ++i)
        hash = (hash + static_cast<unsigned char>(word[i])) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(hash >> 50);
}

std::uint32_t PrefixTable::last_not_behind(std::string_view word) const {
    const std::size_t bit = lead(word);
    if ((leads_[bit / 64] >> (bit % 64) & 1) == 0) return none;
    const auto behind = std::upper_bound(
        entries_.begin(),
        entries_.end(),
        word,
        [](std::string_view text, const Entry& entry) { return text < entry.form; }
    );
    return static_cast<std::uint32_t>(behind - entries_.begin()) - 1;  // none when all are behind
}

}  // namespace spokeswatch
