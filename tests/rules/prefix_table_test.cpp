#include "rules/prefix_table.hpp"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

using namespace spokeswatch;

TEST_CASE("a prefix table knows every form that a word begins with") {
    std::mt19937 random(5);
    const auto text = [&](std::size_t letters) {
        std::string made;
        for (std::size_t i = 0; i < letters; ++i) made += random() % 2 == 0 ? "a" : "я";
        return made;
    };
    for (int round = 0; round < 50; ++round) {
        PrefixTable table;
        std::vector<std::pair<std::string, std::uint64_t>> forms;
        for (std::size_t i = random() % 20; i > 0; --i) {
            const std::string form = text(1 + random() % 5);
            forms.emplace_back(form, table.add(form));
        }
        table.build();
        std::ranges::sort(forms);
        forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
        for (int i = 0; i < 50; ++i) {
            const std::string word = text(random() % 7);
            std::vector<std::uint64_t> expected, found;
            for (const auto& [form, key] : forms)
                if (word.compare(0, form.size(), form) == 0) expected.push_back(key);
            table.each(word, [&](std::uint64_t key) { found.push_back(key); });
            std::ranges::sort(expected);
            std::ranges::sort(found);
            REQUIRE(found == expected);
        }
    }
}
