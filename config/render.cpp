#include <algorithm>
#include <array>
#include <cstdio>

#include "base/utf8.hpp"
#include "config/diagnostic.hpp"
#include "config/render_machine.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t shown_max = 20;
// A longer line is shown as a window around the caret.
constexpr std::size_t line_code_points_max = 200;
constexpr std::size_t window_before = 60;
constexpr std::size_t window_code_points = 160;

// Characters that would move the cursor, turn the direction of a line or not be seen at all.
bool unprintable(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

std::string visible(char32_t c) {
    std::string out;
    if (unprintable(c)) {
        std::array<char, 16> buffer{};
        std::snprintf(buffer.data(), buffer.size(), "<U+%04X>", static_cast<unsigned>(c));
        out = buffer.data();
    } else {
        append_code_point(out, c);
    }
    return out;
}

// The bytes of a line (from 1) and where it begins; nothing when the file has no such line.
struct Line {
    std::string_view bytes;
    std::size_t offset = 0;
    bool found = false;
};

Line line_of(const Span& span) {
    Line line;
    if (span.file->bytes.empty()) return line;
    const std::string_view all = span.file->bytes;
    for (std::size_t number = 1; number < span.line; ++number) {
        const std::size_t end = all.find('\n', line.offset);
        if (end == std::string_view::npos) return line;
        line.offset = end + 1;
    }
    line.bytes = all.substr(line.offset, all.find('\n', line.offset) - line.offset);
    if (!line.bytes.empty() && line.bytes.back() == '\r') line.bytes.remove_suffix(1);
    line.found = true;
    return line;
}

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

Ranges hidden_in(const SourceText& file, const Line& line) {
    Ranges out;
    for (const auto& range : file.hidden) {
        if (range.second > line.offset && range.first < line.offset + line.bytes.size())
            out.push_back(range);
    }
    return out;
}

bool inside(const Ranges& ranges, std::size_t offset) {
    return std::any_of(ranges.begin(), ranges.end(), [offset](const auto& range) {
        return offset >= range.first && offset < range.second;
    });
}

struct Snippet {
    std::string text;
    std::size_t caret_cells_before = 0;
    std::size_t caret_cells = 1;
};

Snippet snippet(const Span& span, const Line& line) {
    Snippet out;
    const std::size_t total = code_points(line.bytes);
    const std::size_t column = std::min(span.column == 0 ? 0 : span.column - 1, total);
    std::size_t first = 0;
    std::size_t end = total;
    if (total > line_code_points_max) {
        first = column > window_before ? column - window_before : 0;
        end = std::min(total, first + window_code_points);
    }
    std::size_t cells = 0;
    std::size_t caret_end = 0;
    bool was_hidden = false;
    const Ranges ranges = hidden_in(*span.file, line);
    if (first > 0) {
        out.text = "…";
        cells = 1;
    }
    std::size_t at = byte_offset(line.bytes, first);
    for (std::size_t index = first; index < end; ++index) {
        if (index == column) out.caret_cells_before = cells;
        const bool hidden = inside(ranges, line.offset + at);
        const char32_t c = next_code_point(line.bytes, at);
        std::string shown;
        if (hidden)
            shown = was_hidden ? "" : "***";
        else if (c == U'\t')
            shown = "→───";
        else
            shown = visible(c);
        was_hidden = hidden;
        out.text += shown;
        cells += display_cells(shown);
        if (index >= column && index < column + span.length) caret_end = cells;
    }
    if (column >= end) out.caret_cells_before = cells;
    if (end < total) out.text += "…";
    out.caret_cells = caret_end > out.caret_cells_before ? caret_end - out.caret_cells_before : 1;
    return out;
}

std::string place(const Span& span) {
    return visible_text(span.file->path) + ':' + std::to_string(span.line) + ':' +
           std::to_string(span.column);
}

std::string spaces(std::size_t count) { return std::string(count, ' '); }

void add_snippet(
    std::string& out, const Span& span, const std::string& label, std::size_t gutter, char mark
) {
    const Line line = line_of(span);
    if (!line.found) {
        if (!label.empty()) out += spaces(gutter) + " = " + visible_text(label) + '\n';
        return;
    }
    const Snippet shown = snippet(span, line);
    const std::string number = std::to_string(span.line);
    out += spaces(gutter) + " |\n";
    out += spaces(gutter - number.size()) + number + " | " + shown.text + '\n';
    out += spaces(gutter) + " | " + spaces(shown.caret_cells_before) +
           std::string(shown.caret_cells, mark);
    if (!label.empty()) out += ' ' + visible_text(label);
    out += '\n';
}

std::string headline(const Diagnostic& diagnostic) {
    return (diagnostic.level == Level::error ? "error[" : "warning[") + diagnostic.code +
           "]: " + visible_text(diagnostic.message);
}

std::string human(const Diagnostic& diagnostic) {
    std::size_t gutter = std::to_string(diagnostic.span.line).size();
    for (const auto& other : diagnostic.secondary)
        gutter = std::max(gutter, std::to_string(other.span.line).size());

    std::string out = headline(diagnostic) + '\n';
    out += spaces(gutter) + "--> " + place(diagnostic.span) + '\n';
    add_snippet(out, diagnostic.span, diagnostic.label, gutter, '^');
    for (const auto& other : diagnostic.secondary) {
        out += spaces(gutter) + "::: " + place(other.span) + '\n';
        add_snippet(out, other.span, other.label, gutter, '-');
    }
    for (const std::string& note : diagnostic.notes)
        out += spaces(gutter) + " = note: " + visible_text(note) + '\n';
    for (const std::string& help : diagnostic.helps)
        out += spaces(gutter) + " = help: " + visible_text(help) + '\n';
    return out;
}

std::string short_line(const Diagnostic& diagnostic) {
    std::string out = place(diagnostic.span) + ": " + headline(diagnostic);
    if (!diagnostic.label.empty()) out += "; " + visible_text(diagnostic.label);
    for (const auto& other : diagnostic.secondary)
        out += "; " + visible_text(other.label) + " (" + place(other.span) + ')';
    for (const std::string& note : diagnostic.notes) out += "; " + visible_text(note);
    for (const std::string& help : diagnostic.helps) out += "; " + visible_text(help);
    return out + '\n';
}

bool comes_before(const Diagnostic* a, const Diagnostic* b) {
    if (a->level != b->level) return a->level == Level::error;
    const std::string& path_a = a->span.file->path;
    const std::string& path_b = b->span.file->path;
    if (path_a != path_b) return path_a < path_b;
    if (a->span.line != b->span.line) return a->span.line < b->span.line;
    return a->span.column < b->span.column;
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string visible_text(std::string_view text) {
    const std::string valid = repair_utf8(text);
    std::string out;
    for (std::size_t at = 0; at < valid.size();) out += visible(next_code_point(valid, at));
    return out;
}

std::string render(const Diagnostics& diagnostics, DiagnosticFormat format) {
    std::vector<const Diagnostic*> order;
    for (const Diagnostic& diagnostic : diagnostics.all()) order.push_back(&diagnostic);
    std::stable_sort(order.begin(), order.end(), comes_before);

    std::string out;
    if (format == DiagnosticFormat::json) return render_json(order);
    if (format == DiagnosticFormat::github) return render_github(order);
    if (format == DiagnosticFormat::short_lines) {
        for (const Diagnostic* diagnostic : order) out += short_line(*diagnostic);
        return out;
    }
    for (std::size_t i = 0; i < std::min(order.size(), shown_max); ++i) {
        if (i > 0) out += '\n';
        out += human(*order[i]);
    }
    if (order.size() > shown_max) {
        const std::size_t rest = diagnostics.errors() + diagnostics.warnings() - shown_max;
        out += "\nand " + std::to_string(rest) +
               " more: " + counted(diagnostics.errors(), "error") + ", " +
               counted(diagnostics.warnings(), "warning") + " in all\n";
    }
    return out;
}

}  // namespace spokeswatch
