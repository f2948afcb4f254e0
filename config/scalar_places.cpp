#include "config/scalar_places.hpp"

#include <algorithm>
#include <string_view>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

enum class Style { plain, single_quoted, double_quoted };

bool white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Lays the text of a scalar over its bytes in the file. Both hold the same characters in the same
// order: only white space and what is escaped differ.
class Tracer {
  public:
    Tracer(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {}

    std::vector<std::uint32_t> trace(std::string_view text, bool quoted) {
        find_beginning(quoted);
        std::vector<std::uint32_t> offsets;
        offsets.reserve(text.size() + 1);
        for (std::size_t i = 0; i < text.size();) {
            const std::size_t before = i;
            (void)next_code_point(text, i);
            const std::string_view character = text.substr(before, i - before);
            if (!step(character)) return {};
            offsets.insert(offsets.end(), character.size(), static_cast<std::uint32_t>(place_));
        }
        offsets.push_back(static_cast<std::uint32_t>(at_));
        return offsets;
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : '\0';
    }
    void skip_white() {
        while (white(peek())) ++at_;
    }

    // The place of a scalar is behind its quote, or at the `|` or `>` of a block, or at its anchor.
    void find_beginning(bool quoted) {
        if (quoted && at_ > 0 && (bytes_[at_ - 1] == '"' || bytes_[at_ - 1] == '\'')) {
            style_ = bytes_[at_ - 1] == '"' ? Style::double_quoted : Style::single_quoted;
            return;
        }
        if (peek() == '&') {
            while (at_ < bytes_.size() && !white(peek())) ++at_;
            skip_white();
        }
        if (!quoted) return;
        if (peek() == '"' || peek() == '\'') {
            style_ = peek() == '"' ? Style::double_quoted : Style::single_quoted;
            ++at_;
        } else {
            at_ = std::min(bytes_.find('\n', at_), bytes_.size());
        }
    }

    // One character of the text: `place_` is where it is written. False when something else is.
    bool step(std::string_view character) {
        skip_joined_lines();
        const bool blank = character.size() == 1 && white(character[0]);
        if (!blank) skip_white();
        skip_joined_lines();
        place_ = at_;
        if (style_ == Style::double_quoted && peek() == '\\') {
            at_ += escape_size();
            return at_ <= bytes_.size();
        }
        if (blank) {
            if (white(peek())) ++at_;
            return true;
        }
        if (bytes_.substr(at_, character.size()) != character) return false;
        at_ += character.size();
        if (style_ == Style::single_quoted && character == "'") ++at_;
        return true;
    }

    // A `\` at the end of a line in double quotes joins it with the next one.
    void skip_joined_lines() {
        while (style_ == Style::double_quoted && peek() == '\\' &&
               (peek(1) == '\n' || peek(1) == '\r')) {
            ++at_;
            skip_white();
        }
    }

    [[nodiscard]] std::size_t escape_size() const {
        switch (peek(1)) {
            case 'x':
                return 4;
            case 'u':
                return 6;
            case 'U':
                return 10;
            default:
                return 2;
        }
    }

    std::string_view bytes_;
    std::size_t at_;
    std::size_t place_ = 0;
    Style style_ = Style::plain;
};

}  // namespace

ScalarPlaces::ScalarPlaces(Yaml scalar)
    : whole_(scalar.span()), places_(whole_.file, scalar.offset(), whole_.line, whole_.column) {
    Tracer tracer(whole_.file->bytes, scalar.offset());
    offsets_ = tracer.trace(scalar.text(), scalar.quoted());
}

Span ScalarPlaces::at(std::size_t start, std::size_t end) {
    const auto from = offset(start);
    const auto to = offset(end);
    if (!from || !to) return whole_;
    return places_.at(*from, std::max(*to, *from + 1) - *from);
}

std::optional<std::size_t> ScalarPlaces::offset(std::size_t at) const {
    if (at >= offsets_.size()) return std::nullopt;
    return offsets_[at];
}

}  // namespace spokeswatch
