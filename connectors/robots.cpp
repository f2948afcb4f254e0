#include "connectors/robots.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii.hpp"
#include "connectors/feed_words.hpp"

namespace spokeswatch {

namespace {

// Matching takes the product of the three at worst.
constexpr std::size_t rules_max = 500;
constexpr std::size_t pattern_bytes_max = 256;
constexpr std::size_t path_bytes_max = 1024;

// `*` for any run of bytes, `$` at the end for the end of the path; else the path may go on. Linear
// in the path for each star: the last star is the only one that need be tried again.
bool fits(std::string_view pattern, std::string_view path) {
    const bool to_end = pattern.ends_with('$');
    if (to_end) pattern.remove_suffix(1);
    std::size_t p = 0;
    std::size_t at = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_at = 0;
    for (;;) {
        if (p == pattern.size() && (!to_end || at == path.size())) return true;
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_at = at;
        } else if (p < pattern.size() && at < path.size() && pattern[p] == path[at]) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos && star_at < path.size()) {
            p = star + 1;
            at = ++star_at;
        } else {
            return false;
        }
    }
}

bool names(std::string_view agent, std::string_view product) {
    agent = agent.substr(0, agent.find('/'));
    return ascii_lower(trim(agent)) == ascii_lower(product);
}

}  // namespace

Robots Robots::parse(std::string_view text, std::string_view product) {
    text = text.substr(0, robots_bytes_max);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Robots own;
    Robots others;
    bool own_group = false;
    bool other_group = false;
    bool named = false;    // some group is for us
    bool in_rules = true;  // the next user-agent begins a group
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string key = ascii_lower(trim(line.substr(0, colon)));
        const std::string_view value = trim(line.substr(colon + 1));
        if (key == "user-agent") {
            if (in_rules) own_group = other_group = false;
            in_rules = false;
            own_group = own_group || names(value, product);
            other_group = other_group || value == "*";
            named = named || own_group;
            continue;
        }
        in_rules = true;
        for (Robots* robots : {own_group ? &own : nullptr, other_group ? &others : nullptr}) {
            if (robots == nullptr) continue;
            const bool allow = key == "allow";
            if ((allow || key == "disallow") && !value.empty() &&
                value.size() <= pattern_bytes_max && robots->rules_.size() < rules_max) {
                robots->rules_.push_back({std::string(value), allow});
            }
            double delay = 0;
            const char* last = value.data() + value.size();
            if (key == "crawl-delay" && std::from_chars(value.data(), last, delay).ptr == last &&
                delay >= 0) {
                const double most = static_cast<double>(crawl_delay_max.count());
                robots->delay_ =
                    std::chrono::seconds(static_cast<std::int64_t>(std::min(delay, most) + 0.999));
            }
        }
    }
    return named ? own : others;
}

bool Robots::allows(std::string_view path) const {
    if (path == "/robots.txt") return true;
    path = path.substr(0, path_bytes_max);
    std::size_t longest = 0;
    bool allowed = true;
    for (const Rule& rule : rules_) {
        const std::size_t size = rule.pattern.size();
        if (size < longest || (size == longest && !rule.allow) || !fits(rule.pattern, path)) {
            continue;
        }
        longest = size;
        allowed = rule.allow;
    }
    return allowed;
}

}  // namespace spokeswatch
