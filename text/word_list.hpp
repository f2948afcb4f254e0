#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

// Tables of words that are written as one text with spaces, and tables of endings.

namespace spokeswatch {

// Calls `use` with every word of a list written with spaces.
template <typename Use>
void each_word(std::string_view list, Use use) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        use(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

// Values by the ending of a word. The endings are not copied.
template <typename Value>
class EndingMap {
  public:
    void add(std::string_view ending, Value value) {
        values_[ending].push_back(value);
        bytes_max_ = std::max(bytes_max_, ending.size());
    }
    // Calls `use` with each value whose ending the word has and with what stands before that.
    template <typename Use>
    void each(std::string_view word, Use use) const {
        for (std::size_t bytes = 0; bytes <= std::min(bytes_max_, word.size()); ++bytes) {
            const auto found = values_.find(word.substr(word.size() - bytes));
            if (found == values_.end()) continue;
            const std::string_view before = word.substr(0, word.size() - bytes);
            for (const Value& value : found->second) use(value, before);
        }
    }

  private:
    std::unordered_map<std::string_view, std::vector<Value>> values_;
    std::size_t bytes_max_ = 0;
};

}  // namespace spokeswatch
