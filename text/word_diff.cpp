#include "text/word_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "base/utf8.hpp"
#include "text/tokens.hpp"
#include "text/truncate.hpp"

namespace spokeswatch {

namespace {

using Kind = DiffRun::Kind;

constexpr std::size_t context_words = 4;
constexpr std::size_t line_code_points_max = 400;

// A text cut in words; each ends where the next begins, so that nothing is lost.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t start = 0;
    for (const Token& token : tokenise(text).tokens) {
        // What stands between words goes with the one before; before the first, with the first.
        if (!words.empty()) words.back() = text.substr(start, token.start - start);
        if (!words.empty()) start = token.start;
        words.push_back(text.substr(start));
    }
    if (words.empty() && !text.empty()) words.push_back(text);
    return words;
}

// Equal words have equal numbers: white space around them does not count.
class Numbers {
  public:
    std::vector<std::uint32_t> of(const std::vector<std::string_view>& words) {
        std::vector<std::uint32_t> numbers;
        numbers.reserve(words.size());
        for (std::string_view word : words) {
            const std::size_t first = word.find_first_not_of(spaces);
            const std::size_t last = word.find_last_not_of(spaces);
            word = first == std::string_view::npos ? "" : word.substr(first, last - first + 1);
            const auto next = static_cast<std::uint32_t>(known_.size());
            numbers.push_back(known_.try_emplace(word, next).first->second);
        }
        return numbers;
    }

  private:
    static constexpr const char* spaces = " \t\n\r";
    std::unordered_map<std::string_view, std::uint32_t> known_;
};

struct Step {
    Kind kind = Kind::same;
    std::size_t word = 0;  // of the new text, or of the old one where it was removed
};

// Greedy search for the furthest reaching path with 0, 1, 2, ... edits; `traces` keeps where each
// diagonal stood before every round, to walk back.
class Shortest {
  public:
    Shortest(std::span<const std::uint32_t> before, std::span<const std::uint32_t> after)
        : before_(before),
          after_(after),
          n_(static_cast<std::ptrdiff_t>(before.size())),
          m_(static_cast<std::ptrdiff_t>(after.size())) {}

    std::vector<Step> steps() {
        const std::ptrdiff_t most =
            std::min<std::ptrdiff_t>(n_ + m_, static_cast<std::ptrdiff_t>(diff_edits_max));
        std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 3), 0);
        const auto at = [&](std::ptrdiff_t diagonal) -> std::ptrdiff_t& {
            return reach[static_cast<std::size_t>(diagonal + most + 1)];
        };
        for (std::ptrdiff_t edits = 0; edits <= most; ++edits) {
            traces_.emplace_back(
                reach.begin() + (most + 1 - edits), reach.begin() + (most + 2 + edits)
            );
            for (std::ptrdiff_t k = -edits; k <= edits; k += 2) {
                const bool down = k == -edits || (k != edits && at(k - 1) < at(k + 1));
                std::ptrdiff_t x = down ? at(k + 1) : at(k - 1) + 1;
                while (x < n_ && x - k < m_ && same(x, x - k)) ++x;
                at(k) = x;
                if (x >= n_ && x - k >= m_) return walk_back(edits);
            }
        }
        return everything_changed();
    }

  private:
    [[nodiscard]] bool same(std::ptrdiff_t x, std::ptrdiff_t y) const {
        return before_[static_cast<std::size_t>(x)] == after_[static_cast<std::size_t>(y)];
    }

    std::vector<Step> walk_back(std::ptrdiff_t edits) const {
        std::vector<Step> steps;
        std::ptrdiff_t x = n_, y = m_;
        for (std::ptrdiff_t round = edits; round > 0; --round) {
            const std::vector<std::ptrdiff_t>& trace = traces_[static_cast<std::size_t>(round)];
            const auto at = [&](std::ptrdiff_t diagonal) {
                return trace[static_cast<std::size_t>(diagonal + round)];
            };
            const std::ptrdiff_t k = x - y;
            const bool down = k == -round || (k != round && at(k - 1) < at(k + 1));
            const std::ptrdiff_t from = down ? k + 1 : k - 1;
            const std::ptrdiff_t start_x = at(from);
            const std::ptrdiff_t start_y = start_x - from;
            while (x > start_x + (down ? 0 : 1)) {
                steps.push_back({Kind::same, static_cast<std::size_t>(--y)});
                --x;
            }
            if (down)
                steps.push_back({Kind::added, static_cast<std::size_t>(start_y)});
            else
                steps.push_back({Kind::removed, static_cast<std::size_t>(start_x)});
            x = start_x;
            y = start_y;
        }
        while (y > 0) steps.push_back({Kind::same, static_cast<std::size_t>(--y)});
        std::reverse(steps.begin(), steps.end());
        return steps;
    }

    [[nodiscard]] std::vector<Step> everything_changed() const {
        std::vector<Step> steps;
        for (std::size_t i = 0; i < before_.size(); ++i) steps.push_back({Kind::removed, i});
        for (std::size_t i = 0; i < after_.size(); ++i) steps.push_back({Kind::added, i});
        return steps;
    }

    std::span<const std::uint32_t> before_, after_;
    std::ptrdiff_t n_, m_;
    std::vector<std::vector<std::ptrdiff_t>> traces_;
};

// Runs of one kind; in one place what was removed comes first.
class Runs {
  public:
    void add(Kind kind, std::string_view text) {
        if (kind == Kind::same) settle();
        (kind == Kind::same ? same_ : kind == Kind::removed ? removed_ : added_) += text;
        if (kind != Kind::same) put(Kind::same, same_);
    }

    std::vector<DiffRun> take() {
        put(Kind::same, same_);
        settle();
        return std::move(runs_);
    }

  private:
    void settle() {
        put(Kind::removed, removed_);
        put(Kind::added, added_);
    }
    void put(Kind kind, std::string& text) {
        if (!text.empty()) runs_.push_back({kind, std::move(text)});
        text.clear();
    }

    std::vector<DiffRun> runs_;
    std::string same_, removed_, added_;
};

// The first or last words of an unchanged run.
std::string context(const std::string& text, bool from_start, bool to_end) {
    const std::vector<std::string_view> words = words_of(text);
    const std::size_t kept = (from_start ? context_words : 0) + (to_end ? context_words : 0);
    if (words.size() <= kept) return text;
    std::string out;
    if (from_start)
        for (std::size_t i = 0; i < context_words; ++i) out += words[i];
    out += "… ";
    if (to_end)
        for (std::size_t i = words.size() - context_words; i < words.size(); ++i) out += words[i];
    return out;
}

// The mark closes behind the last word, not behind the space.
std::string marked(const std::string& text, const char* open, const char* close) {
    const std::size_t end = text.find_last_not_of(" \t\n\r");
    if (end == std::string::npos) return text;
    return open + text.substr(0, end + 1) + close + text.substr(end + 1);
}

}  // namespace

std::vector<DiffRun> word_diff(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> old_words = words_of(before);
    const std::vector<std::string_view> new_words = words_of(after);
    Numbers numbers;
    const std::vector<std::uint32_t> old_numbers = numbers.of(old_words);
    const std::vector<std::uint32_t> new_numbers = numbers.of(new_words);
    const std::size_t shorter = std::min(old_numbers.size(), new_numbers.size());
    std::size_t head = 0;
    while (head < shorter && old_numbers[head] == new_numbers[head]) ++head;
    std::size_t tail = 0;
    while (tail < shorter - head &&
           old_numbers[old_numbers.size() - 1 - tail] == new_numbers[new_numbers.size() - 1 - tail])
        ++tail;
    const std::size_t old_size = old_numbers.size() - head - tail;
    const std::size_t new_size = new_numbers.size() - head - tail;

    Runs runs;
    for (std::size_t i = 0; i < head; ++i) runs.add(Kind::same, new_words[i]);
    if (old_size + new_size > diff_words_max) {
        for (std::size_t i = 0; i < old_size; ++i) runs.add(Kind::removed, old_words[head + i]);
        for (std::size_t i = 0; i < new_size; ++i) runs.add(Kind::added, new_words[head + i]);
    } else {
        const std::span<const std::uint32_t> old_all = old_numbers, new_all = new_numbers;
        Shortest shortest(old_all.subspan(head, old_size), new_all.subspan(head, new_size));
        for (const Step& step : shortest.steps()) {
            const auto& words = step.kind == Kind::removed ? old_words : new_words;
            runs.add(step.kind, words[head + step.word]);
        }
    }
    for (std::size_t i = new_words.size() - tail; i < new_words.size(); ++i)
        runs.add(Kind::same, new_words[i]);
    return runs.take();
}

std::string word_diff_line(std::string_view before, std::string_view after) {
    const std::vector<DiffRun> runs = word_diff(before, after);
    std::string line;
    bool any = false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        switch (runs[i].kind) {
            case Kind::same:
                line += context(runs[i].text, i > 0, i + 1 < runs.size());
                continue;
            case Kind::removed:
                line += marked(runs[i].text, "[-", "-]");
                break;
            case Kind::added:
                line += marked(runs[i].text, "{+", "+}");
                break;
        }
        any = true;
        const bool open = !line.empty() && line.back() != ' ' && line.back() != '\n';
        if (open && i + 1 < runs.size() && runs[i].kind == Kind::removed) line += ' ';
    }
    if (!any) return "";
    return truncate(clean_title(line), line_code_points_max, code_points);
}

}  // namespace spokeswatch
