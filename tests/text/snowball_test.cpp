// The vocabularies of the Snowball stemmers against our word forms: the share of the pairs of words
// with one stem that are forms of one word for us. It cannot be all: a stemmer joins derivations
// (visitor, international), which the forms of a rule never do. docs/text-conformance.md tells it.

#include <map>
#include <unordered_set>

#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"
#include "tests/text/conformance.hpp"
#include "text/tokens.hpp"
#include "text/word_forms.hpp"

using namespace spokeswatch;

namespace {

struct Agreement {
    std::size_t pairs = 0, joined = 0;       // of pairs with one stem
    std::size_t ours = 0, ours_stemmed = 0;  // of pairs that we join and the vocabulary has
    std::vector<std::string> samples;        // of one stem, not joined by us
};

std::vector<std::string> words_of(const std::filesystem::path& file) {
    return testing::lines_of(testing::through_python(
        "import lzma,sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())", file
    ));
}

Agreement compare(
    const std::filesystem::path& folder, const std::string& name, FormLanguage language
) {
    const auto words = words_of(folder / (name + ".voc.txt.xz"));
    const auto stems = words_of(folder / (name + ".output.txt.xz"));
    REQUIRE(words.size() == stems.size());
    std::map<std::string, std::string> stem_of;
    std::map<std::string, std::vector<std::string>> groups;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string folded = normalised_text(words[i]);
        // Words with an apostrophe are several for us.
        if (folded.empty() || folded.find(' ') != std::string::npos) continue;
        if (stem_of.emplace(folded, stems[i]).second) groups[stems[i]].push_back(folded);
    }
    Agreement result;
    std::vector<std::string> list;
    for (const auto& [stem, group] : groups) {
        for (const std::string& word : group) {
            list.clear();
            system_word_forms().forms(word, language, false, list);
            const std::unordered_set<std::string> forms(list.begin(), list.end());
            for (const std::string& form : forms) {
                const auto other = stem_of.find(form);
                if (form == word || other == stem_of.end()) continue;
                ++result.ours;
                if (other->second == stem) ++result.ours_stemmed;
            }
            for (const std::string& other : group) {
                if (other == word) continue;
                ++result.pairs;
                if (forms.count(other) != 0)
                    ++result.joined;
                else if (result.pairs % 997 == 0)
                    result.samples.push_back(word + "/" + other);
            }
        }
    }
    std::printf(
        "Snowball %s: %zu of %zu pairs with one stem are forms of one word; %zu of %zu forms have "
        "one stem; not joined, a sample:",
        name.c_str(),
        result.joined,
        result.pairs,
        result.ours_stemmed,
        result.ours
    );
    for (const std::string& sample : result.samples) std::printf(" %s", sample.c_str());
    std::printf("\n");
    return result;
}

double share(std::size_t part, std::size_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
}

bool dictionary_is_there(FormLanguage language) {
    const bool there = system_word_forms().has_dictionary(language);
    if (!there)
        WARN("left out: " << WordForms::dictionary_package(language) << " is not installed");
    return there;
}

}  // namespace

TEST_CASE("forms of one English word mostly have one Snowball stem") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder || !dictionary_is_there(FormLanguage::english)) return;
    const Agreement found = compare(*folder / "snowball", "english", FormLanguage::english);
    CHECK(share(found.joined, found.pairs) > 0.54);
    CHECK(share(found.ours_stemmed, found.ours) > 0.95);
}

TEST_CASE("forms of one Russian word mostly have one Snowball stem") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder || !dictionary_is_there(FormLanguage::russian)) return;
    const Agreement found = compare(*folder / "snowball", "russian", FormLanguage::russian);
    CHECK(share(found.joined, found.pairs) > 0.61);
    CHECK(share(found.ours_stemmed, found.ours) > 0.81);
}
