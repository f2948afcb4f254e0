#include "base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

TEST_CASE("what stands in a block of eight bytes is counted and repaired like any other") {
    for (std::size_t before = 0; before < 10; ++before) {
        const std::string lead(before, 'a'), tail = "tail of more than eight bytes";
        INFO(before);
        CHECK(code_points(lead + "é中😀" + tail) == before + 3 + tail.size());
        CHECK(code_points(lead) == before);
        CHECK(repair_utf8(lead + '\0' + tail) == lead + tail);
        CHECK(repair_utf8(lead + "\xC3" + tail) == lead + "\uFFFD" + tail);
        CHECK(repair_utf8(lead + "é中😀" + tail) == lead + "é中😀" + tail);
        CHECK_FALSE(valid_utf8(tail + lead + "\x80" + tail));
        CHECK(valid_utf8(tail + lead + "é" + tail));
    }
}

TEST_CASE("JSON text escapes what JSON does not allow, and nothing else") {
    std::string out = "before:";
    append_json_text(out, "a\"b\\c/\b\f\n\r\t\x01\v\x1f\x7f 国é");
    CHECK(out == "before:\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u000b\\u001f\x7f 国é\"");
    out.clear();
    append_json_text(out, "");
    CHECK(out == "\"\"");
}

TEST_CASE("valid UTF-8 is left as it is") {
    for (const std::string text :
         {"", "visit", "визит", "国事访问", "\U0001F525", "\u0301", "\uFFFD", "\U0010FFFF"}) {
        CHECK(valid_utf8(text));
        CHECK(repair_utf8(text) == text);
    }
}

TEST_CASE("each maximal subpart of invalid UTF-8 becomes one replacement character") {
    CHECK(repair_utf8("a\x80z") == "a\uFFFDz");
    CHECK(repair_utf8("\xC0\xAF") == "\uFFFD\uFFFD");                      // non-shortest form
    CHECK(repair_utf8("\xE0\x80\xAF") == "\uFFFD\uFFFD\uFFFD");            // non-shortest form
    CHECK(repair_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");            // surrogate
    CHECK(repair_utf8("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
    CHECK(repair_utf8("\xF1\x80\x80\xE1\x80\xC2") == "\uFFFD\uFFFD\uFFFD");
    CHECK(repair_utf8("\xF0\x9F\x94z") == "\uFFFDz");
    CHECK(repair_utf8("\xE5\x9B") == "\uFFFD");
    CHECK(repair_utf8("\xFF\xFE") == "\uFFFD\uFFFD");
    CHECK_FALSE(valid_utf8("\xED\xA0\x80"));
    CHECK_FALSE(valid_utf8("\xE5\x9B"));
}

TEST_CASE("NUL is taken out of a text") { CHECK(repair_utf8(std::string("a\0b", 3)) == "ab"); }

TEST_CASE("half a surrogate pair in JSON becomes the replacement character") {
    CHECK(mend_surrogate_escapes(R"("\ud83d")") == R"("\ufffd")");
    CHECK(mend_surrogate_escapes(R"("\udd25 \uD83Dx")") == R"("\ufffd \ufffdx")");
    CHECK(mend_surrogate_escapes(R"("\ud83d\ud83d\udd25")") == R"("\ufffd\ud83d\udd25")");
    CHECK(mend_surrogate_escapes(R"("\ud83d\n")") == R"("\ufffd\n")");
}

TEST_CASE("JSON without half pairs is left as it is") {
    for (const std::string json :
         {R"("")",
          R"("\ud83d\udd25")",
          R"("\\ud83d")",
          R"("\u0041\\")",
          R"("\u12)",
          R"(")",
          "\\",
          R"("\uzzzz \u+123")"})
        CHECK(mend_surrogate_escapes(json) == json);
}

TEST_CASE("a text is counted in code points and in UTF-16 units") {
    CHECK(code_points("国事访问 visit") == 10);
    CHECK(utf16_units("国事访问 visit") == 10);
    CHECK(code_points("a\U0001F525") == 2);
    CHECK(utf16_units("a\U0001F525") == 3);
    CHECK(byte_offset("国事", 1) == 3);
    CHECK(byte_offset("国事", 0) == 0);
    CHECK(byte_offset("国事", 2) == 6);
    CHECK(byte_offset("国事", 9) == 6);
}

TEST_CASE("a terminal gives two cells to wide characters and none to combining marks") {
    CHECK(display_cells("visit") == 5);
    CHECK(display_cells("визит") == 5);
    CHECK(display_cells("国事访问") == 8);
    CHECK(display_cells("ｖｉ") == 4);
    CHECK(display_cells("방문") == 4);
    CHECK(display_cells("\U0001F525") == 2);
    CHECK(display_cells("e\u0301") == 1);
    CHECK(display_cells("и\u0306") == 1);
    CHECK(display_cells("a\u200Bb") == 2);
    CHECK(display_cells("…—“”") == 4);
    CHECK(display_cells("\U00020000") == 2);
}

TEST_CASE("every code point is written and read back") {
    for (const char32_t code_point :
         {U'\x01',
          U'\x7F',
          U'\x80',
          U'\u07FF',
          U'\u0800',
          U'\uFFFF',
          U'\U00010000',
          U'\U0010FFFF'}) {
        std::string text;
        append_code_point(text, code_point);
        CHECK(valid_utf8(text));
        std::size_t at = 0;
        CHECK(next_code_point(text, at) == code_point);
        CHECK(at == text.size());
    }
    std::string text;
    append_code_point(text, 0xD800);
    append_code_point(text, 0x110000);
    CHECK(text == "\uFFFD\uFFFD");
}
