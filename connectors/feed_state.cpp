#include "connectors/feed_state.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Raised when the reader changes so that an unchanged document must be read again.
constexpr const char* reader_version = "1";
constexpr int moves_wanted = 3;
constexpr hours move_time_wanted{24};
constexpr hours poll_after_max{24};
constexpr std::size_t identities_max = 200;
constexpr std::size_t header_bytes_max = 4096;

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data() || value < 0) return std::nullopt;
    return value;
}

std::optional<Time> time_of(const std::string& text) {
    auto value = number(text);
    if (!value || *value > 253'402'300'799) return std::nullopt;
    return Time(seconds(*value));
}

std::string to_text(Time time) {
    return std::to_string(std::chrono::floor<seconds>(time).time_since_epoch().count());
}

bool well_formed_etag(std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
}

// max-age, else Expires after Date; nullopt when the answer must not be reused at all.
std::optional<seconds> fresh_for(const HttpResponse& response, Time now) {
    const std::string control = ascii_lower(response.header("cache-control").value_or(""));
    if (control.find("no-cache") != std::string::npos ||
        control.find("no-store") != std::string::npos) {
        return std::nullopt;
    }
    std::string_view rest = control;
    while (!rest.empty()) {
        auto comma = std::min(rest.find(','), rest.size());
        std::string_view directive = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        directive.remove_prefix(std::min(directive.find_first_not_of(" \t"), directive.size()));
        if (!directive.starts_with("max-age=")) continue;
        std::string_view value = directive.substr(8);
        if (value.starts_with('"')) value.remove_prefix(1);
        auto age = number(value);
        return age ? std::optional(seconds(std::min<std::int64_t>(*age, 366 * 86400)))
                   : std::nullopt;
    }
    auto expires = parse_http_date(response.header("expires").value_or(""));
    if (!expires) return std::nullopt;
    auto date = parse_http_date(response.header("date").value_or(""));
    auto fresh = *expires - date.value_or(std::chrono::floor<seconds>(now));
    return fresh > seconds(0) ? std::optional(fresh) : std::nullopt;
}

template <typename Numbers>
std::string join(const Numbers& numbers) {
    std::string text;
    for (int number : numbers) text += (text.empty() ? "" : " ") + std::to_string(number);
    return text;
}

std::set<int> split(const std::string& text) {
    std::istringstream in(text);
    std::set<int> numbers;
    for (int number = 0; in >> number;) numbers.insert(number);
    return numbers;
}

// The first time from `from` on that is neither in a skipped hour nor on a skipped day.
Time next_allowed(
    Time from, const std::set<int>& hours_skipped, const std::set<int>& days_skipped
) {
    if (hours_skipped.size() >= 24 || days_skipped.size() >= 7) return from;
    for (int step = 0; step <= 24 * 7; ++step) {
        auto day = std::chrono::floor<std::chrono::days>(from);
        auto hour = std::chrono::floor<hours>(from - day);
        int weekday = static_cast<int>(std::chrono::weekday(day).c_encoding());
        if (!hours_skipped.contains(static_cast<int>(hour.count())) &&
            !days_skipped.contains(weekday)) {
            break;
        }
        from = day + hour + hours(1);
    }
    return from;
}

// Page and title of an item; empty when it lacks one of them.
std::string identity_of(const Statement& statement) {
    std::string url = canonical_url(statement.url);
    if (url.empty() || statement.title.empty()) return {};
    return sha256_hex(url + "\n" + statement.title).substr(0, 16);
}

std::map<std::string, std::string> read_identities(const std::string& text) {
    std::map<std::string, std::string> ids;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.size() > 17 && line[16] == ' ') ids.emplace(line.substr(0, 16), line.substr(17));
    }
    return ids;
}

}  // namespace

FeedState::FeedState(Cursor since, const std::string& configured_url)
    : cursor_(std::move(since)), url_(configured_url) {
    std::string key = sha256_hex(configured_url).substr(0, 16);
    if (cursor_.get("of_url") != key || cursor_.get("reader") != reader_version) {
        for (const char* stale : {"etag", "last_modified", "body_hash", "validated_at"}) {
            cursor_.state.erase(stale);
        }
    }
    if (cursor_.get("of_url") != key) {
        for (const char* stale :
             {"move_to",
              "move_count",
              "move_since",
              "moved_to",
              "refresh_s",
              "skip_hours",
              "skip_days"}) {
            cursor_.state.erase(stale);
        }
    }
    cursor_.state["of_url"] = key;
    cursor_.state["reader"] = reader_version;
    address_ = cursor_.get("moved_to");
    if (address_.empty()) address_ = url_;
}

const std::string& FeedState::address() const { return address_; }

bool FeedState::moved() const { return address_ != url_; }

void FeedState::forget_move() {
    cursor_.state.erase("moved_to");
    address_ = url_;
    for (const char* stale : {"etag", "last_modified", "body_hash"}) cursor_.state.erase(stale);
}

void FeedState::set(const std::string& key, std::string value) {
    if (value.empty() || value.size() > header_bytes_max) {
        cursor_.state.erase(key);
    } else {
        cursor_.state[key] = std::move(value);
    }
}

bool FeedState::doubtful(Time now) const {
    std::string etag = cursor_.get("etag");
    if (!etag.empty() && !well_formed_etag(etag)) return true;
    auto modified = parse_http_date(cursor_.get("last_modified"));
    return modified && *modified > now + hours(1);
}

void FeedState::add_validators(Headers& headers, Time now) const {
    auto validated = time_of(cursor_.get("validated_at"));
    if (doubtful(now) && (!validated || now - *validated >= hours(24))) return;
    std::string etag = cursor_.get("etag");
    std::string modified = cursor_.get("last_modified");
    if (!etag.empty()) {
        headers.emplace_back("If-None-Match", etag);
        headers.emplace_back("A-IM", "feed");
    }
    if (!modified.empty()) headers.emplace_back("If-Modified-Since", modified);
}

bool FeedState::same_body(const std::string& body) const {
    std::string known = cursor_.get("body_hash");
    return !known.empty() && known == sha256_hex(body);
}

void FeedState::keep_answer(const HttpResponse& response, Time now) {
    auto etag = response.header("etag");
    auto modified = response.header("last-modified");
    if (response.status == 304) {
        // It may bring new validators; it need not repeat the old ones.
        if (etag) set("etag", *etag);
        if (modified) set("last_modified", *modified);
        return;
    }
    set("etag", etag.value_or(""));
    set("last_modified", modified.value_or(""));
    set("validated_at", to_text(now));
    // 226 brings a part of the document: its hash says nothing about the whole.
    set("body_hash", response.status == 226 ? "" : sha256_hex(response.body));
}

std::optional<std::string> FeedState::follow_redirects(const HttpResponse& response, Time now) {
    std::string target;
    for (const Redirect& redirect : response.redirects) {
        if (redirect.status != 301 && redirect.status != 308) break;
        target = redirect.url;
    }
    if (target.empty() || target == address_ || target.size() > header_bytes_max) {
        for (const char* key : {"move_to", "move_count", "move_since"}) cursor_.state.erase(key);
        return std::nullopt;
    }
    if (cursor_.get("move_to") != target) {
        cursor_.state["move_to"] = target;
        cursor_.state["move_count"] = "1";
        cursor_.state["move_since"] = to_text(now);
        return "permanent redirect to " + url_for_people(target);
    }
    auto count = number(cursor_.get("move_count")).value_or(0) + 1;
    auto since = time_of(cursor_.get("move_since")).value_or(now);
    cursor_.state["move_count"] = std::to_string(count);
    if (count < moves_wanted || now - since < move_time_wanted) return std::nullopt;
    for (const char* key : {"move_to", "move_count", "move_since"}) cursor_.state.erase(key);
    cursor_.state["moved_to"] = target;
    return "the feed has moved for good and is read from " + url_for_people(target) +
           "; change its url in the configuration";
}

void FeedState::keep_schedule(const ParsedFeed& feed) {
    set("refresh_s", feed.refresh_after ? std::to_string(feed.refresh_after->count()) : "");
    set("skip_hours", join(feed.skip_hours));
    set("skip_days", join(feed.skip_days));
}

std::optional<seconds> FeedState::poll_after(
    const HttpResponse& response, Time now, Duration interval
) const {
    seconds wait = fresh_for(response, now).value_or(seconds(0));
    if (auto refresh = number(cursor_.get("refresh_s"))) wait = std::max(wait, seconds(*refresh));
    Duration planned = std::max<Duration>(wait, interval);
    Time next = next_allowed(
        now + planned, split(cursor_.get("skip_hours")), split(cursor_.get("skip_days"))
    );
    if (next > now + planned) wait = std::chrono::ceil<seconds>(next - now);
    if (wait <= seconds(0)) return std::nullopt;
    return std::min<seconds>(wait, poll_after_max);
}

std::optional<Gap> FeedState::gap_before(const std::vector<Statement>& statements) const {
    if (statements.empty() || !knows_any()) return std::nullopt;
    for (const Statement& statement : statements) {
        if (cursor_.knows(statement.native_id)) return std::nullopt;
    }
    Gap gap;
    gap.from_id = cursor_.seen.back();
    gap.to_id = statements.front().native_id;
    return gap;
}

void FeedState::keep_identities(std::vector<Statement>& statements) {
    auto known = read_identities(cursor_.get("identities"));
    std::set<std::string> present;
    for (const Statement& statement : statements) present.insert(statement.native_id);
    std::string text;
    std::size_t count = 0;
    for (Statement& statement : statements) {
        std::string identity = identity_of(statement);
        if (identity.empty()) continue;
        auto old = known.find(identity);
        if (old != known.end() && old->second != statement.native_id &&
            !present.contains(old->second) && !cursor_.knows(statement.native_id)) {
            statement.native_id = old->second;
            present.insert(statement.native_id);
        }
        bool one_line = statement.native_id.find('\n') == std::string::npos;
        if (one_line && ++count <= identities_max) {
            text += identity + " " + statement.native_id + "\n";
        }
    }
    cursor_.state["identities"] = std::move(text);
}

}  // namespace spokeswatch
