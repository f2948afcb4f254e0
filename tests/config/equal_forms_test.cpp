#include <random>

#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"
#include "tests/config/match_shape.hpp"

// Both forms of `match` make one tree: random trees are written in each and read back.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// One condition in both forms.
struct Written {
    std::string mapping;     // flow style, an item of a list
    std::string expression;  // with parentheses where it is more than one piece
};

class Trees {
  public:
    explicit Trees(unsigned seed) : random_(seed) {}

    Written condition(int depth) {
        switch (depth == 0 ? pick(6) : pick(10)) {
            case 0:
                return term();
            case 1:
                return {"{exact: 'W \"H\" O'}", R"(exact:"W \"H\" O")"};
            case 2:
                return {R"({regex: 'a\/b+ (c|国)'})", R"(/a\/b+ (c|国)/)"};
            case 3:
                return pick(2) == 0 ? Written{"{concept: visit}", "$visit"}
                                    : Written{"{concept: visit.zh}", "$visit.zh"};
            case 4:
                return entity();
            case 5: {
                const Written inside = term();
                return {"{field: {title: " + inside.mapping + "}}", "title:" + inside.expression};
            }
            case 6:
                return group("all", " AND ", depth);
            case 7:
                return group("any", " OR ", depth);
            case 8: {
                Written joined = group("all", " AND ", depth - 1);
                const Written without = condition(depth - 1);
                return {
                    "{all: [" + joined.mapping + ", {none: [" + without.mapping + "]}]}",
                    "(" + joined.expression + " AND NOT " + without.expression + ")"};
            }
            default:
                return near();
        }
    }

  private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_()) % below; }

    Written term() {
        static const std::vector<Written> terms{
            {"war", "war"},
            {"state visit", "\"state visit\""},
            {"'pay* a visit'", "\"pay* a visit\""},
            {"国事访问", "国事访问"},
            {"'визит*'", "визит*"},
            {"'AND'", "\"AND\""},
            {"\"Xi's\"", "Xi's"},
        };
        return terms[pick(static_cast<unsigned>(terms.size()))];
    }
    Written entity() {
        static const std::vector<Written> entities{
            {"{field: {tag: '#StateVisit'}}", "#StateVisit"},
            {"{field: {mention: '@mfa'}}", "@mfa"},
            {"{field: {link: 'kremlin.ru/events'}}", "link:kremlin.ru/events"},
            {"{field: {tag: visit}}", "tag:visit"},
        };
        return entities[pick(static_cast<unsigned>(entities.size()))];
    }
    Written group(const std::string& key, const std::string& by, int depth) {
        Written out{"{" + key + ": [", "("};
        const unsigned members = 2 + pick(3);
        for (unsigned i = 0; i < members; ++i) {
            const Written one = condition(std::max(0, depth - 1));
            out.mapping += (i > 0 ? ", " : "") + one.mapping;
            out.expression += (i > 0 ? by : "") + one.expression;
        }
        return {out.mapping + "]}", out.expression + ")"};
    }
    Written near() {
        const Written left = term(), right = term(), other = term();
        const std::string words = std::to_string(pick(51));
        const bool ordered = pick(2) == 0;
        return {
            std::string(ordered ? "{before: [" : "{near: [") + left.mapping + ", {any: [" +
                right.mapping + ", " + other.mapping + "]}], within: " + words + " words}",
            "(" + left.expression + (ordered ? " BEFORE/" : " NEAR/") + words + " (" +
                right.expression + " OR " + other.expression + "))"};
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("random conditions make equal trees in both forms") {
    std::string rules =
        "concepts: [{name: visit, terms: {en: [state visit], zh: [国事访问]}}]\nrules:\n";
    constexpr int trees = 400;
    std::vector<Written> written;
    for (int i = 0; i < trees; ++i) {
        written.push_back(Trees(static_cast<unsigned>(i)).condition(i % 4));
        const std::string number = std::to_string(i);
        // A list of one is needed where a bare text would be an expression of its own.
        rules += "  - {name: m" + number + ", match: {all: [" + written.back().mapping +
                 ", everyone]}}\n";
        rules += "  - name: e" + number + "\n    match: >\n      " + written.back().expression +
                 "\n      AND everyone\n";
    }
    const Loaded loaded(rules);
    INFO(loaded.errors());
    REQUIRE(loaded.config.rules.size() == 2 * trees);
    for (int i = 0; i < trees; ++i) {
        const auto at = static_cast<std::size_t>(i);
        INFO(written[at].mapping << "\n" << written[at].expression);
        CHECK(
            shape(loaded.config.rules[2 * at].match) == shape(loaded.config.rules[2 * at + 1].match)
        );
    }
}
