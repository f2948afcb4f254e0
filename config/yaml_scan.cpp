#include "config/yaml_scan.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/block_columns.hpp"
#include "config/codes.hpp"
#include "config/yaml_slips.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view full_width_colon = "：";
constexpr std::string_view full_width_space = "\u3000";
constexpr std::string_view no_break_space = "\u00a0";

bool blank(char c) { return c == ' ' || c == '\t'; }
// A text as it stands in quotes that nothing in it ends.
std::string in_quotes(std::string_view text) {
    if (text.find_first_of("\"\\") == text.npos) return '"' + std::string(text) + '"';
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + '\'';
}

bool key_letter(char c) { return ascii_alphanumeric(c) || c == '_' || c == '-'; }

// Walks the file line by line, token by token, as far as needed to tell text from structure.
class Scanner {
  public:
    Scanner(const std::shared_ptr<const SourceText>& file, Diagnostics& diagnostics)
        : bytes_(file->bytes), places_(file), diagnostics_(diagnostics) {}

    YamlScan run() {
        while (at_ < bytes_.size() && !stopped_) line();
        for (const Bracket& open : brackets_)
            scan_.open_brackets.push_back(static_cast<std::uint32_t>(open.offset));
        std::sort(scan_.pairs.begin(), scan_.pairs.end());
        return std::move(scan_);
    }

  private:
    struct Bracket {
        char kind;
        std::size_t offset;
    };

    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < bytes_.size() ? bytes_[at_ + ahead] : '\n';
    }
    [[nodiscard]] bool line_end(std::size_t offset) const {
        return offset >= bytes_.size() || bytes_[offset] == '\n' || bytes_[offset] == '\r';
    }
    [[nodiscard]] bool at_line_end() const { return line_end(at_); }
    [[nodiscard]] bool in_flow() const { return !brackets_.empty(); }
    [[nodiscard]] bool ends_token(std::size_t offset) const {
        return line_end(offset) || blank(bytes_[offset]);
    }
    // Looked for once in a line, however many values there are.
    [[nodiscard]] std::size_t end_of_line(std::size_t offset) {
        if (offset < measured_from_ || offset > measured_to_) {
            measured_from_ = measured_to_ = offset;
            while (!line_end(measured_to_)) ++measured_to_;
        }
        return measured_to_;
    }
    void next_line() {
        at_ = bytes_.find('\n', at_);
        at_ = at_ == std::string_view::npos ? bytes_.size() : at_ + 1;
    }
    Diagnostic& error(
        const char* code, std::size_t offset, std::size_t length, std::string message
    ) {
        return diagnostics_.error(code, places_.at(offset, length), std::move(message));
    }

    void mend(std::size_t offset, std::size_t length, std::string text) {
        scan_.mends.push_back(YamlMend{offset, length, std::move(text)});
    }
    void mend_by_quotes(std::size_t start, std::size_t end) {
        mend(start, end - start, in_quotes(bytes_.substr(start, end - start)));
    }

    void line() {
        line_start_ = at_;
        if (!in_flow() && document_marker()) return;
        indentation();
        if (stopped_) return;
        if (at_line_end()) return next_line();
        const std::size_t indent = at_ - line_start_;
        // Without this, a `"` or `[` inside a text of several lines would look like structure.
        const bool continues = !in_flow() && plain_goes_on_ && peek() != '#' &&
                               static_cast<std::ptrdiff_t>(indent) > parent_column_;
        if (continues) return continuation();
        plain_goes_on_ = false;
        if (!in_flow() && peek() != '#' && scan_.mends.empty()) fit_columns(indent);
        item_start_ = item_start_ || !in_flow();
        while (!at_line_end() && !stopped_) token();
        if (!stopped_) next_line();
    }

    void continuation() {
        const auto slip = slip_in_continuation(bytes_.substr(at_, end_of_line(at_) - at_));
        if (slip) report(*slip, at_);
        next_line();
    }

    // What follows a slip cannot be told from it: one fault a file.
    void report(const Slip& slip, std::size_t start) {
        Diagnostic& fault = error(slip.code, start + slip.offset, slip.length, slip.message);
        if (!hidden(start + slip.offset, slip.length)) fault.label = slip.label;
        stopped_ = true;
    }

    // Whether a hint that holds these bytes would show a secret.
    [[nodiscard]] bool hidden(std::size_t start, std::size_t length) const {
        const auto& secrets = places_.file().hidden;
        return std::any_of(secrets.begin(), secrets.end(), [&](const auto& secret) {
            return secret.first < start + length && start < secret.second;
        });
    }

    bool document_marker() {
        const std::string_view rest = bytes_.substr(at_);
        if (rest.starts_with('%') && !content_seen_) {
            next_line();
            return true;
        }
        if (!rest.starts_with("---") || !ends_token(at_ + 3)) {
            if (rest.starts_with("...") && ends_token(at_ + 3)) {
                content_seen_ = document_seen_ = true;
                next_line();
                return true;
            }
            return false;
        }
        if (document_seen_ || content_seen_) {
            error(code::yaml_feature, at_, 3, "a second YAML document begins here").label =
                "one file holds one document: remove this line or make two files";
            stopped_ = true;
            return true;
        }
        document_seen_ = true;
        at_ += 3;
        parent_column_ = -1;
        while (!at_line_end() && !stopped_) token();
        if (!stopped_) next_line();
        return true;
    }

    void indentation() {
        std::size_t tab = bytes_.size();
        bool odd_space = false;
        while (at_ < bytes_.size()) {
            const std::string_view rest = bytes_.substr(at_, 3);
            const bool wide = rest.starts_with(full_width_space);
            if (wide || rest.starts_with(no_break_space)) {
                if (!in_flow() && !odd_space) report_space(wide);
                odd_space = true;
                at_ += wide ? full_width_space.size() : no_break_space.size();
                continue;
            }
            if (!blank(peek())) break;
            if (peek() == '\t' && tab == bytes_.size()) tab = at_;
            ++at_;
        }
        if (tab < bytes_.size() && !at_line_end() && peek() != '#') report_tab(tab);
    }

    void report_space(bool wide) {
        const std::size_t length = wide ? full_width_space.size() : no_break_space.size();
        mend(at_, length, wide ? "  " : " ");
        error(
            code::full_width,
            at_,
            length,
            wide ? "full-width space (U+3000) is used for indentation"
                 : "no-break space (U+00A0) is used for indentation"
        )
            .label = wide ? "replace with two spaces" : "replace with a space";
    }

    void report_tab(std::size_t tab) {
        std::size_t count = 0;
        while (peek_at(tab + count) == '\t') ++count;
        Diagnostic& fault =
            error(code::tab, tab, count, "a tab is used for indentation; YAML allows only spaces");
        fault.label = count == 1
                          ? "replace this tab with 2 spaces"
                          : "replace these tabs with " + std::to_string(2 * count) + " spaces";
        if (!tab_seen_ && fault.span.file) {
            fault.helps.push_back(
                "`spokeswatch fmt --write " + fault.span.file->path + "` does it for the whole file"
            );
        }
        tab_seen_ = true;
        scan_.mends.push_back(YamlMend{tab, count, "", true});
    }
    [[nodiscard]] char peek_at(std::size_t offset) const {
        return offset < bytes_.size() ? bytes_[offset] : '\n';
    }

    void token() {
        const char c = peek();
        if (blank(c)) {
            ++at_;
            return;
        }
        content_seen_ = true;
        if (c == '#') return hash();
        if (c == '"' || c == '\'') return quoted_scalar(c);
        if (c == '[' || c == '{') return open_bracket(c);
        if (in_flow() && (c == ']' || c == '}')) return close_bracket(c);
        const bool colon = c == ':' && (ends_token(at_ + 1) || in_flow());
        if (colon || (in_flow() && c == ',')) {
            ++at_;
            item_start_ = true;
            flow_value_ = colon;
            return;
        }
        if (!in_flow() && (c == '-' || c == '?') && ends_token(at_ + 1)) {
            parent_column_ = static_cast<std::ptrdiff_t>(at_ - line_start_);
            columns_.open(parent_column_, c == '-');
            ++at_;
            return;
        }
        if (!in_flow() && (c == '|' || c == '>')) return block_scalar();
        if (c == '&' || c == '*' || c == '!') {
            while (!ends_token(at_) && !(in_flow() && flow_sign(peek()))) ++at_;
            return;
        }
        if ((c == '@' || c == '`' || c == '%') && item_start_) return reserved_sign();
        plain_scalar();
    }

    static bool flow_sign(char c) {
        return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
    }

    // Where an unquoted word that YAML refuses ends.
    [[nodiscard]] std::size_t word_end(std::size_t offset) const {
        while (!line_end(offset) && !(in_flow() && flow_sign(bytes_[offset])) &&
               !(blank(bytes_[offset]) && peek_at(offset + 1) == '#'))
            ++offset;
        while (blank(bytes_[offset - 1])) --offset;
        return offset;
    }

    void hash() {
        const std::size_t line_finish = end_of_line(at_);
        const std::string_view rest = bytes_.substr(at_, line_finish - at_);
        // A comment that swallows the closing bracket of its list was meant as a text.
        const bool meant = in_flow() && item_start_ && rest.size() > 1 && !blank(rest[1]) &&
                           rest.find(brackets_.back().kind == '[' ? ']' : '}') != rest.npos;
        if (!meant) {
            at_ = line_finish;
            return;
        }
        const std::size_t end = word_end(at_);
        error(code::needs_quotes, at_, end - at_, "YAML takes a bare `#` here as a comment").label =
            "write `\"" + std::string(bytes_.substr(at_, end - at_)) + "\"`";
        mend_by_quotes(at_, end);
        at_ = end;
        item_start_ = false;
    }

    void reserved_sign() {
        const std::size_t end = word_end(at_);
        const std::string word(bytes_.substr(at_, end - at_));
        Diagnostic& fault = error(
            code::needs_quotes,
            at_,
            end - at_,
            "YAML does not allow a bare " +
                (word[0] == '`' ? std::string("back quote") : cited(word.substr(0, 1))) + " here"
        );
        if (hidden(at_, end - at_))
            fault.label = "put it in quotes";
        else if (word[0] == '@' && word.size() > 1)
            fault.label = "write " + cited(word.substr(1)) + " or " + cited('"' + word + '"');
        else
            fault.label = "put it in quotes: '" + word + "'";
        mend_by_quotes(at_, end);
        at_ = end;
        item_start_ = false;
    }

    void quoted_scalar(char quote) {
        const std::size_t start = at_;
        for (++at_; at_ < bytes_.size(); ++at_) {
            if (quote == '"' && peek() == '\\') {
                ++at_;
            } else if (peek() == quote) {
                if (quote == '"' || peek(1) != '\'') break;
                ++at_;
            }
        }
        if (at_ >= bytes_.size()) {
            error(code::syntax, start, 1, std::string("this ") + quote + " is never closed").label =
                std::string("the text needs a second ") + quote + " at its end";
            stopped_ = true;
            return;
        }
        scan_.pairs.emplace_back(
            static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at_)
        );
        const std::string_view inner = bytes_.substr(start + 1, at_ - start - 1);
        ++at_;
        item_start_ = false;
        if (quote == '"') {
            if (const auto slip = slip_in_double_quotes(inner)) return report(*slip, start + 1);
        }
        if (!behind_quote()) return text_behind_quote(start);
        if (more_behind_quote(start)) return;
        after_key(start);
    }

    // Whether what follows a closing quote may follow it.
    [[nodiscard]] bool behind_quote() const {
        return ends_token(at_) || peek() == ':' || (in_flow() && flow_sign(peek()));
    }

    // `"state visit" AND summit`: the first quote of what was to be one text.
    bool more_behind_quote(std::size_t start) {
        std::size_t next = at_;
        while (blank(peek_at(next))) ++next;
        if (line_end(next) || start < line_start_ || peek_at(next) == ':' ||
            (next > at_ && peek_at(next) == '#') || (in_flow() && flow_sign(peek_at(next))))
            return false;
        const std::size_t end = word_end(next);
        report(slip_behind_quote(bytes_.substr(start, end - start)), start);
        return true;
    }

    void text_behind_quote(std::size_t start) {
        const char quote = bytes_[start];
        if (bytes_.substr(start, at_ - start).find('\n') != std::string_view::npos) {
            error(code::syntax, start, 1, "this quote is closed only some lines below").label =
                "is a quote missing at the end of this line?";
        } else {
            error(code::syntax, at_ - 1, 1, "the text ends at this quote, and more follows").label =
                quote == '"' ? "to have it in the text, write `\\\"`"
                             : "to have it in the text, write it twice: `''`";
        }
        stopped_ = true;
    }

    // A scalar that a colon follows is a key: what is indented deeper belongs to it.
    void after_key(std::size_t start) {
        if (in_flow() || start < line_start_) return;
        std::size_t next = at_;
        while (next < bytes_.size() && blank(bytes_[next])) ++next;
        if (peek_at(next) == ':' && ends_token(next + 1))
            open_key(static_cast<std::ptrdiff_t>(start - line_start_));
    }

    void open_key(std::ptrdiff_t column) {
        parent_column_ = column;
        key_line_ = line_start_;
        key_end_ = at_;
        columns_.open(column, false);
    }

    // A line that is indented less than the one above it stands in the column of another.
    void fit_columns(std::size_t indent) {
        const bool dash = peek() == '-' && ends_token(at_ + 1);
        const auto meant = columns_.begin_line(static_cast<std::ptrdiff_t>(indent), dash);
        if (!meant) return;
        error(code::syntax, at_, 1, "this line does not fit the indentation of the lines above it")
            .label = std::string(dash ? "items of one list" : "keys of one mapping") +
                     " are indented alike: write " + std::to_string(*meant) +
                     " spaces before this one";
        stopped_ = true;
    }

    // `match: any: [a]`: one line, two keys.
    void second_colon() {
        error(code::syntax, at_, 1, "a `:` that cannot stand here").label =
            "a text that holds `: ` needs quotes; a mapping stands in `{...}` or on lines of its "
            "own";
        stopped_ = true;
    }

    void open_bracket(char kind) {
        if (brackets_.size() >= yaml_depth_max) {
            error(
                code::too_much,
                at_,
                1,
                "lists and mappings are nested more than " + std::to_string(yaml_depth_max) +
                    " levels deep"
            );
            stopped_ = true;
            return;
        }
        brackets_.push_back(Bracket{kind, at_});
        ++at_;
        item_start_ = true;
        flow_value_ = false;
    }

    void close_bracket(char kind) {
        const Bracket open = brackets_.back();
        if ((open.kind == '[') != (kind == ']')) {
            Diagnostic& fault =
                error(code::syntax, at_, 1, cited(std::string(1, kind)) + " closes nothing here");
            fault.secondary.push_back(
                {places_.at(open.offset), cited(std::string(1, open.kind)) + " is open since here"}
            );
            stopped_ = true;
            return;
        }
        brackets_.pop_back();
        scan_.pairs.emplace_back(
            static_cast<std::uint32_t>(open.offset), static_cast<std::uint32_t>(at_)
        );
        ++at_;
        item_start_ = false;
    }

    // Skips a `|` or `>` text: every line that is blank or indented deeper than its key.
    void block_scalar() {
        const std::size_t header = at_ + 1;
        const auto slip =
            slip_behind_block_sign(bytes_.substr(header, end_of_line(header) - header));
        if (slip) return report(*slip, header);
        bool empty = true;
        next_line();
        while (at_ < bytes_.size()) {
            const std::size_t start = at_;
            std::size_t text = start;
            while (text < bytes_.size() && bytes_[text] == ' ') ++text;
            const auto indent = static_cast<std::ptrdiff_t>(text - start);
            if (!line_end(text) && indent <= parent_column_) {
                std::size_t behind_tabs = text;
                while (peek_at(behind_tabs) == '\t') ++behind_tabs;
                if (behind_tabs == text || line_end(behind_tabs)) {
                    if (empty) text_below_block_sign(text);
                    break;
                }
                report_tab(text);
            }
            empty = empty && line_end(text);
            next_line();
        }
        if (stopped_) return;
        // token() goes on at the end of a line: stand on the line break before the next line.
        if (at_ < bytes_.size()) --at_;
    }

    void text_below_block_sign(std::size_t start) {
        const bool marker =
            bytes_.substr(start).starts_with("---") || bytes_.substr(start).starts_with("...");
        if (marker) return;
        const auto slip = slip_below_block_sign(bytes_.substr(start, end_of_line(start) - start));
        if (slip) report(*slip, start);
    }

    void plain_scalar() {
        const std::size_t start = at_;
        bool key = false;
        if (item_start_ && odd_sign_at(start)) return;
        while (!at_line_end()) {
            const char c = peek();
            if (in_flow() && flow_sign(c)) break;
            if (c == ':' && (ends_token(at_ + 1) || (in_flow() && flow_sign(peek(1))))) {
                key = true;
                break;
            }
            if (blank(c) && peek(1) == '#') break;
            ++at_;
        }
        if (item_start_) full_width_colon_in(start);
        item_start_ = false;
        if (in_flow()) {
            const bool second_key = key && flow_value_ && brackets_.back().kind == '{';
            const auto slip = second_key ? slip_before_key(bytes_.substr(start, at_ - start))
                                         : std::optional<Slip>();
            return slip ? report(*slip, start) : question_mark_in(start);
        }
        const auto column = static_cast<std::ptrdiff_t>(start - line_start_);
        const bool begins_line = bytes_.find_first_not_of(" \t", line_start_) == start;
        if (begins_line) {
            const auto dash = slip_in_dash(bytes_.substr(start, end_of_line(start) - start));
            if (dash) return report(*dash, start);
        }
        if (key && key_line_ == line_start_ && start > key_end_) return second_colon();
        if (!key && begins_line && column <= parent_column_ && !reported_)
            return report(
                slip_without_key(bytes_.substr(start, end_of_line(start) - start)), start
            );
        if (key)
            open_key(column);
        else
            plain_goes_on_ = at_line_end() && !reported_;
        reported_ = false;
    }

    // yaml-cpp ends a text between brackets at a `?`, and stumbles over it.
    void question_mark_in(std::size_t start) {
        std::string_view text = bytes_.substr(start, at_ - start);
        while (!text.empty() && blank(text.back())) text.remove_suffix(1);
        if (text.find('?') == std::string_view::npos) return;
        error(
            code::needs_quotes, start, text.size(), "a text with `?` between brackets needs quotes"
        )
            .label = "write '" + std::string(text) + "'";
        mend_by_quotes(start, start + text.size());
    }

    bool odd_sign_at(std::size_t start) {
        const bool begins_line = bytes_.find_first_not_of(" \t", line_start_) == start;
        const auto slip = slip_of_keyboard(
            bytes_.substr(start, end_of_line(start) - start), in_flow(), begins_line
        );
        if (!slip) return false;
        report(*slip, start);
        return true;
    }

    // `zh：[...]`: a key in ASCII letters with the colon of a Chinese keyboard.
    void full_width_colon_in(std::size_t start) {
        std::size_t colon = start;
        while (colon < at_ && key_letter(bytes_[colon])) ++colon;
        if (colon == start || !bytes_.substr(colon).starts_with(full_width_colon)) return;
        error(
            code::full_width,
            colon,
            full_width_colon.size(),
            "full-width colon `：` (U+FF1A) where YAML needs `:` and a space"
        )
            .label = "replace with `: `";
        std::size_t behind = colon + full_width_colon.size();
        while (blank(peek_at(behind))) ++behind;
        mend(colon, behind - colon, line_end(behind) ? ":" : ": ");
        reported_ = true;
    }

    std::string_view bytes_;
    Places places_;
    Diagnostics& diagnostics_;
    YamlScan scan_;
    std::vector<Bracket> brackets_;
    BlockColumns columns_;
    std::size_t key_line_ = std::string_view::npos;  // where the line of the last key begins
    std::size_t key_end_ = 0;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::size_t measured_from_ = 1, measured_to_ = 0;  // a part of a line, and its end
    std::ptrdiff_t parent_column_ = -1;  // of the key or dash that the current value belongs to
    bool plain_goes_on_ = false;         // the line before ended inside a text without quotes
    bool item_start_ = true;             // a value may begin here
    bool flow_value_ = false;            // between brackets, behind a colon
    bool content_seen_ = false, document_seen_ = false;
    bool tab_seen_ = false, reported_ = false, stopped_ = false;
};

}  // namespace

YamlScan scan_yaml(const std::shared_ptr<const SourceText>& file, Diagnostics& diagnostics) {
    return Scanner(file, diagnostics).run();
}

}  // namespace spokeswatch
