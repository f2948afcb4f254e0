#include "config/page.hpp"

#include <algorithm>

namespace spokeswatch {

namespace {

// Text of a man page: no request at the begin of a line, no escape that was not meant.
std::string roff_text(std::string_view text, bool line_begins = true) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if ((c == '.' || c == '\'') && (out.empty() ? line_begins : out.back() == '\n'))
            out += std::string("\\&") + c;
        else
            out += c;
    }
    return out;
}

// `code` in bold, [text](link) as text.
std::string roff(std::string_view markdown) {
    std::string out;
    std::string plain;
    const auto flush = [&out, &plain] {
        out += roff_text(plain, out.empty() || out.back() == '\n');
        plain.clear();
    };
    for (std::size_t at = 0; at < markdown.size(); ++at) {
        const std::string_view rest = markdown.substr(at);
        const std::size_t bracket = rest.find(']');
        if (rest[0] == '`') {
            // Two back quotes and a space around what holds one itself.
            const std::string_view fence = rest.starts_with("`` ") ? "``" : "`";
            const std::size_t size = rest.find(fence, fence.size()) - fence.size();
            std::string_view inner = rest.substr(fence.size(), size);
            at += 2 * fence.size() + inner.size() - 1;
            if (fence.size() == 2) inner = inner.substr(1, inner.size() - 2);
            flush();
            out += "\\fB" + roff_text(inner, false) + "\\fR";
        } else if (rest[0] == '[' && bracket != rest.npos && rest.substr(bracket).starts_with("](")) {
            plain += rest.substr(1, bracket - 1);
            at += rest.find(')', bracket);
        } else {
            plain += rest[0];
        }
    }
    flush();
    return out;
}

// A heading has no code.
std::string roff_heading(std::string text, bool capitals) {
    std::erase(text, '`');
    for (char& c : text) {
        if (capitals && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return '"' + roff_text(text, false) + '"';
}

std::string roff_code(const std::string& text) {
    std::string out = ".PP\n.nf\n.RS 4\n";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += roff_text(std::string_view(text).substr(at, end - at)) + '\n';
        at = end + 1;
    }
    return out + ".RE\n.fi\n";
}

std::string roff_table(const std::vector<std::vector<std::string>>& rows) {
    std::string out;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        const std::vector<std::string>& row = rows[r];
        out += ".TP\n" + roff(row[0]) + '\n';
        for (std::size_t i = 1; i < row.size(); ++i) {
            if (row[i].empty() || row[i] == "none") continue;
            const bool named = rows[0][i] == "default" || rows[0][i] == "example";
            if (i > 1) out += ".br\n";
            out += (named ? "\\fI" + rows[0][i] + "\\fR " : "") + roff(row[i]) + '\n';
        }
    }
    return out;
}

// A cell of a Markdown table.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
    return out;
}

}  // namespace

void Page::heading(int level, std::string text) {
    blocks_.push_back({Block::Kind::heading, level, std::move(text)});
}

void Page::prose(std::string_view text) {
    while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    while (!text.empty()) {
        const bool item = text.starts_with("- ");
        std::size_t end = text.find("\n\n");
        if (item) end = std::min(end, text.find("\n- "));
        Block block;
        block.kind = item ? Block::Kind::item : Block::Kind::paragraph;
        block.text = std::string(text.substr(item ? 2 : 0, end - (item ? 2 : 0)));
        blocks_.push_back(std::move(block));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end);
        text.remove_prefix(text.find_first_not_of('\n'));
    }
}

void Page::code(std::string language, std::string text) {
    while (text.starts_with('\n')) text.erase(0, 1);
    if (!text.ends_with('\n')) text += '\n';
    blocks_.push_back({Block::Kind::code, 0, std::move(text), std::move(language)});
}

void Page::table(std::vector<std::vector<std::string>> rows) {
    Block block;
    block.kind = Block::Kind::table;
    block.rows = std::move(rows);
    blocks_.push_back(std::move(block));
}

std::string Page::markdown() const {
    std::string out;
    const Block* before = nullptr;
    for (const Block& block : blocks_) {
        const bool list = before != nullptr && before->kind == Block::Kind::item &&
                          block.kind == Block::Kind::item;
        if (before != nullptr && !list) out += '\n';
        before = &block;
        switch (block.kind) {
            case Block::Kind::heading:
                out += std::string(static_cast<std::size_t>(block.level), '#') + ' ' + block.text;
                out += '\n';
                break;
            case Block::Kind::paragraph:
                out += block.text + '\n';
                break;
            case Block::Kind::item:
                out += "- " + block.text + '\n';
                break;
            case Block::Kind::code:
                out += "```" + block.language + '\n' + block.text + "```\n";
                break;
            case Block::Kind::table:
                for (std::size_t r = 0; r < block.rows.size(); ++r) {
                    out += '|';
                    for (const std::string& text : block.rows[r])
                        out += (text.empty() ? "" : ' ' + cell(text)) + " |";
                    out += '\n';
                    if (r > 0) continue;
                    out += '|';
                    for (std::size_t i = 0; i < block.rows[0].size(); ++i) out += "---|";
                    out += '\n';
                }
                break;
        }
    }
    return out;
}

std::string Page::man(const std::string& name, int section, const std::string& summary) const {
    std::string out = ".TH " + roff_heading(name, true) + ' ' + std::to_string(section) +
                      " \"\" spokeswatch\n.SH NAME\n" + roff_text(name) + " \\- " +
                      roff_text(summary) + '\n';
    bool description = false;
    for (const Block& block : blocks_) {
        if (block.kind == Block::Kind::heading && block.level == 1) continue;
        if (block.kind != Block::Kind::heading && !description) out += ".SH DESCRIPTION\n";
        description = true;
        switch (block.kind) {
            case Block::Kind::heading:
                out += (block.level == 2 ? ".SH " : ".SS ") +
                       roff_heading(block.text, block.level == 2) + '\n';
                break;
            case Block::Kind::paragraph:
                out += ".PP\n" + roff(block.text) + '\n';
                break;
            case Block::Kind::item:
                out += ".IP \\(bu 2\n" + roff(block.text) + '\n';
                break;
            case Block::Kind::code:
                out += roff_code(block.text);
                break;
            case Block::Kind::table:
                out += roff_table(block.rows);
                break;
        }
    }
    return out;
}

}  // namespace spokeswatch
