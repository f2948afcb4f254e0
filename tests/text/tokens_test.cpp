#include "text/tokens.hpp"

#include <algorithm>
#include <cctype>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"

using namespace spokeswatch;

namespace {

using Texts = std::vector<std::string>;

// Folded forms with what the flags say: "S" a sentence begins, "P" a paragraph, "-" may be read as
// one word with the token before, "+" joined to it, "." one full stop between, "#" begins a tag.
Texts described(const std::string& text) {
    const Tokens tokens = tokenise(text);
    Texts list;
    for (const Token& token : tokens.tokens) {
        std::string flags;
        if (token.paragraph_start)
            flags += 'P';
        else if (token.sentence_start)
            flags += 'S';
        if (token.hyphen_before) flags += '-';
        if (token.joined_before) flags += '+';
        if (token.dot_before) flags += '.';
        if (token.tag_start) flags += '#';
        if (!flags.empty()) flags += ' ';
        list.push_back(flags + std::string(tokens.form(token)));
    }
    return list;
}

Texts cut(const std::string& text) {
    Texts list;
    for (const Token& token : tokenise(text).tokens)
        list.push_back(text.substr(token.start, token.end - token.start));
    return list;
}

Texts forms(const std::string& text) {
    const Tokens tokens = tokenise(text);
    Texts list;
    for (const Token& token : tokens.tokens) list.emplace_back(tokens.form(token));
    return list;
}

std::string folded(const std::string& text) { return normalised_text(text); }

// Pieces of many scripts, and everything that is treated specially.
const Texts& pieces() {
    static const Texts list{
        "state",
        "Visit",
        "визит",
        "Ёлка",
        "е\u0308",
        "и\u0306",
        "й",
        "国",
        "國事",
        "訪問",
        "习近平",
        "プーチン",
        "ﾌﾟｰﾁﾝ",
        "か\u3099",
        "한국",
        "ᄒ\u1161\u11ab",
        "เยือน",
        "ำ",
        "राष्ट्रपति",
        "क\u093c",
        "محمد",
        "مُحَمَّد",
        "ا\u0653",
        "שָׁלוֹם",
        "Łódź",
        "e\u0301",
        "ﬁ",
        "½",
        "㍿",
        "Ⅳ",
        "ß",
        "İ",
        "ı",
        "Σς",
        "𝐬𝐭",
        "Ｆｕ",
        "№",
        "™",
        "²",
        "ŉ",
        "ŀ",
        "😀",
        "👍🏽",
        "🇷🇺",
        "🇨",
        "❤️",
        "👨‍👩‍👧",
        "#StateVisit",
        "#国事访问#",
        "#",
        "@MFA_China",
        "https://x.com/A?b",
        "www.un.org",
        "'",
        "’",
        "-",
        "—",
        ".",
        "...",
        "!",
        "…",
        "。",
        "！",
        " ",
        "  ",
        "\n",
        "\r\n",
        "\n\n",
        "\u00a0",
        "\u3000",
        "\u2029",
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u0301",
        "\u20dd",
        "\u3099",
        "_",
        "(",
        ")",
        "U.S.",
        "Mr.",
        "г.",
        "3.14",
        "A",
        "b",
        "7️⃣",
        "\u0640",
        "\u115f",
        "\U000e0041",
        "ᾳ\u0345",
        "\u0f71\u0f72",
        "\u1161",
        "乾"};
    return list;
}

std::string random_text(std::mt19937& random, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += pieces()[random() % pieces().size()];
    return text;
}

}  // namespace

TEST_CASE("words are runs of letters, marks and digits in folded form") {
    CHECK(described("The State, visited 20th") == Texts{"the", "state", "visited", "20th"});
    CHECK(forms("Ёлка ЙОД ў ї") == Texts{"елка", "йод", "ў", "ї"});
    CHECK(forms("résumé Łódź Ærø İstanbul ı") == Texts{"resume", "lodz", "æro", "istanbul", "i"});
    CHECK(
        forms("ΣΊΣΥΦΟΣ straße ﬁn Ｆｕｌｌ 𝐛𝐨𝐥𝐝") ==
        Texts{"σισυφοσ", "strasse", "fin", "full", "bold"}
    );
    CHECK(forms("l'Ukraine Xi’s") == Texts{"l", "ukraine", "xi", "s"});
    CHECK(forms("مُحَمَّد مـحـمد שָׁלוֹם") == Texts{"محمد", "محمد", "שלום"});
}

TEST_CASE("Han, kana, Hangul and Thai give one token a character") {
    CHECK(described("國事\n訪問 3月") == Texts{"国", "+ 事", "+ 访", "+ 问", "3", "+ 月"});
    CHECK(described("国事\n\n访问") == Texts{"国", "+ 事", "P 访", "+ 问"});
    CHECK(described("한국\n어") == Texts{"한", "+ 국", "어"});
    CHECK(forms("ﾌﾟｰ か\u3099") == Texts{"プ", "ー", "が"});
    CHECK(forms("ก็ดี") == Texts{"ก", "็", "ด", "ี"});
    CHECK(forms("乾隆 乾杯") == Texts{"乾", "隆", "乾", "杯"});
    CHECK(forms("ᄒ\u1161\u11ab") == Texts{"한"});
}

TEST_CASE("marks that follow are folded with what they stand on") {
    CHECK(folded("е\u0308") == "е");
    CHECK(folded("и\u0306") == "й");
    CHECK(folded("и\u200b\u0306") == "й");
    CHECK(folded("е\u0301") == "е");
    CHECK(folded("e\u0301\u0302") == "e");
    CHECK(cut("о и\u0306х") == Texts{"о", "и\u0306х"});
    CHECK(cut("e\u0301te\u0301") == Texts{"e\u0301te\u0301"});
}

TEST_CASE("a sentence ends before a space and a capital, or at a stop that is always one") {
    CHECK(described("Go. Xi") == Texts{"go", "S. xi"});
    CHECK(described("Go. xi") == Texts{"go", ". xi"});
    CHECK(described("Go.Xi") == Texts{"go", ". xi"});
    CHECK(described("Go... Xi") == Texts{"go", "S xi"});
    CHECK(described("Go! Xi? Da… No") == Texts{"go", "S xi", "S da", "S no"});
    CHECK(described("“Go.” Xi") == Texts{"go", "S. xi"});
    CHECK(described("Go. “Xi”") == Texts{"go", "S. xi"});
    CHECK(described("走。去") == Texts{"走", "S 去"});
    CHECK(described("Да. Нет") == Texts{"да", "S. нет"});
    CHECK(described("go. 走") == Texts{"go", "S. 走"});
    CHECK(described("3.14") == Texts{"3", ". 14"});
    CHECK(described("go\n\nxi") == Texts{"go", "P xi"});
    CHECK(described("go\n \u200b\nxi") == Texts{"go", "P xi"});
    CHECK(described("go\r\nxi") == Texts{"go", "xi"});
    CHECK(described("go\u2029xi") == Texts{"go", "P xi"});
    CHECK(described("go\n—\nxi") == Texts{"go", "xi"});
}

TEST_CASE("a full stop of an abbreviation or an initial ends no sentence") {
    CHECK(described("Mr. Xi") == Texts{"mr", ". xi"});
    CHECK(described("St. Petersburg") == Texts{"st", ". petersburg"});
    CHECK(described("U.S. Navy") == Texts{"u", ". s", ". navy"});
    CHECK(described("г. Москва, ул. Ленина") == Texts{"г", ". москва", "ул", ". ленина"});
    CHECK(described("J. Biden") == Texts{"j", ". biden"});
    CHECK(described("mr... Xi") == Texts{"mr", "S xi"});
    CHECK(described("Mr! Xi") == Texts{"mr", "S xi"});
}

TEST_CASE("a hyphen between letters joins, one between digits or spaces does not") {
    CHECK(described("cease-fire") == Texts{"cease", "- fire"});
    CHECK(described("cease\u2011fire COVID-19") == Texts{"cease", "- fire", "covid", "- 19"});
    CHECK(described("10-12 a - b c--d") == Texts{"10", "12", "a", "b", "c", "d"});
    CHECK(described("war—peace") == Texts{"war", "peace"});
}

TEST_CASE("hashtags are cut at capitals and underscores") {
    CHECK(described("#StateVisit") == Texts{"# state", "-+ visit"});
    CHECK(described("＃stateVisit2023Day") == Texts{"# state", "-+ visit2023", "-+ day"});
    CHECK(described("#USRussia #USA") == Texts{"# us", "-+ russia", "# usa"});
    CHECK(described("#state_visit a_b") == Texts{"# state", "- visit", "a", "b"});
    CHECK(described("#ГосВизит") == Texts{"# гос", "-+ визит"});
    CHECK(described("StateVisit C#Sharp") == Texts{"statevisit", "c", "sharp"});
    CHECK(described("#国事#习近平") == Texts{"# 国", "+ 事", "习", "+ 近", "+ 平"});
}

TEST_CASE("an address is one token, emoji are tokens") {
    CHECK(forms("see https://X.com/A_b?c=D. End") == Texts{"see", "https://x.com/a_b?c=d", "end"});
    CHECK(forms("(www.un.org/en) httpx") == Texts{"www.un.org/en", "httpx"});
    CHECK(forms("看https://t.cn/A1国事") == Texts{"看", "https://t.cn/a1", "国", "事"});
    CHECK(forms("https:// x") == Texts{"https", "x"});
    CHECK(forms("👍🏽 🇷🇺🇨🇳 ❤️") == Texts{"👍", "🇷🇺", "🇨🇳", "❤"});
    CHECK(cut("👍🏽🇷🇺") == Texts{"👍🏽", "🇷🇺"});
    CHECK(tokenise("😀").tokens.front().kind == TokenKind::emoji);
    CHECK(tokenise("www.un.org").tokens.front().kind == TokenKind::url);
    CHECK(tokenise("国").tokens.front().kind == TokenKind::ideograph);
}

TEST_CASE("what cannot be seen is nothing") {
    CHECK(folded("co\u00adop\u200be\u2060r\ufeff") == "cooper");
    CHECK(folded("\u202evisit\u202c \U000e0041") == "visit");
    CHECK(tokenise("\u200b\u00ad").tokens.empty());
    CHECK(tokenise("").tokens.empty());
    CHECK(cut("\u200bvi\u00adsit\u200b") == Texts{"vi\u00adsit"});
}

TEST_CASE("a token cut from the original and normalised is the token") {
    // One character may become several tokens; then each of them stands for the whole of it.
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        const std::string text = random_text(random, 1 + random() % 12);
        const Tokens tokens = tokenise(text);
        std::uint32_t last_start = 0, last_end = 0;
        for (const Token& token : tokens.tokens) {
            CAPTURE(text, token.start, token.end, tokens.form(token));
            REQUIRE(token.start >= last_start);
            REQUIRE(token.end > token.start);
            REQUIRE(token.end <= text.size());
            if (token.start < last_end)
                REQUIRE(forms(text.substr(token.start, last_end - token.start)).size() > 1);
            const std::string slice = text.substr(token.start, token.end - token.start);
            REQUIRE(valid_utf8(slice));
            const Texts again = forms(slice);
            REQUIRE(std::find(again.begin(), again.end(), tokens.form(token)) != again.end());
            REQUIRE(token.hash == token_hash(tokens.form(token)));
            last_start = token.start;
            last_end = token.end;
        }
    }
}

TEST_CASE("normalising twice changes nothing") {
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        const std::string text = random_text(random, 1 + random() % 12);
        const std::string once = folded(text);
        CAPTURE(text, once);
        REQUIRE(folded(once) == once);
        REQUIRE(folded_text(folded_text(text)) == folded_text(text));
    }
    for (char32_t c = 1; c < 0x11000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::string text;
        append_code_point(text, c);
        const std::string once = folded(text);
        if (folded(once) != once) FAIL("U+" << std::hex << static_cast<std::uint32_t>(c));
    }
}

// ASCII goes through loops of its own; its wide forms are looked up one by one. Not `!` and `?`:
// theirs end a sentence without a space.
TEST_CASE("a text in ASCII is read as its wide form is") {
    std::mt19937 random(11);
    const std::string letters = "abcxyzABCXYZ0123789";
    const std::string signs = "  .#@_-(,:;";
    for (int round = 0; round < 20'000; ++round) {
        std::string text, wide;
        for (std::size_t length = 1 + random() % 40; length > 0; --length) {
            const std::string& from = random() % 4 == 0 ? signs : letters;
            const char c = from[random() % from.size()];
            text += c;
            append_code_point(
                wide, c == ' ' ? U' ' : static_cast<char32_t>(0xFEE0 + static_cast<int>(c))
            );
        }
        INFO(text);
        REQUIRE(described(wide) == described(text));
    }
}

TEST_CASE("every ASCII letter and digit is a word in lower case, no other sign is") {
    for (char c = 1; c > 0; ++c) {
        INFO(static_cast<int>(c));
        const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        const char lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        for (const std::size_t before : {0U, 1U, 6U, 7U, 8U, 15U}) {
            const std::string text = std::string(before, 'a') + c + " tail of the text";
            const std::string first =
                std::string(before, 'a') + (word ? std::string(1, lower) : std::string());
            const std::string expected = first.empty() ? "tail" : first;
            REQUIRE(forms(text).front() == expected);
        }
    }
}

TEST_CASE("the hash of a token is the hash of its form, however long it is") {
    std::string text;
    for (const char* letter : {"a", "ж", "é", "क", "7"}) {
        std::string word;
        for (int length = 1; length <= 40; ++length) text += (word += letter) + " ";
    }
    text += "外交部 https://example.org/path #TagOfWords 🇬🇧";
    for (const std::size_t cut : {text.size(), text.size() - 1}) {
        const Tokens tokens = tokenise(repair_utf8(text.substr(0, cut)));
        REQUIRE(tokens.tokens.size() > 200);
        for (const Token& token : tokens.tokens) {
            INFO(tokens.form(token));
            REQUIRE(token.hash == token_hash(tokens.form(token)));
        }
    }
}

TEST_CASE("expansions that are far longer than what they stand for have room") {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "ﷺ";
    const Tokens tokens = tokenise(text);
    REQUIRE(tokens.tokens.size() > 600);
    REQUIRE(tokens.folded.size() > 2 * text.size());
    CHECK(tokens.form(tokens.tokens.front()) == "صلى");
    CHECK(tokens.form(tokens.tokens.back()) == "وسلم");
}

TEST_CASE("every beginning of a text can be cut into tokens") {
    std::mt19937 random(13);
    for (int round = 0; round < 200; ++round) {
        const std::string text = random_text(random, 12);
        for (std::size_t end = 0; end <= text.size(); ++end) {
            if (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
                continue;
            const Tokens tokens = tokenise(text.substr(0, end));
            for (const Token& token : tokens.tokens) REQUIRE(token.end <= end);
        }
    }
}

TEST_CASE("a tower of marks is one letter, in time that grows with its height") {
    for (const char* base : {"e", "и", "国", "か", "ш", "ก", "क", "ا", " "}) {
        std::string text = base;
        for (int i = 0; i < 100'000; ++i) text += i % 3 != 0 ? "\u0316" : "\u0301";
        text += "x";
        const Tokens tokens = tokenise(text);
        CAPTURE(base);
        CHECK(tokens.tokens.size() <= 2);
        CHECK(tokens.folded.size() <= 8);
        const SurfaceText surface = surface_text(text);
        CHECK(surface.original_offsets.back() == text.size());
        CHECK(folded_text(text).size() <= 8);
    }
}

TEST_CASE("tags, mentions and links are found as written, once each") {
    const Entities entities = extract_entities(
        "#StateVisit и #Визит2023 #国事访问#习近平 #1 C#x #a_b, @MFA_China @un.org "
        "@me@mastodon.social a@b.c "
        "＃wide #StateVisit https://t.me/x). (https://en.wikipedia.org/wiki/X_(y)) www.un.org. #"
    );
    CHECK(entities.tags == Texts{"StateVisit", "Визит2023", "国事访问", "a_b", "wide"});
    CHECK(entities.mentions == Texts{"MFA_China", "un.org", "me@mastodon.social"});
    CHECK(
        entities.links ==
        Texts{"https://t.me/x", "https://en.wikipedia.org/wiki/X_(y)", "www.un.org"}
    );
}

TEST_CASE("two signs around Chinese make one tag, two Latin words two") {
    CHECK(extract_entities("#习近平 访问#").tags == Texts{"习近平 访问"});
    CHECK(extract_entities("#国事访问##习近平#").tags == Texts{"国事访问", "习近平"});
    CHECK(extract_entities("#one #two").tags == Texts{"one", "two"});
    CHECK(extract_entities("#a1\n#b2").tags == Texts{"a1", "b2"});
    CHECK(extract_entities("#️⃣ # ## #-").tags.empty());
    CHECK(extract_entities("@ @@ @. a@b").mentions.empty());
}

TEST_CASE("the surface keeps case and accents, drops what cannot be seen, and knows where it was") {
    const std::string original = "“Vi\u00adsit” – e\u0301te\u0301\u200b WHO’s";
    const SurfaceText surface = surface_text(original);
    CHECK(surface.text == "\"Visit\" - été WHO's");
    REQUIRE(surface.original_offsets.size() == surface.text.size() + 1);
    const std::size_t at = surface.text.find("été");
    const OriginalSpan span = original_span(original, surface, at, at + std::string("été").size());
    CHECK(original.substr(span.start, span.end - span.start) == "e\u0301te\u0301");
    const OriginalSpan word = original_span(original, surface, 1, 6);
    CHECK(original.substr(word.start, word.end - word.start) == "Vi\u00adsit");
}

TEST_CASE("paragraphs lie between blank lines") {
    const std::string text = "a\nb\n\n \nc\u2029d\r\ne\n";
    Texts list;
    for (const OriginalSpan& span : paragraphs(text))
        list.push_back(text.substr(span.start, span.end - span.start));
    CHECK(list == Texts{"a\nb", "c", "d\r\ne\n"});
}

TEST_CASE("an entity is folded whole") {
    CHECK(folded_text("State_Visit") == "state_visit");
    CHECK(folded_text("Réforme") == "reforme");
    CHECK(folded_text("и\u200b\u0306") == "й");
    CHECK(folded_text("國事訪問") == "国事访问");
    CHECK(folded_text("Me@Mastodon.Social") == "me@mastodon.social");
}
