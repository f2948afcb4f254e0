#include <catch2/catch.hpp>

#include "tests/rules/rule_text.hpp"

// What every element of the rule language means, in English, Chinese and Russian.

using namespace spokeswatch;
using namespace spokeswatch::testing;

using Places = std::vector<std::string>;

TEST_CASE("a phrase hits whole words in any case, one gap apart") {
    const Rules rules = rule("state visit");
    for (const char* text :
         {"Xi will pay a state visit to Russia",
          "STATE VISIT",
          "State-Visit",
          "#StateVisit",
          "state   visit",
          "state\nvisit",
          "state\u00a0visit",
          "state\u3000visit",
          "“state” visit",
          "state, visit",
          "state #visit",
          "#state_visit",
          "state—visit",
          "ｓｔａｔｅ ｖｉｓｉｔ",
          "sta\u00adte vi\u200bsit",
          "ﬁrst state visit",
          "𝐬𝐭𝐚𝐭𝐞 𝐯𝐢𝐬𝐢𝐭"}) {
        CAPTURE(text);
        CHECK(rules.hits(text));
    }
    for (const char* text :
         {"estate visitor",
          "state visitor",
          "visit state",
          "state a visit",
          "reinstate visit",
          "state. Visit Russia",
          "state! Visit",
          "state\n\nvisit",
          "state。visit",
          "tisiv etats"}) {
        CAPTURE(text);
        CHECK_FALSE(rules.hits(text));
    }
    CHECK_FALSE(hits("war", "an award"));
    CHECK(hits("war", "war"));
}

TEST_CASE("a phrase in Russian hits whole words, and ё is е") {
    CHECK(hits("государственный визит", "Государственный визит Си Цзиньпина"));
    CHECK(hits("ВИЗИТ", "его визит."));
    CHECK_FALSE(hits("визит", "визитка"));
    CHECK_FALSE(hits("визит", "виза"));
    CHECK(hits("переговоры пройдут", "Переговоры пройдёт? переговоры пройдут"));
    CHECK(hits("ещё", "еще"));
    CHECK(hits("еще", "еще\u0308"));
    CHECK_FALSE(hits("мои", "мой"));
    CHECK(hits("мой", "мои\u0306"));
    CHECK(hits("замок", "за\u0301мок"));
}

TEST_CASE("a Chinese phrase is found inside a run, and both scripts are one") {
    const Rules rules = rule("国事访问");
    CHECK(rules.hits("对俄罗斯进行国事访问。"));
    CHECK(rules.hits("對俄羅斯進行國事訪問。"));
    CHECK(rules.hits("国事\n访问"));
    CHECK(rules.hits("G20国事访问2023"));
    CHECK(rules.hits("国\u200b事访问"));
    CHECK_FALSE(rules.hits("国事，访问"));
    CHECK_FALSE(rules.hits("国事 访问"));
    CHECK_FALSE(rules.hits("国事\n\n访问"));
    CHECK(hits("國事訪問", "国事访问"));
    CHECK_FALSE(hits("干", "乾坤"));
    CHECK(hits("乾坤", "乾坤"));
    CHECK(hits("习近平 访问", "习近平访问俄罗斯"));
    CHECK(hits("G20峰会", "G20 峰会"));
    CHECK(hits("プーチン", "ﾌﾟｰﾁﾝ大統領"));
    CHECK(hits("국빈 방문", "시진핑 국빈방문을"));
    CHECK(hits("เยือน", "สีจิ้นผิงเยือนรัสเซีย"));
}

TEST_CASE("a hyphen between letters reads as a gap or as nothing") {
    CHECK(hits("ceasefire", "a cease-fire deal"));
    CHECK(hits("cease-fire", "a ceasefire deal"));
    CHECK(hits("cease-fire", "a cease fire deal"));
    CHECK(hits("cease-fire", "a cease-fire deal"));
    CHECK(hits("cease fire", "a cease-fire deal"));
    CHECK_FALSE(hits("cease fire", "a ceasefire deal"));
    CHECK(hits("ceasefire", "a cease\u2011fire deal"));
    CHECK(hits("ceasefire talks", "cease-fire talks"));
    CHECK(hits("state of the art", "state-of-the-art"));
    CHECK(hits("state-of-the-art", "stateoftheart"));
    CHECK_FALSE(hits("1012", "from 10-12"));
    CHECK_FALSE(hits("ceasefire", "cease - fire"));
}

TEST_CASE("the end of a sentence is not crossed, a full stop of an abbreviation is none") {
    CHECK(hits("mr smith", "with Mr. Smith"));
    CHECK(hits("St. Petersburg", "in St. Petersburg"));
    CHECK(hits("st petersburg", "in St. Petersburg"));
    CHECK(hits("U.S. Navy", "the U.S. Navy"));
    CHECK(hits("г. Москва", "в г. Москва"));
    CHECK(hits("ул Ленина", "на ул. Ленина"));
    CHECK_FALSE(hits("visit russia", "It was a visit. Russia agreed."));
    CHECK_FALSE(hits("визит россия", "Это визит. Россия согласна."));
    CHECK(hits("visit russia", "visit. russia"));
    CHECK(hits("Yahoo. Inc", "of Yahoo. Inc"));
    CHECK_FALSE(hits("访问 俄罗斯", "访问。俄罗斯"));
    CHECK_FALSE(hits("visit russia", "visit… Russia"));
    CHECK_FALSE(hits("visit russia", "“visit.” Russia"));
}

TEST_CASE("diacritics of Latin and Greek letters and an apostrophe do not matter") {
    CHECK(hits("resume", "his résumé"));
    CHECK(hits("résumé", "resume"));
    CHECK(hits("lodz", "Łódź"));
    CHECK(hits("Ukraine", "l'Ukraine"));
    CHECK(hits("Xi", "Xi’s visit"));
    CHECK(hits("istanbul", "İSTANBUL"));
    CHECK(hits("STRASSE", "straße"));
    CHECK(hits("σισυφος", "ΣΊΣΥΦΟΣ"));
    CHECK(hits("محمد", "مُحَمَّد"));
    CHECK(hits("שלום", "שָׁלוֹם"));
}

TEST_CASE("a prefix word takes any ending, on any word of a phrase") {
    CHECK(hits("visit*", "visitors"));
    CHECK(hits("visit*", "visit"));
    CHECK_FALSE(hits("visit*", "revisit"));
    CHECK(hits("'pay* a visit'", "paying a visit"));
    CHECK(hits("'state visit*'", "two state visits"));
    CHECK(hits("'государственн* визит*'", "с государственным визитом"));
    CHECK(hits("'ceasef*'", "cease-fire"));
    CHECK_FALSE(hits("'pay* a visit'", "pay two visit"));
}

TEST_CASE("all, any and none look at the whole statement") {
    const Rules rules = rule("{all: [Xi, any: [visit, 访问]], none: [film festival]}");
    CHECK(rules.hits("Xi spoke.\n\nA visit followed"));
    CHECK(rules.hits("Xi 访问"));
    CHECK_FALSE(rules.hits("Xi spoke"));
    CHECK_FALSE(rules.hits("Xi visit to the film festival"));
    CHECK(hits("{any: [a1, b1, c1], at_least: 2}", "b1 c1"));
    CHECK_FALSE(hits("{any: [a1, b1, c1], at_least: 2}", "b1 b1"));
    CHECK_FALSE(hits("{any: [a1, a1, c1], at_least: 2}", "a1"));
    CHECK(hits("{none: [football]}", "anything"));
    CHECK_FALSE(hits("{none: [football]}", "football"));
    CHECK(hits("everything", ""));
    CHECK(hits("{everything: true}", "x"));
}

TEST_CASE("near counts the words between, in one paragraph and any order") {
    const Rules rules = rule("{near: [Xi, Moscow], within: 2 words}");
    CHECK(rules.hits("Xi Moscow"));
    CHECK(rules.hits("Xi flew to Moscow"));
    CHECK(rules.hits("Moscow welcomes Xi"));
    CHECK(rules.hits("Xi left. To Moscow"));
    CHECK_FALSE(rules.hits("Xi flew home to Moscow"));
    CHECK_FALSE(rules.hits("Xi\n\nMoscow"));
    CHECK(hits("{near: [习近平, 莫斯科], within: 2}", "习近平明天访问莫斯科"));
    CHECK_FALSE(hits("{near: [习近平, 莫斯科], within: 1}", "习近平明天访问莫斯科"));
    CHECK(hits("{near: [Путин, Пекин], within: 1}", "Путин посетит Пекин"));
    CHECK_FALSE(hits("{near: [crisis, crisis], within: 5}", "one crisis"));
    CHECK(hits("{near: [crisis, crisis], within: 5}", "crisis after crisis"));
    CHECK_FALSE(hits("{near: [state visit, visit Russia], within: 5}", "state visit Russia"));
    CHECK(hits("{near: [{any: [Xi, 习近平]}, visit], within: 0}", "visit 习近平"));
}

TEST_CASE("before wants the left side first") {
    const Rules rules = rule("{before: [Xi, Moscow], within: 1}");
    CHECK(rules.hits("Xi in Moscow"));
    CHECK_FALSE(rules.hits("Moscow and Xi"));
    CHECK(rules.hits("Moscow and Xi in Moscow"));
}

TEST_CASE("exact takes case, accents and signs as written") {
    CHECK(hits("{exact: WHO}", "the WHO says"));
    CHECK_FALSE(hits("{exact: WHO}", "who says"));
    CHECK_FALSE(hits("{exact: US}", "USA"));
    CHECK(hits("{exact: US}", "US-led"));
    CHECK(hits("{exact: résumé}", "re\u0301sume\u0301"));
    CHECK_FALSE(hits("{exact: résumé}", "resume"));
    CHECK(hits("{exact: C++}", "in C++ and"));
    CHECK_FALSE(hits("{exact: C++}", "in C and"));
    CHECK(places(rule("{exact: 'a C++'}").match("in a C++ b")) == Places{"text 3-8 a C++"});
    CHECK_FALSE(hits("{exact: 国事}", "國事"));
    CHECK_FALSE(hits("{exact: ceasefire}", "cease-fire"));
    CHECK(hits("{exact: State Visit}", "State\nVisit"));
    CHECK(hits("{exact: '!!!'}", "what!!!"));
    CHECK_FALSE(hits("{exact: '!!!'}", "what!!"));
}

TEST_CASE("a regular expression is searched in its own case with Unicode words") {
    CHECK(hits(R"({regex: '\bвизит\b'})", "его визит."));
    CHECK_FALSE(hits(R"({regex: '\bвизит\b'})", "визитка"));
    CHECK_FALSE(hits("{regex: Visit}", "visit"));
    CHECK(hits(R"({regex: '\d+ марта'})", "20 марта"));
    CHECK(hits("{regex: \"it's - \"}", "it’s – so"));
    CHECK(hits("{regex: visit}", "vi\u00adsit"));
    CHECK_FALSE(hits(R"({regex: 'a\s+b'})", "a\n\nb"));
    CHECK(hits(R"({regex: 'a\s+b'})", "a\nb"));
    CHECK(
        places(rule(R"({regex: '\bвизит\w*'})").match("Его визиты и визит")) ==
        Places{"text 4-10 \\bвизит\\w*", "text 13-18 \\bвизит\\w*"}
    );
}

TEST_CASE("a concept is any of its terms in all languages, or in one") {
    const char* const yaml = R"(
concepts:
  - name: state_visit
    terms: {en: [state visit], zh: [国事访问], ru: [государственный визит]}
rules:
  - name: every
    match: {concept: state_visit}
  - name: english
    match: {concept: state_visit.en}
)";
    const Rules rules = rules_from(yaml);
    CHECK(rules.match("a state visit").size() == 2);
    CHECK(rules.match("國事訪問").size() == 1);
    CHECK(rules.match("Государственный визит").size() == 1);
    CHECK(places(rules.match("國事訪問")) == Places{"text 0-4 国事访问"});
}

TEST_CASE("a field condition looks at that field only") {
    Statement statement;
    statement.title = "Daily briefing";
    statement.text = "Nothing new. #StateVisit @MFA_China https://news.kremlin.ru/events/1";
    statement.author_name = "Hua Chunying";
    statement.media.push_back({});
    statement.media.back().alt = "two flags";
    statement.quote_of = Reference{};
    statement.quote_of->text = "We will visit";
    const auto matches = [&](const std::string& match) {
        return !rule(match).set.match(statement, nullptr).empty();
    };
    CHECK(matches("{field: {title: briefing}}"));
    CHECK_FALSE(matches("{field: {text: briefing}}"));
    CHECK(matches("{field: {author: hua chunying}}"));
    CHECK(matches("{field: {alt: flags}}"));
    CHECK(matches("{field: {quote: visit}}"));
    CHECK(matches("{field: {tag: statevisit}}"));
    CHECK(matches("{field: {tag: '#StateVisit'}}"));
    CHECK_FALSE(matches("{field: {tag: state}}"));
    CHECK(matches("{field: {mention: '@mfa_china'}}"));
    CHECK_FALSE(matches("{field: {mention: mfa}}"));
    CHECK(matches("{field: {link: kremlin.ru}}"));
    CHECK(matches("{field: {link: news.kremlin.ru/events}}"));
    CHECK_FALSE(matches("{field: {link: lin.ru}}"));
    CHECK_FALSE(matches("{field: {link: news.kremlin.ru/acts}}"));
    CHECK(matches("briefing"));
    CHECK(matches("flags"));
    CHECK_FALSE(matches("visit Hua"));
    CHECK_FALSE(matches("We will visit"));
    CHECK_FALSE(matches("chunying"));
    CHECK_FALSE(matches("briefing nothing"));
}

TEST_CASE("quoted words are read when the rule says so") {
    Statement statement;
    statement.form = Form::quote;
    statement.quote_of = Reference{};
    statement.quote_of->text = "a state visit";
    CHECK(rule("state visit").set.match(statement, nullptr).empty());
    const Rules rules = rule("state visit", "    include_quoted: true\n");
    CHECK(places(rules.set.match(statement, nullptr)) == Places{"quote 2-13 state visit"});
}

TEST_CASE("a rule reads the forms that it names") {
    Statement statement;
    statement.text = "visit";
    statement.form = Form::repost;
    CHECK(rule("visit").set.match(statement, nullptr).empty());
    const Rules reposts = rule("visit", "    statements: [repost, edit]\n");
    CHECK(reposts.set.match(statement, nullptr).size() == 1);
    CHECK(reposts.set.alerts_on_edit("r"));
    statement.form = Form::post;
    CHECK(reposts.set.match(statement, nullptr).empty());
    CHECK_FALSE(rule("visit").set.alerts_on_edit("r"));
}

TEST_CASE("from and not_from choose sources by name and label") {
    SourceInfo kremlin{"kremlin", "feed", {{"tier", "official"}, {"country", "RU"}}};
    SourceInfo paper{"paper", "feed", {{"tier", "media"}}};
    Statement statement;
    statement.text = "visit";
    const auto heard = [&](const std::string& more, const SourceInfo& source) {
        return !rule("visit", more).set.match(statement, &source).empty();
    };
    CHECK(heard("    from: [kremlin]\n", kremlin));
    CHECK_FALSE(heard("    from: [kremlin]\n", paper));
    CHECK(heard("    from: ['tier=official', paper]\n", paper));
    CHECK(heard("    from: ['tier=official,country=RU']\n", kremlin));
    CHECK_FALSE(heard("    from: ['tier=official,country=CN']\n", kremlin));
    CHECK_FALSE(heard("    not_from: ['tier=~off.*']\n", kremlin));
    CHECK(heard("    not_from: ['tier=~off']\n", kremlin));
    CHECK(rule("visit", "    from: [kremlin]\n").set.match(statement, nullptr).size() == 1);
}

TEST_CASE("highlights are code points of the original, of what contributed only") {
    const Rules rules = rule("{all: [习近平, any: [visit, 访问, Moscow]], none: [football]}");
    CHECK(
        places(rules.match("😀 國家主席習近平訪問 Mos\u00adcow")) ==
        Places{"text 6-9 习近平", "text 9-11 访问", "text 12-19 Moscow"}
    );
    CHECK(
        places(rule("state visit").match("A State-Visit, a state visit")) ==
        Places{"text 2-13 state visit", "text 17-28 state visit"}
    );
    CHECK(
        places(rule("{near: [Xi, Moscow], within: 1}").match("Xi. Xi in Moscow. Home, Moscow")) ==
        Places{"text 4-6 Xi", "text 10-16 Moscow"}
    );
    CHECK(places(rule("everything").match("x")).empty());
    CHECK(places(rule("{field: {tag: a1}}").match("see #A1")) == Places{"tag 0-2 a1"});
}

TEST_CASE("matches come in the order of the rules") {
    const Rules rules = rules_from(
        "rules:\n  - {name: z, match: visit}\n  - {name: m, match: everything}\n"
        "  - {name: a, match: {any: [visit, state]}, severity: critical, labels: {desk: asia}}\n"
    );
    const auto matches = rules.match("state visit");
    REQUIRE(matches.size() == 3);
    CHECK(matches[0].rule == "z");
    CHECK(matches[1].rule == "m");
    CHECK(matches[2].rule == "a");
    CHECK(matches[2].severity == Severity::critical);
    CHECK(matches[2].labels.at("desk") == "asia");
    CHECK(rules.set.size() == 3);
    CHECK(rules.set.has_rule("m"));
    CHECK_FALSE(rules.set.has_rule("x"));
}

TEST_CASE("invisible characters, Zalgo and bidi controls do not hide a word") {
    const Rules rules = rule("визит");
    CHECK(rules.hits("ви\u200bз\u2060ит"));
    CHECK(rules.hits("\u202eвизит\u202c"));
    CHECK(rules.hits("виз\U000e0041ит"));
    std::string zalgo = "в";
    for (int i = 0; i < 10'000; ++i) zalgo += i % 2 != 0 ? "\u0316" : "\u0301";
    CHECK(rules.hits(zalgo + "изит"));
    CHECK_FALSE(hits("cope", "соре"));  // Cyrillic letters that look Latin
}
