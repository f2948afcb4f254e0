#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// Which of many literals of three bytes or more stand anywhere in a text: at every byte of the text
// a bitmap over the first bytes of all literals is asked, a table of them when it says yes, and the
// literals compared then. Those of eight bytes or more stand under eight of them, the others under
// three.
class LiteralSet {
  public:
    // Literals have the numbers 0, 1, 2 ...
    void add(std::string_view literal);
    // After the last add.
    void build();
    // Numbers of the literals in `text`, rising, each once. Replaces `found`.
    void find(std::string_view text, std::vector<std::uint32_t>& found) const;

  private:
    static constexpr std::size_t long_bytes = 8, short_bytes = 3;
    struct Literal {
        std::uint64_t beginning = 0;
        std::uint32_t number = 0;
        std::string text;
    };
    // Literals with beginnings of one length.
    struct Group {
        std::size_t bytes = 0;
        std::vector<Literal> literals;  // by beginning
        std::array<std::uint64_t, 1024> bits{};
    };

    static std::uint64_t beginning_of(const char* bytes, std::size_t count);
    static std::size_t bit_of(std::uint64_t beginning);
    static void find(const Group& group, std::string_view text, std::vector<std::uint32_t>& found);

    std::uint32_t count_ = 0;
    Group long_{long_bytes, {}}, short_{short_bytes, {}};
};

}  // namespace spokeswatch
