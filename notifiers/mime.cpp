#include "notifiers/mime.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/ascii.hpp"
#include "base/check.hpp"
#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t line_columns_max = 76;
constexpr std::size_t encoded_word_columns_max = 75;
constexpr std::size_t plain_word_columns_max = 60;
constexpr std::size_t header_name_columns_max = 40;
constexpr std::string_view b_open = "=?utf-8?b?";
constexpr std::string_view q_open = "=?utf-8?q?";
constexpr std::string_view word_close = "?=";
constexpr std::string_view fold = "\r\n ";

bool is_non_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_atom_character(char c) {
    return ascii_alphanumeric(c) || is_non_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

std::size_t non_ascii(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_non_ascii));
}

std::string hex_escape(char c) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'=', digits[byte >> 4], digits[byte & 15]};
}

std::string q_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        // The set that is safe in a phrase, too (RFC 2047 5 (3)).
        const bool safe =
            ascii_alphanumeric(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
        if (c == ' ')
            out += '_';
        else if (safe)
            out += c;
        else
            out += hex_escape(c);
    }
    return out;
}

std::size_t q_columns(std::string_view text) { return q_encode(text).size(); }
std::size_t b_columns(std::string_view text) { return (text.size() + 2) / 3 * 4; }

// White space runs as one space; none at the ends.
std::string collapsed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\t')
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

bool needs_encoding(std::string_view text) {
    std::size_t word = 0;
    for (const char c : text) {
        if (c < 0x20 || c > 0x7E) return true;
        word = c == ' ' ? 0 : word + 1;
        if (word > plain_word_columns_max) return true;
    }
    return text.find("=?") != std::string_view::npos;
}

std::string folded(std::string_view text, std::size_t column) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        if (!out.empty()) {
            const bool fits = column + 1 + word.size() <= line_columns_max;
            out += fits ? std::string_view(" ") : fold;
            column = fits ? column + 1 : 1;
        }
        out += word;
        column += word.size();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string encoded_words(std::string_view text, std::size_t column) {
    check(column <= header_name_columns_max, "a header name is too long");
    const bool as_base64 = non_ascii(text) * 2 > text.size();
    const auto columns = as_base64 ? b_columns : q_columns;
    const std::size_t frame = b_open.size() + word_close.size();
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (!out.empty()) {
            out += fold;
            column = 1;
        }
        const std::size_t room = std::min(encoded_word_columns_max, line_columns_max - column);
        std::size_t end = at;
        next_code_point(text, end);  // the longest one takes 24 columns: at least one fits
        for (std::size_t next = end; next < text.size();) {
            next_code_point(text, next);
            if (frame + columns(text.substr(at, next - at)) > room) break;
            end = next;
        }
        const std::string_view part = text.substr(at, end - at);
        out += as_base64 ? b_open : q_open;
        out += as_base64 ? base64(part) : q_encode(part);
        out += word_close;
        at = end;
    }
    return out;
}

bool is_dot_atom(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.') return false;
    if (text.find("..") != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '.' || is_atom_character(c);
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::optional<Mailbox> parse_address(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at > 64) return std::nullopt;  // npos as well
    const std::string_view domain = text.substr(at + 1);
    if (!is_dot_atom(text.substr(0, at)) || !is_dot_atom(domain)) return std::nullopt;
    if (domain.find_first_of("/?#%:&") != std::string_view::npos) return std::nullopt;
    Mailbox mailbox;
    mailbox.local = text.substr(0, at);
    mailbox.domain = url_host("http://" + std::string(domain) + "/");
    if (mailbox.domain.empty() || mailbox.domain.size() > 253) return std::nullopt;
    return mailbox;
}

// `Desk` or `"Desk, News"`; nullopt when it is neither.
std::optional<std::string> parse_display_name(std::string_view text) {
    if (!text.starts_with('"')) {
        if (text.find_first_of("\"<>()[]:;@\\,") != std::string_view::npos) return std::nullopt;
        return std::string(text);
    }
    if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
    std::string name;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '"') return std::nullopt;
        if (text[i] == '\\') ++i;
        if (i + 1 >= text.size()) return std::nullopt;
        name += text[i];
    }
    return name;
}

}  // namespace

std::optional<Mailbox> parse_mailbox(std::string_view text) {
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (control || text.size() > 512 || !valid_utf8(text)) return std::nullopt;
    text = trimmed(text);
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos) return parse_address(text);
    if (!text.ends_with('>')) return std::nullopt;
    auto mailbox = parse_address(text.substr(open + 1, text.size() - open - 2));
    const auto name = parse_display_name(trimmed(text.substr(0, open)));
    if (!mailbox || !name) return std::nullopt;
    mailbox->name = *name;
    return mailbox;
}

std::string encode_header_text(std::string_view text, std::size_t column) {
    const std::string value = collapsed(text);
    return needs_encoding(value) ? encoded_words(value, column) : folded(value, column);
}

std::string encode_mailbox(const Mailbox& mailbox, std::size_t column) {
    if (mailbox.name.empty()) return mailbox.address();
    std::string name = collapsed(mailbox.name);
    const bool atoms = std::all_of(name.begin(), name.end(), [](char c) {
        return c == ' ' || (is_atom_character(c) && !is_non_ascii(c));
    });
    if (needs_encoding(name)) {
        name = encoded_words(name, column);
    } else if (!atoms) {
        std::string quoted = "\"";
        for (const char c : name) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        name = folded(quoted + '"', column);
    } else {
        name = folded(name, column);
    }
    const std::size_t line_start = name.rfind('\n');
    const std::size_t used =
        line_start == std::string::npos ? column + name.size() : name.size() - line_start - 1;
    const std::string address = '<' + mailbox.address() + '>';
    const bool fits = used + 1 + address.size() <= line_columns_max;
    return name + (fits ? " " : std::string(fold)) + address;
}

std::string mail_date(Time time, std::chrono::minutes offset) {
    using namespace std::chrono;
    static constexpr std::array day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array month_names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto local = floor<seconds>(time) + offset;
    const auto day = floor<days>(local);
    const year_month_day date(day);
    const hh_mm_ss clock(local - day);
    const auto size = offset < minutes(0) ? -offset : offset;
    char text[64];
    std::snprintf(
        text,
        sizeof text,
        "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d",
        day_names[weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()),
        month_names[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()),
        offset < minutes(0) ? '-' : '+',
        static_cast<int>(size.count() / 60),
        static_cast<int>(size.count() % 60)
    );
    return text;
}

void MailHeaders::add(std::string_view name, std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool folds =
            value.substr(i, 3) == fold && i + 3 < value.size() && value[i + 3] != '\r';
        if (folds) {
            i += 2;
            continue;
        }
        check(
            value[i] != '\r' && value[i] != '\n' && value[i] != '\0',
            "a mail header holds a line break or a NUL"
        );
    }
    text_ += name;
    text_ += ": ";
    text_ += value;
    text_ += "\r\n";
}

void MailHeaders::add_text(std::string_view name, std::string_view text) {
    add(name, encode_header_text(text, name.size() + 2));
}

void MailHeaders::add_mailbox(std::string_view name, const Mailbox& mailbox) {
    add(name, encode_mailbox(mailbox, name.size() + 2));
}

std::string text_part(std::string_view subtype, std::string_view text) {
    const bool as_base64 = non_ascii(text) * 3 > text.size();
    std::string part = "Content-Type: text/" + std::string(subtype) + "; charset=utf-8\r\n";
    part += "Content-Transfer-Encoding: ";
    part += as_base64 ? "base64" : "quoted-printable";
    part += "\r\n\r\n";
    if (!as_base64) return part + quoted_printable(text);

    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (text[i] == '\n' || text[i] == '\r')
            lines += "\r\n";
        else
            lines += text[i];
    }
    return part + base64_lines(lines);
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    const auto put = [&](std::string_view piece) {
        if (column + piece.size() > line_columns_max - 1) {  // room for the soft break's '='
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool line_ends = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        const bool space = c == ' ' || c == '\t';
        // A dot or "From " at the start of a line is changed by some relays.
        const bool fragile = column == 0 && (c == '.' || text.substr(i, 5) == "From ");
        const bool printable = c > ' ' && c < 0x7F && c != '=';
        if ((printable && !fragile) || (space && !line_ends))
            put(text.substr(i, 1));
        else
            put(hex_escape(c));
    }
    if (column > 0) out += "\r\n";
    return out;
}

std::string base64_lines(std::string_view bytes) {
    const std::string all = base64(bytes);
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += line_columns_max) {
        out += std::string_view(all).substr(at, line_columns_max);
        out += "\r\n";
    }
    return out;
}

}  // namespace spokeswatch
