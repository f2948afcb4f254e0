#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace spokeswatch {

enum class EntityKind : std::uint8_t { tag, mention, link };

// Why no statement can ever have this entity; empty when one can.
std::string why_never(EntityKind kind, std::string_view text);

// Whole tags, mentions and links that some rule asks for, found by name.
class EntityIndex {
  public:
    // Number of the entity. `text` with or without its sign; a link is a host, with or without the
    // beginning of a path, with or without a scheme.
    std::uint32_t add(EntityKind kind, std::string_view text);

    // Appends the numbers of what `text` of a statement is.
    void find(EntityKind kind, std::string_view text, std::vector<std::uint32_t>& found) const;

    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool has(EntityKind kind) const {
        return present_[static_cast<std::size_t>(kind)];
    }

  private:
    struct Link {
        std::string path;  // begins with '/'; empty: any
        std::uint32_t number = 0;
    };

    void find_link(std::string_view url, std::vector<std::uint32_t>& found) const;

    std::unordered_map<std::string, std::uint32_t> names_;  // kind and folded name
    std::unordered_map<std::string, std::vector<Link>> hosts_;
    std::uint32_t count_ = 0;
    bool present_[3] = {false, false, false};
};

}  // namespace spokeswatch
