#include "text/charset.hpp"

#include <catch2/catch.hpp>

#include "base/utf8.hpp"

using namespace spokeswatch;

namespace {

std::string decoded(
    std::string_view bytes, std::string_view header = {}, std::string_view declared = {}
) {
    return decode_text(bytes, header, declared);
}

std::string used(
    std::string_view bytes, std::string_view header = {}, std::string_view declared = {}
) {
    std::string name;
    decode_text(bytes, header, declared, &name);
    return name;
}

std::string wide(std::string_view ascii, std::size_t width, std::size_t place) {
    std::string out;
    for (const char c : ascii) {
        std::string unit(width, '\0');
        unit[place] = c;
        out += unit;
    }
    return out;
}

// "государственный визит" and "国事访问" in the charsets that carry them.
constexpr std::string_view visit_1251 =
    "\xE3\xEE\xF1\xF3\xE4\xE0\xF0\xF1\xF2\xE2\xE5\xED\xED\xFB\xE9 \xE2\xE8\xE7\xE8\xF2";
constexpr std::string_view visit_koi8 =
    "\xC7\xCF\xD3\xD5\xC4\xC1\xD2\xD3\xD4\xD7\xC5\xCE\xCE\xD9\xCA \xD7\xC9\xDA\xC9\xD4";
constexpr std::string_view visit_gbk = "\xB9\xFA\xCA\xC2\xB7\xC3\xCE\xCA";

}  // namespace

TEST_CASE("a label names the charset that browsers read under it") {
    CHECK(decode_charset(visit_1251, "windows-1251") == "государственный визит");
    CHECK(decode_charset(visit_koi8, " \"KOI8-R\" ") == "государственный визит");
    CHECK(decode_charset(visit_gbk, "gb2312") == "国事访问");
    CHECK(decode_charset("\x81\x30\x81\x30", "GBK") == "\xC2\x80");  // four bytes: GB18030
    CHECK(decode_charset("\xB0\xEA\xA8\xC6\xB3\x58\xB0\xDD", "big5") == "國事訪問");
    CHECK(decode_charset("\x8D\x91\x95\x6F", "shift_jis") == "国賓");
    CHECK(decode_charset("\xB9\xF1\xC9\xD0", "euc-jp") == "国賓");
    CHECK(decode_charset("\x1B$B9qIP\x1B(B", "iso-2022-jp") == "国賓");
    CHECK(decode_charset("\xB1\xB9\xBA\xF3", "ks_c_5601-1987") == "국빈");
    CHECK(decode_charset("\x93x\x94 \x80", "iso-8859-1") == "“x” €");
    CHECK(decode_charset("\xE0\xE1", "tis-620") == "เแ");
    CHECK(decode_charset("\xCE\xEB", "iso-8859-7") == "Ξλ");
}

TEST_CASE("UTF-7 and unknown labels are refused") {
    for (const char* label :
         {"utf-7", "x-user-defined-9", "", "hz-gb-2312", "iso-2022-kr", "cp037"})
        CHECK_FALSE(decode_charset("+AGE-", label));
    CHECK_FALSE(decode_charset("a", std::string(1000, 'x')));
    CHECK(decoded("+ADw-script+AD4-", "utf-7") == "+ADw-script+AD4-");
}

TEST_CASE("invalid bytes become the replacement character and NUL goes") {
    CHECK(decode_charset("a\xFF\x62", "utf-8") == "a\uFFFDb");
    CHECK(decode_charset(std::string_view("a\0b", 3), "windows-1251") == "ab");
    CHECK(decode_charset("\xFF\xFF", "gb18030") == "\uFFFD\uFFFD");
    // A lone surrogate in UTF-16.
    CHECK(decode_charset(std::string_view("a\0\x3D\xD8", 4), "utf-16le") == "a\uFFFD");
}

TEST_CASE("the byte order mark decides before everything else") {
    CHECK(decoded("\xEF\xBB\xBFвизит", "windows-1251", "koi8-r") == "визит");
    CHECK(used("\xEF\xBB\xBFвизит", "windows-1251") == "UTF-8");
    CHECK(decoded("\xFE\xFF" + wide("<rss>", 2, 1), "utf-8") == "<rss>");
    CHECK(decoded("\xFF\xFE" + wide("<rss>", 2, 0)) == "<rss>");
    CHECK(decoded(std::string("\xFF\xFE\0\0", 4) + wide("<rss>", 4, 0)) == "<rss>");
    CHECK(decoded(std::string("\0\0\xFE\xFF", 4) + wide("<rss>", 4, 3)) == "<rss>");
}

TEST_CASE("UTF-16 and UTF-32 without a byte order mark are seen by their NULs") {
    for (const auto& [width, place, name] :
         std::vector<std::tuple<std::size_t, std::size_t, std::string>>{
             {2, 0, "UTF-16LE"}, {2, 1, "UTF-16BE"}, {4, 0, "UTF-32LE"}, {4, 3, "UTF-32BE"}}) {
        const std::string bytes = wide("<?xml version='1.0'?><rss/>", width, place);
        CHECK(decoded(bytes, "utf-8", "utf-16") == "<?xml version='1.0'?><rss/>");
        CHECK(used(bytes) == name);
    }
    CHECK(decoded(std::string_view("one \0 NUL in a text", 19)) == "one  NUL in a text");
}

TEST_CASE("valid UTF-8 wins over what the header says") {
    CHECK(decoded("визит", "windows-1251", "koi8-r") == "визит");
    CHECK(used("plain", "windows-1251") == "UTF-8");
}

TEST_CASE("the header wins over the document, and a label that does not fit is passed over") {
    CHECK(decoded(visit_koi8, "koi8-r", "windows-1251") == "государственный визит");
    CHECK(decoded(visit_koi8, "", "koi8-r") == "государственный визит");
    CHECK(decoded(visit_koi8, "utf-8", "koi8-r") == "государственный визит");
    CHECK(decoded(visit_koi8, "no-such", "koi8-r") == "государственный визит");
    CHECK(decoded("\xFF\xFF\xFF 1", "gb2312", "windows-1251") == "яяя 1");
    CHECK(used(visit_gbk, "", "gb2312") == "GB18030");
}

TEST_CASE("UTF-8 with a broken character is repaired and not taken for something else") {
    CHECK(decoded("государственный \xD0 визит", "utf-8") == "государственный \uFFFD визит");
    CHECK(decoded("国事访问 \xE5\x9B", "windows-1251") == "国事访问 \uFFFD");
}

TEST_CASE("ISO-2022-JP looks like ASCII and is still read") {
    CHECK(decoded("<p>\x1B$B9qIP\x1B(B</p>", "iso-2022-jp") == "<p>国賓</p>");
    CHECK(decoded("<p>\x1B$B9qIP\x1B(B</p>") == "<p>国賓</p>");
}

TEST_CASE("a charset without any label is guessed") {
    std::string russian, chinese;
    for (int i = 0; i < 4; ++i) {
        russian += "\xCF\xF0\xE5\xE7\xE8\xE4\xE5\xED\xF2 \xD0\xEE\xF1\xF1\xE8\xE8 ";
        russian += visit_1251;
        russian += " \xE2 \xCA\xE8\xF2\xE0\xE9. ";
        chinese += visit_gbk;
        chinese +=
            "\xD6\xD0\xB9\xFA\xD6\xF7\xCF\xAF\xBD\xAB\xB6\xD4\xB6\xED\xC2\xDE\xCB\xB9\xBD\xF8\xD0"
            "\xD0";
    }
    CHECK(used(russian) == "windows-1251");
    CHECK(decoded(russian).substr(0, 18) == "Президент");
    CHECK(used(chinese) == "GB18030");
    CHECK(decoded(chinese).substr(0, 12) == "国事访问");
    CHECK(
        decoded("Visite d\x92\xC9tat \xE0 Paris, d\xE9jeuner et r\xE9union") ==
        "Visite d’État à Paris, déjeuner et réunion"
    );
}

TEST_CASE("every cut of every charset decodes to valid UTF-8") {
    const std::string text = "<p>国賓 государственный 국빈 €</p>";
    for (const char* label :
         {"utf-8",
          "gb18030",
          "big5",
          "shift_jis",
          "euc-kr",
          "iso-2022-jp",
          "utf-16le",
          "utf-16be",
          "utf-32",
          "koi8-r",
          "windows-1258"}) {
        for (std::size_t size = 0; size <= text.size(); ++size) {
            const auto part = std::string_view(text).substr(0, size);
            REQUIRE(valid_utf8(*decode_charset(part, label)));
            REQUIRE(valid_utf8(decoded(part.substr(part.size() / 3), label, "gbk")));
        }
    }
}

TEST_CASE("normalization form C composes and takes linear time on piles of marks") {
    CHECK(nfc("e\u0301tat") == "\u00E9tat");
    CHECK(nfc("и\u0306") == "й");
    CHECK(nfc("\u1100\u1161") == "가");
    CHECK(nfc("plain") == "plain");
    CHECK(nfc("a\xFF") == "a\uFFFD");
    std::string pile = "a";
    for (int i = 0; i < 200'000; ++i) pile += i % 2 == 0 ? "\u0316" : "\u0301";
    CHECK(code_points(nfc(pile)) <= 33);
    CHECK(nfc(nfc(pile)) == nfc(pile));
}
