#include "notifiers/mime.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

std::size_t longest_line(std::string_view text, std::size_t column) {
    std::size_t longest = 0;
    for (const char c : text) {
        if (c == '\r') continue;
        column = c == '\n' ? 0 : column + 1;
        longest = std::max(longest, column);
    }
    return longest;
}

}  // namespace

TEST_CASE("short ASCII headers stay as they are and long ones are folded") {
    CHECK(encode_header_text("State visit: Hua Chunying", 9) == "State visit: Hua Chunying");
    CHECK(encode_header_text("  a   b\t", 9) == "a b");
    std::string text;
    for (int i = 0; i < 30; ++i) text += "eight888 ";
    const std::string folded = encode_header_text(text, 9);
    CHECK(folded.find("\r\n eight888") != std::string::npos);
    CHECK(longest_line(folded, 9) <= 76);
    CHECK(longest_line(encode_header_text(std::string(300, 'x'), 9), 9) <= 76);
}

TEST_CASE("non-ASCII headers become encoded-words of at most 75 characters") {
    CHECK(encode_header_text("Café", 9) == "=?utf-8?q?Caf=C3=A9?=");
    CHECK(encode_header_text("国事访问", 9) == "=?utf-8?b?5Zu95LqL6K6/6Zeu?=");
    CHECK(encode_header_text("=?utf-8?q?x?=", 9).find("=3D=3F") != std::string::npos);
    std::string text;
    for (int i = 0; i < 60; ++i) text += "国👩";
    const std::string folded = encode_header_text(text, 9);
    CHECK(longest_line(folded, 9) <= 76);
    CHECK(folded.find("?=\r\n =?utf-8?b?") != std::string::npos);
}

TEST_CASE("mailboxes are read by grammar") {
    const auto plain = parse_mailbox("desk@Example.ORG");
    REQUIRE(plain);
    CHECK(plain->address() == "desk@example.org");
    CHECK(plain->name.empty());
    const auto named = parse_mailbox("News Desk <desk+a@example.org>");
    REQUIRE(named);
    CHECK(named->name == "News Desk");
    CHECK(named->address() == "desk+a@example.org");
    const auto quoted = parse_mailbox(R"("Desk, \"News\"" <desk@example.org>)");
    REQUIRE(quoted);
    CHECK(quoted->name == R"(Desk, "News")");
    const auto idn = parse_mailbox("редакция <desk@пример.рф>");
    REQUIRE(idn);
    CHECK(idn->domain == "xn--e1afmkfd.xn--p1ai");
    CHECK(parse_mailbox("<desk@example.org>"));
    CHECK(parse_mailbox("почта@example.org"));
}

TEST_CASE("what is no single mailbox is refused") {
    for (const char* text :
         {"",
          "desk",
          "@example.org",
          "desk@",
          "a@b@c",
          "a b@example.org",
          "desk@exa mple.org",
          "desk@example.org, other@example.org",
          "desk@example.org\r\nBcc: x@y.z",
          "A <desk@example.org> B",
          "A <desk@example.org",
          "a..b@example.org",
          ".a@example.org",
          "A, B <desk@example.org>",
          "\"A <desk@example.org>",
          "\"A\\\" <desk@example.org>",
          "desk@[127.0.0.1]",
          "desk@example.org/x",
          "desk@example.org:25",
          "a(b)@example.org"}) {
        INFO(text);
        CHECK_FALSE(parse_mailbox(text));
    }
}

TEST_CASE("a mailbox in a header is quoted or encoded as its name needs") {
    CHECK(encode_mailbox({"", "a", "example.org"}, 6) == "a@example.org");
    CHECK(encode_mailbox({"News Desk", "a", "example.org"}, 6) == "News Desk <a@example.org>");
    CHECK(
        encode_mailbox({R"(Desk, "News")", "a", "example.org"}, 6) ==
        R"("Desk, \"News\"" <a@example.org>)"
    );
    CHECK(
        encode_mailbox({"Редакция", "a", "example.org"}, 6) ==
        "=?utf-8?b?0KDQtdC00LDQutGG0LjRjw==?= <a@example.org>"
    );
}

TEST_CASE("a mail's date is local with its offset") {
    const Time time = *parse_time("2023-03-17T23:03:12Z");
    CHECK(mail_date(time, 60min) == "Sat, 18 Mar 2023 00:03:12 +0100");
    CHECK(mail_date(time, -210min) == "Fri, 17 Mar 2023 19:33:12 -0330");
    CHECK(
        mail_date(*parse_time("2024-02-29T00:00:00Z"), 0min) == "Thu, 29 Feb 2024 00:00:00 +0000"
    );
}

TEST_CASE("quoted-printable keeps every byte in lines of at most 76") {
    CHECK(quoted_printable("a=b") == "a=3Db\r\n");
    CHECK(quoted_printable("é\n") == "=C3=A9\r\n");
    CHECK(quoted_printable("end \nx\t\r\ny\rz") == "end=20\r\nx=09\r\ny\r\nz\r\n");
    CHECK(quoted_printable(".\n..\nFrom me\n") == "=2E\r\n=2E.\r\n=46rom me\r\n");
    CHECK(quoted_printable("") == "");
    const std::string encoded = quoted_printable(std::string(4000, 'x') + "ü");
    CHECK(longest_line(encoded, 0) <= 76);
    CHECK(encoded.find("=\r\n") != std::string::npos);
}

TEST_CASE("base64 bodies are cut into lines of 76") {
    CHECK(base64_lines("Man") == "TWFu\r\n");
    CHECK(longest_line(base64_lines(std::string(500, 'x')), 0) == 76);
    CHECK(base64_lines("").empty());
}

TEST_CASE("a part is quoted-printable while less than a third of it is non-ASCII") {
    CHECK(text_part("plain", "Visit to Rüsselsheim").find("quoted-printable") != std::string::npos);
    CHECK(text_part("plain", "国事访问").find("base64") != std::string::npos);
}
