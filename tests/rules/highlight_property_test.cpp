#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unicode/uniset.h>
#include <unicode/uscript.h>

#include "base/utf8.hpp"
#include "rules/rule_set.hpp"
#include "text/tokens.hpp"

// What holds for a text of any script, whatever is strewn into it: a phrase cut from it is found,
// its highlight cut at its code points is that phrase, and folding is idempotent and linear.

using namespace spokeswatch;

namespace {

// Some characters of every script that ICU knows characters of.
const std::vector<std::vector<std::string>>& scripts() {
    static const std::vector<std::vector<std::string>> all = [] {
        constexpr std::int32_t characters_max = 400;
        std::vector<std::vector<std::string>> list;
        for (int script = USCRIPT_INHERITED + 1; script < USCRIPT_CODE_LIMIT; ++script) {
            UErrorCode status = U_ZERO_ERROR;
            icu::UnicodeSet set;
            set.applyIntPropertyValue(UCHAR_SCRIPT, script, status);
            if (U_FAILURE(status) || set.isEmpty() || script == USCRIPT_UNKNOWN) continue;
            std::vector<std::string> characters;
            const std::int32_t step = std::max(1, set.size() / characters_max);
            for (std::int32_t i = 0; i < set.size(); i += step) {
                characters.emplace_back();
                append_code_point(characters.back(), static_cast<char32_t>(set.charAt(i)));
            }
            list.push_back(std::move(characters));
        }
        return list;
    }();
    return all;
}

const std::vector<std::string>& tricks() {
    static const std::vector<std::string> list{
        "\u200d",   "\u200b",       "\u00ad",     "\u202e", "\u2067", "\u2069",
        "\u0301",   "\u0336",       "\u20dd",     "Ｓｔ",   "𝐬",      "國",
        "訪",       "乾",           "#",          "#Visit", "#Ab_Cd", "@mfa",
        "\n",       "\r\n",         "\n\n",       "\u2029", "<b>",    "</p>",
        "&amp;",    "https://a.bc", "\U000E0041", "ﬁ",      "½",      "\u0e33",
        "👍🏽", "🇷🇺",           "’",          "-",      "—",      ". ",
        "\u3000",   "\u00a0",       "_",          "…",      "。",     "ё",
        "İ",        "и\u0306",      "ß",          "\ufeff", "\u115f"};
    return list;
}

class Writer {
  public:
    explicit Writer(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) { return engine_() % limit; }

    std::string text() {
        const auto& first = scripts()[below(scripts().size())];
        const auto& second = scripts()[below(scripts().size())];
        std::string text;
        const std::size_t words = 3 + below(6);
        for (std::size_t word = 0; word < words; ++word) {
            const auto& script = below(3) != 0 ? first : second;
            for (std::size_t i = 0; i <= below(5); ++i) {
                text += script[below(script.size())];
                if (below(6) == 0) text += tricks()[below(tricks().size())];
            }
            text += below(4) != 0 ? " " : tricks()[below(tricks().size())];
        }
        return text;
    }

    // Up to five tokens as they stand in the text; empty where they lie in two paragraphs or a
    // character that is several words (½) would be cut.
    std::string phrase(const std::string& text, const std::vector<Token>& tokens) {
        const std::size_t first = below(tokens.size());
        const std::size_t last = std::min(tokens.size() - 1, first + below(5));
        const std::uint32_t start = tokens[first].start, end = tokens[last].end;
        if (first > 0 && tokens[first - 1].end > start) return {};
        if (last + 1 < tokens.size() && tokens[last + 1].start < end) return {};
        for (std::size_t i = first + 1; i <= last; ++i)
            if (tokens[i].paragraph_start) return {};
        return text.substr(start, end - start);
    }

  private:
    std::mt19937 engine_;
};

std::string cut(const std::string& text, const Highlight& highlight) {
    const std::size_t start = byte_offset(text, highlight.start);
    return text.substr(start, byte_offset(text, highlight.end) - start);
}

}  // namespace

TEST_CASE("in every script a highlight cut from its text is the phrase that was looked for") {
    constexpr std::size_t pairs_min = 100'000, texts_per_round = 50, phrases_per_text = 8;
    std::size_t pairs = 0;
    CHECK(scripts().size() > 150);
    for (std::uint32_t seed = 1; pairs < pairs_min; ++seed) {
        Writer writer(seed);
        Config config;
        std::vector<std::string> texts;
        std::vector<std::size_t> rules_end;
        for (std::size_t i = 0; i < texts_per_round; ++i) {
            texts.push_back(writer.text());
            const Tokens tokens = tokenise(texts.back());
            for (std::size_t k = 0; k < phrases_per_text && !tokens.tokens.empty(); ++k) {
                std::string phrase = writer.phrase(texts.back(), tokens.tokens);
                if (phrase.empty()) continue;
                RuleConfig rule;
                rule.name.value = std::to_string(config.rules.size());
                rule.match.text = std::move(phrase);
                rule.match.forms = Forms::none;
                config.rules.push_back(std::move(rule));
            }
            rules_end.push_back(config.rules.size());
        }
        Diagnostics diagnostics;
        const RuleSet rules = RuleSet::compile(config, diagnostics);
        std::size_t rule = 0;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            Statement statement;
            statement.text = texts[i];
            const std::vector<Match> matches = rules.match(statement, nullptr);
            for (; rule < rules_end[i]; ++rule, ++pairs) {
                const std::string& phrase = config.rules[rule].match.text;
                const auto found =
                    std::find_if(matches.begin(), matches.end(), [&](const Match& match) {
                        return match.rule == config.rules[rule].name.value;
                    });
                const bool hit = found != matches.end();
                if (!hit) FAIL("seed " << seed << ": [" << phrase << "] in [" << texts[i] << "]");
                const std::string wanted = normalised_text(phrase);
                const bool same = std::any_of(
                    found->highlights.begin(),
                    found->highlights.end(),
                    [&](const Highlight& one) {
                        return normalised_text(cut(texts[i], one)) == wanted;
                    }
                );
                if (!same)
                    FAIL(
                        "seed " << seed << ": place of [" << phrase << "] in [" << texts[i] << "]"
                    );
            }
        }
    }
    CHECK(pairs >= pairs_min);
}

TEST_CASE("in every script folding twice changes nothing") {
    Writer writer(3);
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = writer.text();
        const std::string once = normalised_text(text), whole = folded_text(text);
        if (normalised_text(once) != once || folded_text(whole) != whole)
            FAIL("text " << i << ": [" << text << "]");
    }
}

TEST_CASE("a text twice as long has twice the tokens and twice the folded bytes") {
    Writer writer(4);
    for (int i = 0; i < 2'000; ++i) {
        const std::string part = writer.text() + "\n\n";
        const Tokens one = tokenise(part), two = tokenise(part + part);
        if (two.tokens.size() != 2 * one.tokens.size() ||
            two.folded.size() != 2 * one.folded.size())
            FAIL("text " << i << ": [" << part << "]");
    }
}
