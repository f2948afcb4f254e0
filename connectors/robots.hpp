#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// robots.txt as RFC 9309 has it.

namespace spokeswatch {

inline constexpr std::size_t robots_bytes_max = 500 * 1024;
inline constexpr std::chrono::seconds crawl_delay_max{60};

// What a robots.txt says to one robot.
class Robots {
  public:
    // Of the groups that name `product` (case ignored), or, where none does, of those for `*`.
    static Robots parse(std::string_view text, std::string_view product);

    // `path`: with its query, as it goes over the wire. The longest rule decides, of two that are
    // as long the one that allows.
    [[nodiscard]] bool allows(std::string_view path) const;
    // Crawl-delay, not part of the standard; at most crawl_delay_max.
    [[nodiscard]] std::optional<std::chrono::seconds> delay() const { return delay_; }

  private:
    struct Rule {
        std::string pattern;  // `*` and a final `$` with their meaning
        bool allow = false;
    };
    std::vector<Rule> rules_;
    std::optional<std::chrono::seconds> delay_;
};

}  // namespace spokeswatch
