#include "rules/form_index.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "text/tokens.hpp"

using namespace spokeswatch;

namespace {

constexpr auto english = FormLanguage::english;
constexpr auto russian = FormLanguage::russian;
constexpr auto ukrainian = FormLanguage::ukrainian;

// An index with the search for one word of a text.
struct Forms {
    FormIndex index;

    std::vector<std::uint64_t> find(const std::string& word) const {
        std::vector<std::uint64_t> keys;
        for (const FormIndex::Form& form : index.find(token_hash(word))) keys.push_back(form.key);
        return keys;
    }
    bool has(const std::string& word, std::uint64_t key) const {
        const auto found = find(word);
        return std::find(found.begin(), found.end(), key) != found.end();
    }
};

}  // namespace

TEST_CASE("every form of a rule's word has its key, once") {
    Forms forms;
    const std::uint64_t visit = forms.index.add("visit", english);
    const std::uint64_t trip = forms.index.add("визит", russian);
    CHECK(forms.index.add("visit", english) == visit);
    forms.index.build();
    for (const char* word : {"visit", "visits", "visited", "visiting"})
        CHECK(forms.find(word) == std::vector{visit});
    for (const char* word : {"визит", "визитом", "визитами"})
        CHECK(forms.find(word) == std::vector{trip});
    for (const char* word : {"visitor", "vision", "vi", "v", "", "виза", "в", "国", "g20", "й"})
        CHECK(forms.find(word).empty());
}

TEST_CASE("a key is no hash of letters, and differs by language") {
    Forms forms;
    const std::uint64_t ours = forms.index.add("переговори", ukrainian);
    const std::uint64_t theirs = forms.index.add("переговори", russian);
    CHECK(ours != theirs);
    CHECK(ours != token_hash("переговори"));
    forms.index.build();
    CHECK(forms.find("переговори").size() == 2);
    CHECK(forms.find("переговорів") == std::vector{ours});
}

TEST_CASE("a word without language or of one letter keeps its hash and is never found") {
    Forms forms;
    CHECK(forms.index.add("visite", std::nullopt) == token_hash("visite"));
    CHECK(forms.index.add("s", english) == token_hash("s"));
    CHECK(forms.index.add("и", russian) == token_hash("и"));
    CHECK(forms.index.add("国", std::nullopt) == token_hash("国"));
    forms.index.build();
    for (const char* word : {"visite", "visites", "s", "и", "国"}) CHECK(forms.find(word).empty());
}

TEST_CASE("a rule's word with a capital may be another than without") {
    Forms forms;
    const std::uint64_t sands = forms.index.add("песков", russian);
    const std::uint64_t name = forms.index.add("песков", russian, true);
    forms.index.build();
    CHECK_FALSE(forms.has("песок", name));
    CHECK(forms.has("песок", sands));
    CHECK(forms.has("пескову", name));
}

TEST_CASE("forms that begin otherwise than the rule's word are found") {
    Forms forms;
    const std::uint64_t go = forms.index.add("go", english);
    const std::uint64_t think = forms.index.add("think", english);
    const std::uint64_t spy = forms.index.add("spy", english);
    const std::uint64_t day = forms.index.add("день", russian);
    const std::uint64_t leave = forms.index.add("уйти", russian);
    const std::uint64_t ice = forms.index.add("лед", russian);
    const std::uint64_t people = forms.index.add("человек", russian);
    const std::uint64_t year = forms.index.add("рік", ukrainian);
    const std::uint64_t kyiv = forms.index.add("київ", ukrainian);
    forms.index.build();
    CHECK(forms.has("went", go));
    CHECK(forms.has("thought", think));
    CHECK(forms.has("spies", spy));
    CHECK(forms.has("дня", day));
    CHECK(forms.has("ушла", leave));
    CHECK(forms.has("льдом", ice));
    CHECK(forms.has("людьми", people));
    CHECK(forms.has("року", year));
    CHECK(forms.has("києва", kyiv));
}

TEST_CASE("words with a common form are both found in it") {
    Forms forms;
    const std::uint64_t meet = forms.index.add("meet", english);
    const std::uint64_t meeting = forms.index.add("meeting", english);
    forms.index.build();
    CHECK(forms.has("meetings", meeting));
    CHECK(forms.has("meeting", meeting));
    CHECK(forms.has("meeting", meet));
    CHECK(forms.has("met", meet));
}

TEST_CASE("an index without words finds nothing") {
    const FormIndex fresh;
    CHECK(fresh.find(token_hash("visit")).empty());
    Forms forms;
    forms.index.build();
    CHECK(forms.find("visit").empty());
}

TEST_CASE("each of many rule words is found by its forms") {
    Forms forms;
    std::vector<std::uint64_t> keys;
    const auto name = [](int number) {
        std::string word = "q";
        for (int rest = number; rest > 0; rest /= 20) word += static_cast<char>('a' + rest % 20);
        return word + "or";
    };
    for (int i = 0; i < 20'000; ++i) keys.push_back(forms.index.add(name(i), english));
    forms.index.build();
    for (int i = 0; i < 20'000; ++i)
        if (!forms.has(name(i) + "s", keys[static_cast<std::size_t>(i)])) FAIL(name(i));
    CHECK(forms.find("visit").empty());
}

TEST_CASE("languages that lack their dictionary are told") {
    const WordForms bare("/nonexistent");
    Forms without{FormIndex(FormIndex::By::letters, bare)};
    const std::uint64_t key = without.index.add("visit", english);
    without.index.build();
    CHECK(without.index.without_dictionary() == std::vector{english});
    CHECK(without.find("visits") == std::vector{key});

    Forms forms;
    forms.index.add("visit", english);
    forms.index.add("визит", russian);
    forms.index.add("візит", ukrainian);
    forms.index.build();
    CHECK(forms.index.without_dictionary().empty());
}
