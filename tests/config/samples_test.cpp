#include <cstdlib>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/config/loaded.hpp"

// The messages that people see, whole: layout, place, caret, suggestion.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// A file whose line `number` is `line`, with nothing but comments before it.
std::string at_line(std::size_t number, const std::string& before, const std::string& line) {
    std::string out = before;
    std::size_t lines = 1;
    for (const char c : before) lines += c == '\n' ? 1 : 0;
    REQUIRE(lines <= number);
    for (; lines < number; ++lines) out += "#\n";
    return out + line;
}

const std::string main_file = "include: [conf.d/*.yml]\nrule_files: [rules/*.yml]\n";

Loaded with_rules(const std::string& rules) {
    return Loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml", main_file}, {"conf.d/a.yml", ""}, {"rules/russia-china.yml", rules}});
}

}  // namespace

TEST_CASE("a misspelt key is told with the nearest valid one") {
    const Loaded loaded = with_rules(at_line(
        36,
        "rules:\n  - name: xi_visits_russia\n    match: state visit\n"
        "    examples: {match: state visit}\n",
        "    cooldwon: 6h\n"
    ));
    CHECK(
        loaded.shown() ==
        "error[SW101]: unknown key `cooldwon` in rule `xi_visits_russia`\n"
        "  --> rules/russia-china.yml:36:5\n"
        "   |\n"
        "36 |     cooldwon: 6h\n"
        "   |     ^^^^^^^^ did you mean `cooldown`?\n"
    );
}

TEST_CASE("a duration in words is told as it should be written") {
    const Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml", main_file},
        {"rules/a.yml", ""},
        {"conf.d/sources.yml",
         at_line(
             12,
             "sources:\n  - name: kremlin\n    kind: feed\n    url: https://example.org/feed\n",
             "    poll_interval: 5 minutes\n"
         )}});
    CHECK(
        loaded.shown() ==
        "error[SW111]: `5 minutes` is not a duration\n"
        "  --> conf.d/sources.yml:12:20\n"
        "   |\n"
        "12 |     poll_interval: 5 minutes\n"
        "   |                    ^^^^^^^^^ write `5m`\n"
        "   = help: a number and a unit, joined: 30s, 5m, 6h, 2d, 1w; combine as 1h30m\n"
    );
}

TEST_CASE("a name that nothing has is told with the nearest and with all of them") {
    const Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml",
         at_line(
             37,
             "include: [conf.d/*.yml]\n"
             "receivers: [{name: desk_slack}, {name: asia_desk}, {name: on_call}]\n",
             "route:\n  routes:\n    - receiver: asia_dsek\n  receiver: on_call\n"
         )},
        {"conf.d/receivers.yml", "receivers: [{name: risk_webhook}]\n"}});
    CHECK(
        loaded.shown() ==
        "error[SW121]: no receiver is named `asia_dsek`\n"
        "  --> spokeswatch.yml:39:17\n"
        "   |\n"
        "39 |     - receiver: asia_dsek\n"
        "   |                 ^^^^^^^^^ did you mean `asia_desk`?\n"
        "   = note: receivers: desk_slack, asia_desk, on_call, risk_webhook "
        "(conf.d/receivers.yml)\n"
    );
}

TEST_CASE("two rules of one name are shown with both places") {
    const std::string rest = "    match: state visit\n    examples: {match: state visit}\n";
    const Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml", "rule_files: [rules/*.yml]\n"},
        {"rules/russia-china.yml", at_line(19, "rules:\n", "  - name: xi_visits_russia\n" + rest)},
        {"rules/summits.yml", at_line(4, "rules:\n", "  - name: xi_visits_russia\n" + rest)}});
    CHECK(
        loaded.shown() ==
        "error[SW122]: two rules are named `xi_visits_russia`\n"
        "  --> rules/summits.yml:4:11\n"
        "   |\n"
        " 4 |   - name: xi_visits_russia\n"
        "   |           ^^^^^^^^^^^^^^^^ second rule of this name\n"
        "  ::: rules/russia-china.yml:19:11\n"
        "   |\n"
        "19 |   - name: xi_visits_russia\n"
        "   |           ---------------- first one is here\n"
        "   = help: rename one; to change only severity or receiver, use a route instead of a "
        "copy\n"
    );
}

TEST_CASE("the caret stands under the right cell of a Chinese line") {
    // The rule compiler finds this one; place and layout are ours.
    const Loaded loaded = with_rules(at_line(
        50,
        "rules:\n  - name: visits\n    examples: {match: 国事访问}\n    match:\n",
        "      any:\n        - regex: '国事(访问|visit'\n"
    ));
    REQUIRE(loaded.config.rules.size() == 1);
    Span span = loaded.config.rules[0].match.children.at(0).span;
    span.column += 2;
    span.length = 1;
    Diagnostics diagnostics;
    Diagnostic& fault =
        diagnostics.error("SW131", span, "regular expression is not closed: missing `)`");
    fault.label = "opened here";
    fault.notes.emplace_back("RE2 syntax; no look-ahead, no back-references");
    fault.helps.emplace_back("to find the characters `(访问` themselves, write `\\(访问`");
    const std::string shown = render(diagnostics, DiagnosticFormat::human);
    CHECK_THAT(shown, Catch::Contains("rules/russia-china.yml:51:21\n"));
    CHECK_THAT(
        shown,
        Catch::EndsWith("   |\n"
                        "51 |         - regex: '国事(访问|visit'\n"
                        "   |                       ^ opened here\n"
                        "   = note: RE2 syntax; no look-ahead, no back-references\n"
                        "   = help: to find the characters `(访问` themselves, write `\\(访问`\n")
    );
}

TEST_CASE("a secret file that may not be read is told with its owner and two ways out") {
    Loaded loaded("");
    loaded.write(
        "spokeswatch.yml",
        at_line(
            11,
            "sources:\n  - name: mfa\n    kind: api\n    account: mfa\n",
            "    bearer_token_file: x_bearer_token\n"
        )
    );
    loaded.write("x_bearer_token", "canary\n");
    const std::string secret = (loaded.folder.path() / "x_bearer_token").string();
    chmod(secret.c_str(), 0600);
    const uid_t user = geteuid();
    if (user != 0) {
        chmod(secret.c_str(), 0);
    } else {
        chmod(loaded.folder.path().c_str(), 0755);
        chmod((loaded.folder.path() / "spokeswatch.yml").c_str(), 0644);
        REQUIRE(seteuid(65534) == 0);
    }
    loaded.load();
    if (user == 0) REQUIRE(seteuid(0) == 0);
    const std::string shown = loaded.shown();
    CHECK_THAT(
        shown,
        Catch::StartsWith("error[SW141]: cannot read secret file: permission denied\n"
                          "  --> spokeswatch.yml:11:24\n"
                          "   |\n"
                          "11 |     bearer_token_file: x_bearer_token\n"
                          "   |                        ^^^^^^^^^^^^^^ x_bearer_token\n"
                          "   = note: the file is 0")
    );
    CHECK_THAT(shown, Catch::Contains("the service runs as user `spokeswatch`\n"));
    CHECK_THAT(
        shown,
        Catch::EndsWith("   = help: chgrp spokeswatch x_bearer_token && chmod 0640 x_bearer_token\n"
                        "   = help: or hand it over with systemd: "
                        "LoadCredential=x_bearer_token:x_bearer_token\n")
    );
    CHECK_THAT(shown, !Catch::Contains("canary"));
}

TEST_CASE("a tab as indentation is shown as an arrow, and replaced in words") {
    const Loaded loaded(
        at_line(29, "receivers: [{name: desk_slack}]\n", "route:\n\treceiver: desk_slack\n")
    );
    CHECK(
        loaded.shown() ==
        "error[SW102]: a tab is used for indentation; YAML allows only spaces\n"
        "  --> spokeswatch.yml:30:1\n"
        "   |\n"
        "30 | →───receiver: desk_slack\n"
        "   | ^^^^ replace this tab with 2 spaces\n"
        "   = help: `spokeswatch fmt --write spokeswatch.yml` does it for the whole file\n"
    );
}

TEST_CASE("a number in words is told in digits") {
    const Loaded loaded = with_rules(at_line(
        31,
        "rules:\n  - name: visits\n    match:\n",
        "      any: [a visit, a call]\n      at_least: two\n"
    ));
    CHECK_THAT(
        loaded.shown(),
        Catch::StartsWith("error[SW112]: `at_least` needs a whole number, this is text\n"
                          "  --> rules/russia-china.yml:32:17\n"
                          "   |\n"
                          "32 |       at_least: two\n"
                          "   |                 ^^^ write `2`\n")
    );
}

TEST_CASE("a rule that forbids what it needs is a warning with both places") {
    const Loaded loaded = with_rules(at_line(
        60,
        "",
        "rules:\n  - {name: sg_media_on_state_visits, examples: {no_match: x}, match: {\n"
        "       any: [state visit],\n"
        "       none: [state visit, film festival]}}\n"
    ));
    CHECK(
        loaded.shown() ==
        "warning[SW201]: rule `sg_media_on_state_visits` can never match\n"
        "  --> rules/russia-china.yml:63:15\n"
        "   |\n"
        "63 |        none: [state visit, film festival]}}\n"
        "   |               ^^^^^^^^^^^ `none` forbids it\n"
        "  ::: rules/russia-china.yml:62:14\n"
        "   |\n"
        "62 |        any: [state visit],\n"
        "   |              ----------- `any` needs this text\n"
        "   = help: a warning by default, an error with --strict\n"
    );
}

TEST_CASE("an empty list of terms is told with what would match everything") {
    const Loaded loaded =
        with_rules(at_line(61, "rules:\n  - name: x1\n    match:\n", "#\n      any: []\n"));
    CHECK_THAT(
        loaded.shown(),
        Catch::StartsWith(
            "error[SW113]: `any: []` is empty, so the rule could never match\n"
            "  --> rules/russia-china.yml:62:12\n"
            "   |\n"
            "62 |       any: []\n"
            "   |            ^^ put at least one term here\n"
            "   = help: to match every statement of these sources, write `match: everything`\n"
        )
    );
}

TEST_CASE("a bare @ is told with both ways to write it") {
    const Loaded loaded = with_rules(
        at_line(50, "rules:\n  - name: mfa\n    match: visit\n", "    from: [@SpokespersonCHN]\n")
    );
    CHECK(
        loaded.shown() ==
        "error[SW103]: YAML does not allow a bare `@` here\n"
        "  --> rules/russia-china.yml:50:12\n"
        "   |\n"
        "50 |     from: [@SpokespersonCHN]\n"
        "   |            ^^^^^^^^^^^^^^^^ write `SpokespersonCHN` or `\"@SpokespersonCHN\"`\n"
    );
}

TEST_CASE("a full-width colon has a caret of two cells") {
    const Loaded loaded = with_rules(
        "concepts:\n  - name: state_visit\n    # Ideas\n    terms:\n      en: [state visit]\n"
        "      zh：[国事访问, 正式访问]\n      ru: [визит]\n"
    );
    CHECK(
        loaded.shown() ==
        "error[SW104]: full-width colon `：` (U+FF1A) where YAML needs `:` and a space\n"
        " --> rules/russia-china.yml:6:9\n"
        "  |\n"
        "6 |       zh：[国事访问, 正式访问]\n"
        "  |         ^^ replace with `: `\n"
    );
}

TEST_CASE("a letter of another script is named with the letter that was meant") {
    const Loaded loaded = with_rules(at_line(
        10,
        "rules:\n  - {name: x, match: {concept: xi}, examples: {no_match: y}}\n"
        "concepts:\n  - name: xi\n    terms:\n",
        "      en: [Хi Jinping, President Xi]\n"
    ));
    CHECK(
        loaded.shown() ==
        "warning[SW210]: term mixes Cyrillic and Latin letters, so it will not match normal text\n"
        "  --> rules/russia-china.yml:10:12\n"
        "   |\n"
        "10 |       en: [Хi Jinping, President Xi]\n"
        "   |            ^ CYRILLIC CAPITAL LETTER HA (U+0425); did you mean Latin `X`?\n"
    );
}

TEST_CASE("all ten mistakes of several files are told in one run") {
    const Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml",
         "include: [conf.d/*.yml]\nrule_files: [rules/*.yml]\n"
         "receivers: [{name: desk}]\nroute: {receiver: dsek}\n"},
        {"conf.d/a.yml",
         "sources:\n  - {name: a, kind: feed, url: 'https://example.org/', poll_interval: 5 "
         "minutes}\n"
         "  - {name: b, kind: api, account: b, bearer_token_file: none}\n"},
        {"rules/a.yml",
         "rules:\n  - {name: one, match: visit, cooldwon: 6h}\n"
         "  - {name: one, match: {any: [a visit, a call], at_least: two}}\n"
         "  - {name: two, match: {any: []}}\n"
         "  - {name: three, match: {any: [visit], none: [visit]}}\n"}});
    for (const char* code :
         {"SW101", "SW111", "SW112", "SW113", "SW121", "SW122", "SW141", "SW201"})
        CHECK(loaded.lines(code) != "");
}
