"""Mistakes that people make in a configuration: each is told where it stands and what to write."""

import os
import re
import subprocess
import unittest

from world import BINARY, ROOT

# File in tests/config/mistakes, every fault as line:column and code, a part of what helps.
MISTAKES = [
    ("severity_typo", "4:15 SW115", "did you mean `critical`?"),
    ("severity_capitals", "4:15 SW115", "did you mean `critical`?"),
    ("severity_other", "4:15 SW115", "one of: info, warning, critical"),
    ("kind_typo", "3:11 SW121", "did you mean `feed`?"),
    ("kind_other", "3:11 SW121", "did you mean `feed`?"),
    ("ignore_word", "5:14 SW115", "allowed: posts"),
    ("statements_word", "4:24 SW115", "allowed: post"),
    ("unit_min", "5:20 SW111", "write `5m`"),
    ("unit_missing", "5:20 SW111", "write `5m`"),
    ("unit_capital", "5:20 SW111", "write `5m`"),
    ("unit_decimal", "5:14 SW111", "write `1h30m`"),
    ("unit_order", "5:14 SW111", "write `1h30m`"),
    ("duration_negative", "5:15 SW111", "a number and a unit"),
    ("duration_word", "5:14 SW111", "a number and a unit"),
    ("duration_chinese", "5:20 SW111", "write `5m`"),
    ("duration_list", "5:20 SW110", "such as `5m`"),
    ("nesting_left", "4:3 SW100", "indented alike"),
    ("nesting_deep", "3:7 SW100", "indented alike"),
    ("nesting_one_space", "3:4 SW100", "indented alike"),
    ("nesting_rule_in_source", "5:5 SW101", "belongs in a rule"),
    ("key_of_route", "4:5 SW101", "`group_wait` belongs under `route`"),
    ("key_of_route_in_rule", "4:5 SW101", "`receiver` belongs under `route`"),
    ("key_of_global", "4:50 SW101", "did you mean `smarthost`?"),
    ("key_of_alertmanager", "6:3 SW101", "does not keep firing"),
    ("key_match_in_route", "7:7 SW101", "did you mean `matchers`?"),
    ("key_not", "5:7 SW101", "did you mean `none`?"),
    ("key_regexp", "4:7 SW101", "did you mean `regex`?"),
    ("key_nothing_near", "4:5 SW101", "keys here: name, match"),
    ("key_name_misspelt", "2:5 SW101", "did you mean `name`?"),
    ("key_twice", "4:5 SW105", "second one"),
    ("key_full_width_colon", "4:13 SW104", "replace with `: `"),
    ("rules_by_name", "2:3 SW110", "- "),
    ("concepts_by_name", "2:3 SW110", "item of its own"),
    ("route_list", "5:3 SW110", "key: value"),
    ("match_list", "4:7 SW117", "`match: {any: [...]}`"),
    ("labels_list", "5:13 SW110", "{org: Kremlin"),
    ("labels_text", "5:13 SW110", "{org: Kremlin"),
    ("label_number", "5:14 SW120", "no digit first"),
    ("label_dash", "5:14 SW120", "letters, digits and `_`"),
    ("from_mapping", "4:11 SW110", "['tier=official']"),
    ("from_pair", "4:12 SW110", "`tier=official`"),
    ("from_colon", "4:13 SW123", "label=value"),
    ("matchers_mapping", "7:18 SW110", "['severity=critical']"),
    ("matchers_equals", "7:20 SW123", "label=value"),
    ("matchers_first", "6:3 SW115", "item of `routes`"),
    ("configs_mapping", "3:19 SW110", "- "),
    ("config_typo", "3:5 SW101", "did you mean `file_configs`?"),
    ("configs_later", "3:5 SW116", "not available"),
    ("mail_without_relay", "3:21 SW114", "smtp_smarthost"),
    ("mail_address", "3:26 SW118", "desk@example.org"),
    ("mail_port", "3:74 SW118", "mail.example.org:587"),
    ("receiver_typo", "4:19 SW121", "did you mean `desk`?"),
    ("receivers_without_route", "4:11 SW114", "route: {receiver: desk}"),
    ("receiver_nameless", "2:5 SW114", "add `name: ...`"),
    ("route_loop", "6:12 SW107", "inside the value that it names"),
    ("examples_list", "4:15 SW110", "{match: [...], no_match: [...]}"),
    ("examples_key", "4:16 SW101", "did you mean `match`?"),
    ("example_fails", "4:24 SW151", "state visit"),
    ("everything_false", "4:19 SW117", "leave the key out"),
    ("flag_word", "7:34 SW110", "`true` or `false`"),
    ("name_spaces", "2:11 SW120", "`state_visits`"),
    ("name_chinese", "2:11 SW120", "A-Z a-z"),
    ("name_empty", "2:5 SW110", "nothing stands here"),
    ("concept_typo", "5:22 SW121", "did you mean `state_visit`?"),
    ("concept_language", "5:22 SW121", "en"),
    ("concept_tag", "3:13 SW115", "`zh`"),
    ("source_typo", "7:12 SW121", "did you mean `mfa`?"),
    ("source_twice", "5:11 SW122", "first one is here"),
    ("number_zero", "5:17 SW112", "write `2`"),
    ("number_nought", "5:17 SW115", "the smallest is 1"),
    ("number_too_many", "5:17 SW115", "2 different members"),
    ("at_least_alone", "5:7 SW117", "no `any` in this mapping"),
    ("within_unit", "5:15 SW117", "write `25 words`"),
    ("within_range", "5:15 SW115", "from 0 to 50"),
    ("near_three", "4:13 SW117", "`near: [a, b]`"),
    ("near_alone", "4:7 SW114", "within: 25 words"),
    ("near_none", "4:18 SW117", "something else"),
    ("bare_star", "4:13 SW100", "put it in quotes"),
    ("bare_star_item", "5:11 SW100", "put it in quotes"),
    ("bare_percent", "4:13 SW103", "'%5 growth'"),
    ("bare_question", "4:13 SW103", "'why now?'"),
    ("bare_colon", "3:20 SW100", "needs quotes"),
    ("bare_colon_in_list", "4:13 SW101", "needs quotes"),
    ("bare_bang", "4:13 SW108", "put it in quotes"),
    ("backslash", "4:15 SW100", "single quotes"),
    ("apostrophe", "4:16 SW100", "write it twice"),
    ("space_after_colon", "4:5 SW100", "write `severity: critical`"),
    ("space_after_colon_flow", "2:6 SW101", "a space is missing: write `name: ...`"),
    ("space_after_dash", "2:3 SW110", "a space is missing"),
    ("list_open", "4:12 SW100", "needs a `]`"),
    ("list_open_before_key", "4:12 SW100", "needs a `]`"),
    ("list_wrong_bracket", "3:38 SW100", "is open since here"),
    ("bracket_too_many", "2:39 SW100", "closes nothing"),
    ("quote_open", "3:12 SW100", 'needs a second "'),
    ("quote_open_until_next", "3:12 SW100", "missing at the end"),
    ("comma_missing", "2:19 SW100", "a comma is missing"),
    ("comma_full_width", "4:24 SW104", "replace with `, `"),
    ("byte_order_mark", "1:10 SW101", "did you mean `poll_interval`?"),
    ("line_ends", "4:5 SW101", "did you mean `severity`?"),
    ("no_break_space", "2:1 SW104", "replace with a space"),
    ("tab", "2:1 SW102", "2 spaces"),
    ("tab_behind_dash", "3:1 SW102", "2 spaces"),
    ("second_document", "2:1 SW108", "make two files"),
    ("merge_key", "3:6 SW108", "write the keys out"),
    ("key_on", "4:5 SW108", "called `statements`"),
    ("control_character", "1:21 SW106", "cannot stand here"),
    ("comment_swallows", "3:31 SW103", '"#desk"'),
    ("value_empty", "3:5 SW113", "`everything`"),
    ("term_empty", "4:20 SW113", "empty"),
    ("term_null", "6:9 SW110", "nothing stands here"),
    ("prefix_short", "4:14 SW132", "3 letters"),
    ("prefix_inside", "4:14 SW132", "`exact:`"),
    ("url_without_scheme", "4:10 SW118", "write `https://mfa.example.org/feed`"),
    ("url_scheme_typo", "4:10 SW118", "begins with `https://`"),
    ("url_one_slash", "4:10 SW118", "begins with `https://`"),
    ("url_port", "4:10 SW118", "from 1 to 65535"),
    ("url_space", "4:10 SW118", "%20"),
    ("listen_port", "1:24 SW118", "0 to 65535"),
    ("listen_alone", "1:23 SW118", "`127.0.0.1:8317`"),
    ("listen_url", "1:24 SW118", "`127.0.0.1:8317`"),
    ("zone_city", "1:20 SW118", "did you mean `Europe/Berlin`?"),
    ("zone_offset", "1:20 SW118", "tzdata"),
    ("zone_beijing", "1:20 SW118", "did you mean `Asia/Shanghai`?"),
    ("zone_case", "1:20 SW118", "did you mean `Europe/Berlin`?"),
    ("time", "3:73 SW115", "2027-01-31T00:00:00Z"),
    ("include_missing", "1:11 SW109", "no such file"),
    ("include_folder", "1:11 SW109", "mistakes/*.yml"),
    ("include_pattern", "1:11 SW213", "no file fits"),
    ("include_mapping", "1:10 SW110", "`[a, b]`"),
    ("rule_files_tests", "1:14 SW118", "file of tests"),
    ("secret_environment", "1:23 SW141", "is not set"),
    ("secret_file", "1:24 SW141", "no such file"),
    ("secret_twice", "1:22 SW119", "remove one"),
    ("secret_dollar", "1:24 SW141", "TOKEN"),
    ("regex_parenthesis", "4:15 SW131", "`)`"),
    ("regex_bracket", "4:20 SW131", "`]`"),
    ("regex_unopened", "4:20 SW131", "`)`"),
    ("regex_escape", "4:20 SW131", "\\y"),
    ("regex_repetition", "4:15 SW131", "`*`"),
    ("regex_count", "4:16 SW131", "1000"),
    ("regex_look_ahead", "4:20 SW131", "no look-ahead"),
    ("regex_back_reference", "4:18 SW131", "back-reference"),
    ("regex_range", "4:16 SW131", "z-a"),
    ("regex_slashes", "4:14 SW117", "regex: 'visits?'"),
    ("regex_matcher", "8:13 SW131", "`)`"),
    ("three_at_once", "4:15 SW115, 5:13 SW110, 6:5 SW101", "did you mean `statements`?"),
]
FOLDER = ROOT / "tests/config/mistakes"
FAULT = re.compile(r"^(.+?):(\d+):(\d+): (error|warning)\[(SW\d+)\]: ", re.M)


def check(name):
    # No credential of the machine that runs the tests is one of these mistakes.
    environment = dict(os.environ, HOME="/root", URL="https://hook.example.org/")
    environment.pop("CREDENTIALS_DIRECTORY", None)
    return subprocess.run(
        [BINARY, "check", "--format", "short", f"{name}.yml"],
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


class Mistakes(unittest.TestCase):
    def test_each_is_told_at_its_place_with_a_way_out(self):
        for name, expected, hint in MISTAKES:
            with self.subTest(name):
                result = check(name)
                faults = [
                    f"{line}:{column} {code}"
                    for _, line, column, level, code in FAULT.findall(result.stdout)
                    if level == "error" or code in expected
                ]
                self.assertEqual(", ".join(faults), expected, result.stdout)
                self.assertIn(hint, result.stdout)
                self.assertEqual(result.returncode, 0 if "SW2" in expected else 78)

    def test_every_file_is_in_the_table(self):
        self.assertEqual(
            sorted(p.stem for p in FOLDER.glob("*.yml")), sorted(name for name, _, _ in MISTAKES)
        )


if __name__ == "__main__":
    unittest.main()
