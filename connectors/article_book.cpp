#include "connectors/article_book.hpp"

#include <algorithm>
#include <sstream>

#include "base/crypto.hpp"

namespace spokeswatch {

namespace {

constexpr const char* state_key = "articles";
constexpr std::size_t key_digits = 16;

std::string key_of(const std::string& native_id) {
    return sha256_hex(native_id).substr(0, key_digits);
}

Time from_seconds(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

std::int64_t to_seconds(Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

ArticleBook::ArticleBook(const Cursor& cursor) {
    // A line an item: key, hash, first and next time in Unix seconds (0: none), 1 when it was read.
    std::istringstream lines(cursor.get(state_key));
    std::string key;
    Entry entry;
    std::int64_t first = 0;
    std::int64_t again = 0;
    while (lines >> key >> entry.listed >> first >> again >> entry.read) {
        entry.first = from_seconds(first);
        entry.again = again == 0 ? std::nullopt : std::optional(from_seconds(again));
        entries_.insert_or_assign(key, entry);
    }
}

const ArticleBook::Entry* ArticleBook::find(const std::string& native_id) const {
    const auto found = entries_.find(key_of(native_id));
    return found == entries_.end() ? nullptr : &found->second;
}

void ArticleBook::note(
    const std::string& native_id, const std::string& listed, bool read, Time now, Duration interval
) {
    auto [place, fresh] = entries_.try_emplace(key_of(native_id));
    Entry& entry = place->second;
    if (fresh) entry.first = now;
    entry.read = entry.read || read;
    entry.listed = listed.substr(0, key_digits);
    const Duration age = now - entry.first;
    entry.again.reset();
    // The last one is at the end of the day.
    if (age < watched)
        entry.again = std::min(now + std::max(interval / 2, age), entry.first + watched);
}

void ArticleBook::keep(Cursor& cursor) const {
    std::ostringstream lines;
    for (const std::string& native_id : cursor.seen) {
        const auto found = entries_.find(key_of(native_id));
        if (found == entries_.end()) continue;
        const Entry& entry = found->second;
        lines << found->first << ' ' << entry.listed << ' ' << to_seconds(entry.first) << ' '
              << (entry.again ? to_seconds(*entry.again) : 0) << ' ' << entry.read << '\n';
    }
    cursor.state[state_key] = lines.str();
}

}  // namespace spokeswatch
