#include <algorithm>

#include "base/utf8.hpp"
#include "config/yaml_scan.hpp"

// From bytes of a file to what people count.

namespace spokeswatch {

Span Places::at(std::size_t offset, std::size_t length_bytes) {
    const std::string_view bytes = file_->bytes;
    offset = std::min(offset, bytes.size());
    if (offset < now_.offset) now_ = first_;
    while (true) {
        const std::size_t line_break = bytes.substr(0, offset).find('\n', now_.offset);
        if (line_break == std::string_view::npos) break;
        now_ = Place{line_break + 1, now_.line + 1, 1};
    }
    now_.column += code_points(bytes.substr(now_.offset, offset - now_.offset));
    now_.offset = offset;
    std::string_view covered = bytes.substr(offset, length_bytes);
    covered = covered.substr(0, covered.find_first_of("\r\n"));
    return Span{file_, now_.line, now_.column, std::max<std::size_t>(1, code_points(covered))};
}

const std::uint32_t* YamlScan::end_of(std::uint32_t start) const {
    const auto found = std::lower_bound(
        pairs.begin(),
        pairs.end(),
        start,
        [](const auto& pair, std::uint32_t wanted) { return pair.first < wanted; }
    );
    return found != pairs.end() && found->first == start ? &found->second : nullptr;
}

}  // namespace spokeswatch
