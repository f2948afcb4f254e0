#include "text/language.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

TEST_CASE("the script says the language where one language writes it") {
    CHECK(detect_language("国家主席习近平将对俄罗斯进行国事访问") == "zh");
    CHECK(detect_language("習主席") == "zh");
    CHECK(detect_language("岸田総理は習近平主席と会談した") == "ja");
    CHECK(detect_language("시진핑 국가주석") == "ko");
    CHECK(detect_language("ประธานาธิบดี") == "th");
    CHECK(detect_language("राष्ट्रपति का दौरा") == "hi");
    CHECK(detect_language("ביקור ממלכתי") == "he");
    CHECK(detect_language("Επίσημη επίσκεψη") == "el");
    CHECK(detect_language("საქართველო") == "ka");
}

TEST_CASE("letters tell languages of one script apart") {
    CHECK(detect_language("Владимир Путин проведёт переговоры") == "ru");
    CHECK(detect_language("Президент України зустрівся з послом") == "uk");
    CHECK(detect_language("Міністр і делегація") == "uk");
    CHECK(detect_language("Прэзідэнт Рэспублікі сустрэўся") == "be");
    CHECK(detect_language("Президентът се срещна с посланика") == "bg");
    CHECK(detect_language("Председник Србије је рекао људима") == "sr");
    CHECK(detect_language("زيارة دولة إلى روسيا") == "ar");
    CHECK(detect_language("رئیس جمهور چین") == "fa");
    CHECK(detect_language("Der Präsident trifft die Außenminister") == "de");
    CHECK(detect_language("Le président a été reçu à l'Élysée") == "fr");
    CHECK(detect_language("Minister złożył wizytę w środę") == "pl");
    CHECK(detect_language("A köztársasági elnök őszinte szűk körű") == "hu");
    CHECK(detect_language("Xi Jinping will pay a state visit") == "en");
    CHECK(
        detect_language(
            "President Erdoğan will meet President Xi in Ankara on Monday, officials said"
        ) == "en"
    );
}

TEST_CASE("names and addresses in Latin letters do not hide the language") {
    CHECK(
        detect_language("习近平 Vladimir Putin 会谈 https://www.mfa.gov.cn/eng/xw/fyrbt/") == "zh"
    );
    CHECK(detect_language("Визит https://www.kremlin.ru/events/president/news") == "ru");
    CHECK(detect_language("@SpokespersonCHN 你好") == "zh");
}

TEST_CASE("too little text has no language") {
    CHECK(detect_language("").empty());
    CHECK(detect_language("123 !!! 😀").empty());
    CHECK(detect_language("a").empty());
    CHECK(detect_language("https://t.me/x").empty());
}

TEST_CASE("language tags are brought to one form") {
    CHECK(canonical_language("en_us") == "en-US");
    CHECK(canonical_language(" ZH-hant-TW ") == "zh-Hant-TW");
    CHECK(canonical_language("eng") == "en");
    CHECK(canonical_language("ru_RU.UTF-8") == "ru-RU");
    CHECK(canonical_language("iw") == "he");
    for (const char* none :
         {"", "und", "zxx", "mul", "english", "x", "qq", "12", "en--US", "en-", "🇷🇺"}) {
        CAPTURE(none);
        CHECK(canonical_language(none).empty());
    }
}

TEST_CASE("languages have English names") {
    CHECK(language_name("zh") == "Chinese");
    CHECK(language_name("zh-Hant-TW") == "Chinese");
    CHECK(language_name("ru") == "Russian");
    CHECK(language_name("uk-UA") == "Ukrainian");
    CHECK(language_name("tlh-nonsense-words") != "");
    CHECK(language_name("qq") == "qq");
}
