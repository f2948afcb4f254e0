#include <algorithm>

#include "base/utf8.hpp"
#include "config/yaml_scan.hpp"

// From bytes of a file to what people count.

namespace spokeswatch {

Span Places::at(std::size_t offset, std::size_t length_bytes) {
    const std::string_view bytes = file_->bytes;
    offset = std::min(offset, bytes.size());
    if (offset < offset_) {
        offset_ = line_start_ = 0;
        line_ = column_ = 1;
    }
    while (true) {
        const std::size_t line_break = bytes.substr(0, offset).find('\n', offset_);
        if (line_break == std::string_view::npos) break;
        offset_ = line_start_ = line_break + 1;
        ++line_;
        column_ = 1;
    }
    column_ += code_points(bytes.substr(offset_, offset - offset_));
    offset_ = offset;
    std::string_view covered = bytes.substr(offset, length_bytes);
    covered = covered.substr(0, covered.find_first_of("\r\n"));
    return Span{file_, line_, column_, std::max<std::size_t>(1, code_points(covered))};
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
