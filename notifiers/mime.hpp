#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

// Building Internet messages: RFC 5322 headers, RFC 2047 words, RFC 2045 encodings. Sending,
// dot-stuffing and the dialogue are the mail sender's. Everything made here is ASCII, has CRLF line
// ends and no line over 76 characters, addresses excepted.

namespace spokeswatch {

// "Desk <desk@example.org>". The domain is an A-label in lower case.
struct Mailbox {
    std::string name;
    std::string local;
    std::string domain;

    [[nodiscard]] std::string address() const { return local + '@' + domain; }
};

// `desk@example.org`, `Desk <desk@example.org>` or `"Desk, News" <desk@example.org>`. A local part
// is a dot-atom (UTF-8 allowed, RFC 6531); quoted ones, routes, comments and address literals are
// refused.
std::optional<Mailbox> parse_mailbox(std::string_view text);

// The value of an unstructured header (Subject), folded: as it is when it is short ASCII words, in
// encoded-words otherwise. `column`: characters before it on its line, at most 40.
std::string encode_header_text(std::string_view text, std::size_t column);

// A mailbox as an address header holds it.
std::string encode_mailbox(const Mailbox& mailbox, std::size_t column);

// "Fri, 17 Mar 2023 10:03:12 +0100".
std::string mail_date(Time time, std::chrono::minutes offset_from_utc);

// A header section under construction.
class MailHeaders {
  public:
    // `value` is encoded and folded already. A line break that does not fold, or a NUL, would let
    // text become a header: that is a bug of ours and ends the process.
    void add(std::string_view name, std::string_view value);
    void add_text(std::string_view name, std::string_view text);
    void add_mailbox(std::string_view name, const Mailbox& mailbox);
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

// A text/* body part with its own headers: quoted-printable where less than a third is non-ASCII,
// base64 otherwise. Line breaks of any kind become CRLF.
std::string text_part(std::string_view subtype, std::string_view text);

std::string quoted_printable(std::string_view text);
std::string base64_lines(std::string_view bytes);

}  // namespace spokeswatch
