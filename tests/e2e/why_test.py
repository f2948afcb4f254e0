"""Seeing why: explain, test and backtest."""

import contextlib
import json
import sqlite3
import unittest
import xml.etree.ElementTree as ElementTree

from world import Case, Press, Webhook, rss, wait_for

RULES = """
storage: {path: store.db}
web: {listen_address: '127.0.0.1:0'}
sources:
  - {name: mfa, kind: feed, url: 'https://mfa.example.org/feed', labels: {org: MFA China, tier: official}}
  - {name: agency, kind: feed, url: 'https://agency.example.org/feed', labels: {org: Agency}}
concepts:
  - name: state_visit
    terms: {en: [state visit], zh: [国事访问]}
rules:
  - name: visits
    severity: critical
    from: ['tier=official']
    match:
      all: [concept: state_visit, {near: [Xi Jinping, {any: [Russia, Moscow]}], within: 5 words}]
      none: [film festival, football]
  - name: crisis
    match: Ukraine crisis
receivers:
  - {name: desk, file_configs: [{path: alerts.ndjson}]}
"""

SAID = "Xi Jinping goes to Russia on a state visit"


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class Why(Case):
    def setUp(self):
        super().setUp()
        self.config = self.directory / "spokeswatch.yml"
        self.config.write_text(RULES)

    def statements(self, *objects):
        return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)


class Explain(Why):
    def explain(self, *arguments, stdin=None):
        return self.run_verb("explain", *arguments, config=self.config, stdin=stdin)

    def explain_json(self, *arguments, stdin=None):
        result = self.run_verb("--json", "explain", *arguments, config=self.config, stdin=stdin)
        return result.returncode, lines(result.stdout)

    def test_a_match_is_shown_condition_by_condition_with_its_places(self):
        stdin = self.statements({"source": "mfa", "native_id": "1", "text": SAID})
        result = self.explain("-", stdin=stdin)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"visits +MATCHED")
        self.assertRegex(result.stdout, r"from +tier=official +yes")
        self.assertRegex(result.stdout, r'all +concept state_visit  "state visit"  chars 31-42 +yes')
        self.assertRegex(result.stdout, r"near .*2 words apart, limit 5 +yes")
        self.assertRegex(result.stdout, r"none +film festival, football +absent")
        self.assertIn("route  / -> desk", result.stdout)

    def test_json_has_the_tree_with_offsets_in_code_points(self):
        text = "🇨🇳 国家主席习近平将于3月20日至22日对俄罗斯进行国事访问。"
        code, shown = self.explain_json("-", "--rule", "visits", stdin=self.statements({"text": text}))
        self.assertEqual(code, 1)
        (rule,) = shown[0]["rules"]
        self.assertEqual((rule["rule"], rule["matched"]), ("visits", False))
        self.assertEqual(rule["nearest_miss"]["condition"], "near")
        match = rule["conditions"][-1]
        hit = match["children"][0]["children"][0]["hits"][0]
        self.assertEqual(text[hit["start"] : hit["end"]], "国事访问")
        self.assertEqual(hit["text"], "国事访问")

    def test_a_near_miss_says_which_condition_and_how_near(self):
        text = "Xi Jinping will, after many other words, go on a state visit to Russia"
        result = self.explain("-", stdin=self.statements({"source": "mfa", "text": text}))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"visits +ALMOST")
        self.assertRegex(result.stdout, r"nearest miss: `near`: \d+ words apart, limit 5")

    def test_a_rule_of_one_condition_that_is_not_there_is_one_line(self):
        result = self.explain("-", stdin=self.statements({"source": "mfa", "text": "a state visit to Moscow"}))
        self.assertRegex(result.stdout, r"visits +ALMOST")
        self.assertRegex(result.stdout, r"near Xi Jinping\.\.Russia, Moscow .*no")
        self.assertRegex(result.stdout, r"crisis +no +`Ukraine crisis` was not found")
        result = self.explain("-", "--rule", "crisis", stdin="a state visit to Moscow")
        self.assertRegex(result.stdout, r"crisis +no\n +match +Ukraine crisis +no\n  nearest miss: ")

    def test_another_source_is_a_condition_like_any_other(self):
        stdin = self.statements({"source": "agency", "text": SAID})
        result = self.explain("-", stdin=stdin)
        self.assertEqual(result.returncode, 1)
        self.assertIn("source `agency` is not in `from`", result.stdout)

    def test_a_plain_text_in_a_file_is_one_statement(self):
        file = self.directory / "said.txt"
        file.write_text("There is a Ukraine crisis.\n\nOn Monday.\n")
        result = self.explain(str(file))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"crisis +MATCHED")

    def test_what_cannot_be_explained_has_its_own_exit_code(self):
        self.assertEqual(self.explain("-", "--rule", "visit", stdin="x").returncode, 64)
        self.assertEqual(self.explain("-", stdin="").returncode, 65)
        self.assertEqual(self.explain("https://nowhere.example.org/1").returncode, 66)
        self.config.write_text(RULES.replace("severity", "sevrity"))
        self.assertEqual(self.explain("-", stdin="x").returncode, 78)

    def test_a_stored_statement_is_explained_by_its_id_or_url_with_its_delivery(self):
        press = self.use(Press())
        hook = self.use(Webhook())
        press.pages["/feed"] = rss([("1", "One", "first")])
        config = (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: press, kind: feed, url: '%s/feed', poll_interval: 200ms, allow_private: true}\n"
            "rules:\n  - {name: visits, match: {all: [state visit, Moscow]}}\n"
            "receivers: [{name: desk, webhook_configs: [{url: '%s/hook', secret: '%s'}]}]\n"
            % (press.url, hook.url, Webhook.SECRET)
        )
        daemon = self.daemon(config).start()
        press.publish("/feed", press.pages["/feed"])
        posts = [("1", "One", "first"), ("2", "Two", "a state visit to Moscow"), ("3", "Three", "a state visit")]
        press.publish("/feed", rss(posts))
        wait_for(lambda: hook.by_id, "the webhook is told")
        self.config = daemon.config

        def told():
            result = self.explain("2")
            return result if "desk: delivered" in result.stdout else None

        shown = wait_for(told, "the delivery is recorded")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("opened the alert", shown.stdout)
        code, by_url = self.explain_json("https://press.example.org/2")
        (rule,) = by_url[0]["rules"]
        self.assertEqual((code, rule["outcome"], rule["recorded"]), (0, "opened", True))
        self.assertEqual(rule["routes"][0]["notifications"][0]["state"], "delivered")
        # Recorded when it came; the rule has changed since.
        daemon.stop()
        self.config.write_text(config.replace("state visit, Moscow", "state visit, Berlin"))
        code, missed = self.explain_json("3")
        self.assertEqual(code, 1)
        why = {(r["recorded"], r["nearest_miss"]["why"]) for r in missed[0]["rules"]}
        self.assertIn((True, "`Moscow` was not found"), why)
        self.assertEqual(self.explain("nothing-of-that-name").returncode, 66)


class Test(Why):
    TESTS = """
rule_files: [spokeswatch.yml]
tests:
  - name: one announcement, two voices
    start_time: 2023-03-17T09:00:00Z
    statements:
      - {at: 0m, source: mfa, text: %s}
      - {at: 12m, source: agency, labels: {tier: official}, text: '%s'}
    expect:
      - {at: 0m, alerts: [{rule: visits, severity: critical, evidence: [mfa], receivers: [desk]}]}
      - {at: 12m, alerts: [{rule: visits, evidence: 2}]}
"""

    def run_tests(self, first, second, *arguments, change=lambda text: text):
        rules = RULES[RULES.index("concepts:") :].split("receivers:")[0]
        (self.directory / "rules.yml").write_text(rules)
        text = (self.TESTS % (first, second)).replace("spokeswatch.yml", "rules.yml")
        (self.directory / "visits.test.yml").write_text(change(text))
        return self.run_verb("test", *arguments, config=self.config)

    def test_a_test_that_holds_says_so_and_nothing_else(self):
        result = self.run_tests(SAID, SAID)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "1 test, 0 failed\n", ""))

    def test_the_files_of_tests_beside_the_configuration_are_found(self):
        (self.directory / "second.test.yml").write_text("tests: [{name: x, statements: [{at: 0m, source: mfa, text: x}], expect: [{at: 1m, alerts: []}]}]\n")
        self.assertEqual(self.run_tests(SAID, SAID).stdout, "2 tests, 0 failed\n")

    def test_a_failure_shows_its_line_the_field_and_why(self):
        far = "A state visit: Russia waits, for many words and a few more than that, for Xi Jinping"
        result = self.run_tests(SAID, far)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"FAIL  \S*visits\.test\.yml:11  one announcement, two voices\n")
        self.assertIn("  at 12m: alert visits   evidence: expected 2, got 1\n", result.stdout)
        self.assertRegex(
            result.stdout,
            r"  why: agency at 12m matched everything but `near`: \d+ words apart, limit 5\n",
        )

    def test_each_field_that_differs_is_a_line(self):
        def change(text):
            return text.replace("critical", "info").replace("[desk]", "[phone]").replace("[mfa]", "[agency]")

        result = self.run_tests(SAID, SAID, change=change)
        self.assertEqual(result.returncode, 1)
        for line in (
            "severity: expected info, got critical",
            "evidence: expected agency, got mfa",
            "receivers: expected phone, got desk",
        ):
            self.assertIn("  at 0s: alert visits   " + line + "\n", result.stdout)

    def test_an_alert_that_is_not_expected_says_what_matched(self):
        result = self.run_tests(SAID, SAID, change=lambda text: text.split("expect:")[0] + "expect: [{at: 0m, alerts: []}]\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("alert visits   not expected, there is one: " + SAID, result.stdout)
        self.assertIn("  why: mfa at 0s matched: `Xi Jinping`, `Russia`, `state visit`", result.stdout)

    def test_junit_has_a_case_for_each_test_and_what_failed(self):
        report = self.directory / "junit.xml"
        result = self.run_tests(SAID, "<nothing> & \"no one\"", "--junit", str(report))
        self.assertEqual(result.returncode, 1)
        suite = ElementTree.parse(report).getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("1", "1"))
        case = suite.find("testcase")
        self.assertEqual((case.get("name"), case.get("line")), ("one announcement, two voices", "4"))
        self.assertIn("evidence: expected 2, got 1", case.find("failure").get("message"))
        self.assertIn("why: ", case.find("failure").text)
        self.run_tests(SAID, SAID, "--junit", str(report))
        self.assertIsNone(ElementTree.parse(report).getroot().find("testsuite/testcase/failure"))
        result = self.run_tests(SAID, SAID, "--junit", str(self.directory / "none" / "junit.xml"))
        self.assertEqual(result.returncode, 74)

    def test_a_file_with_a_fault_is_a_fault_of_the_configuration(self):
        result = self.run_tests(SAID, SAID, change=lambda text: text.replace("rule: visits", "rule: visit"))
        self.assertEqual(result.returncode, 78)
        self.assertIn("did you mean `visits`?", result.stderr)

    def test_a_file_of_tests_stands_on_its_own_rules_without_a_configuration(self):
        self.run_tests(SAID, SAID)
        result = self.run_verb(
            "test",
            str(self.directory / "visits.test.yml"),
            config=None,
        )
        # No configuration says that `mfa` is official.
        self.assertIn("matched everything but `from`: source `mfa` is not in `from`", result.stdout)


class Backtest(Why):
    def setUp(self):
        super().setUp()
        said = [
            (17, "1", "mfa", SAID),
            (17, "2", "mfa", "a state visit to Berlin"),
            (18, "3", "agency", "The Ukraine crisis goes on"),
            (19, "1", "mfa", SAID + ", the ministry says"),
            (19, "4", "mfa", "Russia waits for Xi Jinping, who is on a state visit"),
            (20, "5", "agency", "Talks on the Ukraine crisis, and football"),
        ]
        self.file = self.directory / "statements.ndjson"
        self.file.write_text(
            self.statements(
                *(
                    {"source": who, "native_id": number, "published_at": "2023-03-%dT09:00:00Z" % day, "text": text}
                    for day, number, who, text in said
                )
            )
        )
        self.other = self.directory / "other.yml"
        rules = RULES[RULES.index("concepts:") :].split("receivers:")[0]
        self.other.write_text(rules.replace("Ukraine crisis", "{all: [Ukraine crisis], none: [football]}"))

    def backtest(self, *arguments, config="own"):
        return self.run_verb("backtest", *arguments, config=self.config if config == "own" else config)

    def backtest_json(self, *arguments):
        result = self.run_verb("--json", "backtest", *arguments, config=self.config)
        return result, json.loads(result.stdout)

    def test_the_report_counts_rules_days_and_messages(self):
        result = self.backtest(str(self.file))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("6 statements, 2023-03-17T09:00:00Z to 2023-03-20T09:00:00Z, 2 rules\n", result.stdout)
        self.assertRegex(result.stdout, r"visits +3 +2 +0 +1 +\S{4}\n")
        self.assertRegex(result.stdout, r"crisis +2 +2 +0 +0 +·\S·\S\n")
        self.assertRegex(result.stdout, r"2023-03-18 +1  #+\n")
        self.assertRegex(result.stdout, r"would have been sent\n  desk +4 messages about 4 new or changed alerts\n")
        self.assertRegex(result.stdout, r"held\n +1  evidence whose edit changed none of its words: kept\n")

    def test_the_talk_goes_to_stderr_and_is_one_line_where_nothing_took_long(self):
        self.assertRegex(self.backtest(str(self.file)).stderr, r"^6 statements in \d+ ms \(\d+/s\)\n$")

    def test_json_has_the_same_with_every_alert(self):
        result, shown = self.backtest_json(str(self.file))
        self.assertEqual((result.returncode, shown["statements"]), (0, 6))
        (crisis, visits) = shown["rules"]
        self.assertEqual((visits["rule"], visits["matches"], visits["alerts"], visits["held"]), ("visits", 3, 2, {"unchanged": 1}))
        self.assertEqual([d["day"] for d in crisis["days"]], ["2023-03-18", "2023-03-20"])
        told = [(a["rule"], a["native_id"], a["severity"]) for a in shown["alerts"]]
        self.assertEqual(told, [("visits", "1", "critical"), ("crisis", "3", "warning"), ("visits", "4", "critical"), ("crisis", "5", "warning")])
        self.assertEqual(shown["receivers"], [{"receiver": "desk", "notifications": 4, "changes": 4}])
        self.assertNotIn("diff", shown)

    def test_since_and_until_take_days_and_what_was_known_before_stays_known(self):
        _, shown = self.backtest_json("--since", "2023-03-18T00:00:00Z", "--until", "2023-03-20T00:00:00Z", str(self.file))
        self.assertEqual(shown["statements"], 3)
        self.assertEqual([a["native_id"] for a in shown["alerts"]], ["3", "4"])
        self.assertEqual(self.backtest("--since", "yesterday", str(self.file)).returncode, 64)

    def test_other_rules_are_tried_and_compared(self):
        result, shown = self.backtest_json("--rules", str(self.other), str(self.file))
        self.assertEqual([a["native_id"] for a in shown["alerts"]], ["1", "3", "4"])
        self.assertEqual(result.returncode, 0)
        result = self.backtest("--diff", str(self.other), str(self.file))
        self.assertEqual(result.returncode, 1)
        self.assertIn("\n- 2023-03-20T09:00:00Z  warning  crisis  agency 5  Talks on the Ukraine crisis, and football\n", result.stdout)
        self.assertIn("0 alerts gained, 1 lost, 0 of another severity\n", result.stdout)
        result, shown = self.backtest_json("--rules", str(self.other), "--diff", str(self.config), str(self.file))
        self.assertEqual((result.returncode, [a["native_id"] for a in shown["diff"]["gained"]], shown["diff"]["lost"]), (1, ["5"], []))
        self.other.write_text(RULES[RULES.index("concepts:") :].split("receivers:")[0])
        result = self.backtest("--diff", str(self.other), str(self.file))
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("0 alerts gained, 0 lost", result.stdout)

    def test_rules_over_files_need_no_configuration(self):
        result = self.backtest("--rules", str(self.other), str(self.file), config=None)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"crisis +1 +1 ")

    def test_bad_lines_are_named_and_left_out(self):
        with self.file.open("a") as file:
            file.write('not JSON\n{"source": "mfa"}\n')
        result = self.backtest(str(self.file))
        self.assertEqual(result.returncode, 0)
        self.assertIn("line 7: ", result.stderr)
        self.assertIn("line 8: a statement needs `text` or `html`", result.stderr)
        self.assertIn("6 statements", result.stdout)

    def test_what_cannot_be_tried_has_its_own_exit_code(self):
        self.assertEqual(self.backtest(str(self.directory / "none.ndjson")).returncode, 66)
        self.assertEqual(self.backtest().returncode, 66)  # no store yet
        self.assertEqual(self.backtest("--rules", str(self.directory / "none.yml"), str(self.file)).returncode, 78)

    def test_run_replay_and_backtest_agree(self):
        press = self.use(Press())
        config = (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: press, kind: feed, url: '%s/feed', poll_interval: 200ms, allow_private: true}\n"
            "  - {name: other, kind: feed, url: '%s/other', poll_interval: 200ms, allow_private: true}\n"
            "rules:\n  - {name: visits, match: {all: [state visit], none: [festival]}}\n"
            "  - {name: crisis, severity: critical, match: Ukraine crisis}\n"
            "receivers: [{name: desk, file_configs: [{path: alerts.ndjson}]}]\n"
            % (press.url, press.url)
        )
        long_words = "a state visit of three days to the capital of the neighbour"
        posts = [("1", "One", "an old state visit")]
        press.pages["/feed"] = press.pages["/other"] = rss(posts)
        daemon = self.daemon(config).start()
        press.publish("/feed", rss(posts))
        press.publish("/other", rss(posts))
        posts += [("2", "Two", long_words), ("3", "Three", "the Ukraine crisis"), ("4", "Four", "a state visit and a festival")]
        press.publish("/feed", rss(posts))
        press.publish("/other", rss([("9", "Two", long_words), ("8", "Eight", "Ukraine crisis talks on a state visit")]))
        posts[3] = ("4", "Four", "a state visit and no more")
        posts[2] = ("3", "Three", "a state visit")
        press.publish("/feed", rss(posts))
        daemon.stop()
        listed = self.run_verb("--json", "alerts", "list", config=daemon.config)
        expected = sorted(
            (alert["rule"], tuple(sorted(e["native_id"] for e in alert["evidence"]))) for alert in lines(listed.stdout)
        )
        self.assertEqual(len(expected), 6, listed.stdout)
        result = self.run_verb("--json", "backtest", config=daemon.config)
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = json.loads(result.stdout)
        self.assertEqual(sorted((a["rule"], a["evidence"]) for a in shown["alerts"]), sorted((r, len(e)) for r, e in expected))
        self.assertEqual(shown["rules"][1]["held"], {"first_poll": 2})
        # What was said, without the first poll.
        with contextlib.closing(sqlite3.connect(self.directory / "store.db")) as store:
            bodies = [body for (body,) in store.execute("SELECT body FROM revision ORDER BY id")]
        self.file.write_text("".join(b + "\n" for b in bodies if json.loads(b)["native_id"] != "1"))
        replayed = self.run_verb("--json", "replay", "--dry-run", str(self.file), config=daemon.config)
        self.assertEqual(replayed.stderr, "")
        told = {(n["alert"], n["rule"]): set() for n in lines(replayed.stdout)}
        for n in lines(replayed.stdout):
            told[n["alert"], n["rule"]] |= {e["native_id"] for e in n["evidence"]}
        self.assertEqual(sorted((rule, tuple(sorted(ids))) for (_, rule), ids in told.items()), expected)


if __name__ == "__main__":
    unittest.main()
