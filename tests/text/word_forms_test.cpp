#include "text/word_forms.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"
#include "text/tokens.hpp"

using namespace spokeswatch;

namespace {

constexpr auto english = FormLanguage::english;
constexpr auto russian = FormLanguage::russian;
constexpr auto ukrainian = FormLanguage::ukrainian;

bool same(const WordForms& forms, FormLanguage language, const char* one, const char* other) {
    const std::string word = folded_text(one);
    const bool name = word.front() != one[0] || word[1] != one[1];  // a capital was folded
    std::vector<std::string> list;
    forms.forms(word, language, name, list);
    return std::find(list.begin(), list.end(), folded_text(other)) != list.end();
}

bool same(FormLanguage language, const char* one, const char* other) {
    return same(system_word_forms(), language, one, other);
}

struct Family {
    FormLanguage language;
    const char* word;
    std::vector<const char*> forms;
    std::vector<const char*> others;
};

void check_families(const WordForms& forms, const std::vector<Family>& families) {
    for (const Family& family : families) {
        for (const char* form : family.forms) {
            CAPTURE(family.word, form);
            CHECK(same(forms, family.language, family.word, form));
        }
        for (const char* other : family.others) {
            CAPTURE(family.word, other);
            CHECK_FALSE(same(forms, family.language, family.word, other));
        }
    }
}

// A folder without dictionaries.
const WordForms& bare_forms() {
    static const testing::TempDir folder;
    static const WordForms forms(folder.path());
    return forms;
}

}  // namespace

TEST_CASE("English plurals and verb endings are the same word, derivations are not") {
    REQUIRE(system_word_forms().has_dictionary(english));
    check_families(
        system_word_forms(),
        {{english, "visit", {"visits", "visited", "visiting"}, {"visitor", "visitors", "visa"}},
         {english, "leader", {"leaders"}, {"lead", "leadership"}},
         {english, "meeting", {"meetings"}, {"meter"}},
         {english, "nation", {"nations"}, {"national", "international", "nationalise"}},
         {english, "agree", {"agrees", "agreed", "agreeing"}, {"agreement", "agreements"}},
         {english, "plan", {"plans", "planned", "planning"}, {"plane", "plant"}},
         {english, "country", {"countries"}, {"count"}},
         {english, "tax", {"taxes", "taxed"}, {"taxi"}},
         {english, "disagree", {"disagrees", "disagreed"}, {"agreed"}},
         {english, "drone", {"drones"}, {}},
         {english, "sign", {"signs", "signed", "signing"}, {"signatory", "signature"}},
         {english, "war", {"wars"}, {"award", "warn", "ward"}},
         {english, "Russia", {"russia"}, {"russian"}},
         {english, "Russian", {"russians"}, {"russia"}}}
    );
}

TEST_CASE("forms that the English dictionary has behind a prefix, apart or not at all are found") {
    check_families(
        system_word_forms(),
        {{english, "report", {"reports", "reported", "reporting"}, {"reporter", "port"}},
         {english, "reported", {"report", "reports"}, {"ported"}},
         {english, "discuss", {"discusses", "discussed", "discussing"}, {"discussion", "discus"}},
         {english, "returned", {"return", "returns"}, {"turned"}},
         {english, "equip", {"equipped", "equipping"}, {"equipment"}},
         {english, "take", {"taking"}, {"intake"}},
         {english, "ease", {"eased", "easing"}, {}},
         {english, "gather", {"gathers"}, {}},
         {english, "negotiation", {"negotiations"}, {"negotiator"}},
         {english, "month", {"months"}, {"monthly"}},
         {english, "NGO", {"NGOs"}, {}},
         {english, "Biden", {"bidens"}, {"bide"}}}
    );
}

TEST_CASE("irregular English forms are known") {
    check_families(
        system_word_forms(),
        {{english, "crisis", {"crises"}, {}},
         {english, "pay", {"paid", "pays", "paying"}, {"payment"}},
         {english, "meet", {"met", "meets"}, {}},
         {english, "go", {"went", "gone", "goes"}, {}},
         {english, "hero", {"heroes"}, {"heroic", "heroine"}},
         {english, "vetoes", {"veto", "vetoed"}, {}},
         {english, "quit", {"quits", "quitting"}, {"quite"}},
         {english, "went", {"going"}, {}},
         {english, "spokeswoman", {"spokeswomen"}, {}},
         {english, "man", {"men"}, {"women"}},
         {english, "withdraw", {"withdrew", "withdrawn", "withdrawing"}, {"withdrawal"}},
         {english, "die", {"dying", "died"}, {}}}
    );
}

TEST_CASE("English words that only look like forms are words of their own") {
    check_families(
        system_word_forms(),
        {{english, "new", {}, {"news"}},
         {english, "Mr", {}, {"Mrs"}},
         {english, "hop", {"hopped"}, {"hoping", "hoped"}},
         {english, "car", {"cars"}, {"caring"}},
         {english, "see", {}, {"seed"}},
         {english, "US", {}, {"u"}},
         {english, "rate", {}, {"ratted"}},
         {english, "morale", {}, {"Morales"}},
         {english, "Hama", {}, {"Hamas"}},
         {english, "even", {}, {"evening"}},
         {english, "evening", {"evenings"}, {}}}
    );
}

TEST_CASE("every case of a Russian word is the word") {
    REQUIRE(system_word_forms().has_dictionary(russian));
    check_families(
        system_word_forms(),
        {{russian,
          "визит",
          {"визита",
           "визиту",
           "визитом",
           "визите",
           "визиты",
           "визитов",
           "визитам",
           "визитами",
           "визитах",
           "ВИЗИТЫ"},
          {"виза", "визы", "визу", "визитка", "визитный", "визитёр"}},
         {russian,
          "государственный",
          {"государственного",
           "государственному",
           "государственным",
           "государственная",
           "государственной",
           "государственную",
           "государственное",
           "государственные"},
          {"государство", "государства"}},
         {russian, "Россия", {"России", "Россию", "Россией"}, {"российский", "россиянин"}},
         {russian, "переговоры", {"переговоров", "переговорам", "переговорами", "переговорах"}, {}},
         {russian, "война", {"войны", "войну", "войной", "войне", "войн"}, {"военный", "воин"}},
         {russian, "посол", {"посла", "послу", "послом", "послы", "послов", "послам"}, {"после"}},
         {russian, "человек", {"человека", "люди", "людей"}, {}},
         {russian, "беженец", {"беженца", "беженцы", "беженцев", "беженцам"}, {}},
         {russian, "полёт", {"полета", "полётом"}, {}},
         {russian, "встретиться", {"встретился", "встретилась", "встретятся"}, {"встреча"}},
         {russian, "прийти", {"пришел", "пришла", "пришёл", "придет"}, {}},
         {russian, "уйти", {"ушел", "ушла"}, {}},
         {russian, "день", {"дня", "дни", "дней"}, {"денег"}},
         {russian, "неделя", {"недель"}, {"недельный"}},
         {russian, "месяц", {"месяцев"}, {}},
         {russian, "письмо", {"писем", "письма"}, {"письменный"}},
         {russian, "деревня", {"деревень"}, {}},
         {russian, "сестра", {"сестёр"}, {}},
         {russian, "доброволец", {"добровольцев"}, {}},
         {russian, "провести", {"провёл", "провела"}, {"проведение"}},
         {russian, "погибнуть", {"погиб", "погибли"}, {"гибель"}},
         {russian, "судно", {"суда", "судов"}, {"судья"}}}
    );
}

TEST_CASE("names are declined whether a dictionary has them or not") {
    check_families(
        system_word_forms(),
        {{russian, "Путин", {"Путина", "Путину", "Путиным", "Путине"}, {"путь"}},
         {russian, "Цзиньпин", {"Цзиньпина", "Цзиньпину", "Цзиньпином", "Цзиньпине"}, {}},
         {russian, "Лавров", {"Лаврова", "Лаврову", "Лавровым", "Лаврове", "Лавровы"}, {}},
         {russian, "Песков", {"Пескова", "Песковым"}, {}},
         {russian, "Захарова", {"Захаровой", "Захарову"}, {}},
         {russian, "Зеленский", {"Зеленского", "Зеленскому", "Зеленским", "Зеленском"}, {"зелень"}},
         {russian, "Байден", {"Байдена", "Байдену", "Байденом"}, {}},
         {russian, "Трамп", {"Трампа", "Трампом"}, {"трамплин"}},
         {russian, "Ын", {"Ына", "Ыну", "Ыном"}, {}},
         {russian, "МИД", {"МИДа", "МИДе"}, {}},
         {ukrainian, "Зеленський", {"Зеленського", "Зеленському", "Зеленським"}, {"зелень"}},
         {ukrainian, "Україна", {"України", "Україну", "Україною", "Україні"}, {"український"}}}
    );
}

TEST_CASE("a surname with a capital is not the genitive plural of a common word") {
    const auto has = [](const char* word, bool name, const std::string& form) {
        std::vector<std::string> list;
        system_word_forms().forms(word, russian, name, list);
        return std::find(list.begin(), list.end(), form) != list.end();
    };
    CHECK(has("песков", false, "песка"));
    CHECK_FALSE(has("песков", true, "песка"));
    CHECK_FALSE(has("лавров", true, "лавр"));
    for (const char* form : {"песков", "пескова", "песковым", "песковой"})
        CHECK(has("песков", true, form));
    CHECK(has("переговоров", true, "переговоры"));
}

TEST_CASE("every case of a Ukrainian word is the word") {
    REQUIRE(system_word_forms().has_dictionary(ukrainian));
    check_families(
        system_word_forms(),
        {{ukrainian, "візит", {"візиту", "візитом", "візити", "візитів"}, {"віза", "візи"}},
         {ukrainian, "державний", {"державного", "державним", "державна"}, {"держава"}},
         {ukrainian, "війна", {"війни", "війну", "війною", "війні"}, {"військо"}},
         {ukrainian, "переговори", {"переговорів", "переговорами"}, {}},
         {ukrainian, "посол", {"посла", "посли", "послів"}, {}}}
    );
}

TEST_CASE("without a dictionary regular endings still make one word") {
    CHECK_FALSE(bare_forms().has_dictionary(english));
    CHECK_FALSE(bare_forms().has_dictionary(russian));
    check_families(
        bare_forms(),
        {{english, "visit", {"visits", "visited", "visiting"}, {"visitor", "visa"}},
         {english, "country", {"countries"}, {"count"}},
         {english, "crisis", {"crises"}, {}},
         {english, "news", {}, {"new"}},
         {english, "war", {"wars"}, {"award", "warn"}},
         {russian, "визит", {"визита", "визитом", "визиты", "визитов"}, {"виза", "визы", "визу"}},
         {russian, "государственный", {"государственным", "государственного"}, {"государство"}},
         {russian, "посол", {"послы", "послов"}, {"после"}},
         {russian, "посетить", {"посетит", "посетил"}, {"посещение"}},
         {russian, "Цзиньпин", {"Цзиньпина"}, {}},
         {ukrainian, "візит", {"візиту", "візитом"}, {"віза"}}}
    );
}

TEST_CASE("a word in letters that are not the language's is only itself") {
    for (const char* word : {"визит", "国", "g20", "2023", "xп", "", "o'b"}) {
        std::vector<std::string> forms;
        system_word_forms().forms(word, english, false, forms);
        CHECK(forms == std::vector<std::string>{word});
    }
    std::vector<std::string> forms;
    system_word_forms().forms(std::string(10'000, 's'), english, false, forms);
    CHECK(forms.size() == 1);
}

TEST_CASE("the language of a word is its term's, and that of its letters where this says nothing") {
    CHECK(form_language("visit", "state visit", "en") == english);
    CHECK(form_language("visit", "state visit", "en-GB") == english);
    CHECK(form_language("visit", "state visit", "") == english);
    CHECK(form_language("визит", "визит", "") == russian);
    CHECK(form_language("візит", "державний візит", "") == ukrainian);
    CHECK(form_language("державний", "державний візит", "") == ukrainian);
    CHECK(form_language("визит", "визит", "RU") == russian);
    CHECK(form_language("apple", "визит Apple", "ru") == english);
    CHECK(form_language("apple", "苹果 Apple", "zh") == english);
    CHECK(form_language("визит", "визит", "en") == russian);
    CHECK_FALSE(form_language("visite", "visite", "fr"));
    CHECK_FALSE(form_language("визита", "визита", "bg"));
    CHECK_FALSE(form_language("国", "国事访问", "zh"));
    CHECK_FALSE(form_language("g20", "G20", "en"));
    CHECK_FALSE(form_language("cоpe", "cоpe", ""));
    CHECK_FALSE(form_language("", "", ""));
}

TEST_CASE("a broken dictionary is none, and no dictionary is read before it is asked for") {
    const testing::TempDir folder;
    std::ofstream(folder.path() / "en_US.dic") << "1\nvisit/S\n";
    std::ofstream(folder.path() / "en_US.aff") << "SET KOI8-R\n";
    const WordForms forms(folder.path());
    CHECK_FALSE(forms.has_dictionary(english));
    CHECK(same(forms, english, "visit", "visits"));
    // Written after the object was made and before its language is asked for.
    std::ofstream(folder.path() / "ru_RU.dic") << "1\nвизит/K\n";
    std::ofstream(folder.path() / "ru_RU.aff") << "SET UTF-8\nSFX K Y 1\nSFX K 0 ювал т\n";
    CHECK(forms.has_dictionary(russian));
    CHECK(same(forms, russian, "визит", "визитювал"));
}

TEST_CASE("several threads may ask at once") {
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (int& count : right)
        threads.emplace_back([&count] {
            for (int i = 0; i < 200; ++i)
                if (same(english, "visit", "visited") && same(russian, "визит", "визитом")) ++count;
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(right == std::vector<int>(4, 200));
}
