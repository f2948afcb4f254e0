"""Rules that watch over time, through the whole program."""

import json
import re
import sqlite3
import time
import unittest

from world import ROOT, Case, Press, Webhook, rss, wait_for

CONFIG = """
storage: {path: store.db}
sources:
  - {name: mfa, kind: feed, url: 'https://mfa.example.org/feed', labels: {org: MFA}}
  - {name: agency, kind: feed, url: 'https://agency.example.org/feed', labels: {org: Agency}}
  - {name: daily, kind: feed, url: 'https://daily.example.org/feed', labels: {org: Daily}}
concepts:
  - {name: war, terms: [war]}
  - {name: operation, terms: [special operation]}
rules:
  - {name: %s}
  - {name: visits, match: state visit, examples: {match: a state visit}}
receivers:
  - {name: desk, file_configs: [{path: alerts.ndjson}]}
"""

SLOGAN = "together we build a community with a shared future for mankind"


def said(number, source, text, when, **more):
    return {"native_id": str(number), "source": source, "text": text, "published_at": when, **more}


class Watches(Case):
    def replay(self, rule, statements):
        config = self.directory / "spokeswatch.yml"
        config.write_text(CONFIG % rule)
        lines = "".join(json.dumps(s) + "\n" for s in statements)
        result = self.run_verb("--json", "replay", "--dry-run", "-", config=config, stdin=lines)
        self.assertEqual(result.returncode, 0, result.stderr)
        told = [json.loads(line) for line in result.stdout.splitlines()]
        name = rule.split(",")[0]
        return [[e["native_id"] for e in t["evidence"]] for t in told if t["rule"] == name]

    def test_first_use_shows_the_last_use_before(self):
        statements = [
            said(1, "mfa", "this is a war", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "good morning", "2022-06-01T00:00:00Z"),
            said(3, "mfa", "this is a war", "2023-02-01T00:00:00Z"),
            said(4, "mfa", "a war again", "2023-02-02T00:00:00Z"),
        ]
        self.assertEqual(self.replay("w, first_use: {of: war, in: 365d}", statements), [["1", "3"]])

    def test_shift_shows_the_old_wording_beside_the_new(self):
        statements = [
            said(1, "mfa", "the special operation", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "the special operation", "2022-06-01T00:00:00Z"),
            said(3, "mfa", "this is a war", "2022-08-01T00:00:00Z"),
        ]
        rule = "w, shift: {from: operation, to: war, baseline: 180d}"
        self.assertEqual(self.replay(rule, statements), [["2", "3"]])

    def test_frequency_alerts_on_a_surge(self):
        statements = [
            said(1, "mfa", "new sanctions", "2022-01-01T00:00:00Z"),
            said(2, "agency", "more sanctions", "2022-01-01T02:00:00Z"),
            said(3, "agency", "other sanctions", "2022-01-01T02:20:00Z"),
            said(4, "agency", "some sanctions", "2022-01-01T02:50:00Z"),
        ]
        rule = "w, match: sanctions, frequency: {at_least: 3, within: 1h}, examples: {match: sanctions}"
        self.assertEqual(self.replay(rule, statements), [["2", "3", "4"]])

    def test_chorus_alerts_on_one_text_of_several_organisations(self):
        statements = [
            said(1, "mfa", SLOGAN, "2022-01-01T00:00:00Z"),
            said(2, "agency", SLOGAN.upper(), "2022-01-01T00:30:00Z"),
            said(3, "agency", SLOGAN, "2022-01-01T00:40:00Z"),
            said(4, "daily", SLOGAN, "2022-01-01T01:00:00Z"),
        ]
        told = self.replay("w, chorus: {same_text: 3 orgs, within: 2h}", statements)
        self.assertEqual(told, [["1", "2", "4"]])

    def test_follow_tells_of_an_edit_of_what_was_alerted_on(self):
        statements = [
            said(1, "mfa", "the president will pay a state visit", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "nothing of note", "2022-01-01T01:00:00Z"),
            said(1, "mfa", "the president will pay a working visit", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "nothing of note at all", "2022-01-01T01:00:00Z"),
        ]
        self.assertEqual(self.replay("w, follow: [visits]", statements), [["1"]])

    def test_silence_shows_the_last_statement(self):
        statements = [
            said(1, "mfa", "good morning", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "good evening", "2022-01-01T12:00:00Z"),
            said(3, "agency", "good night", "2022-01-03T01:00:00Z"),
            said(4, "agency", "good day", "2022-01-05T12:00:00Z"),
        ]
        told = self.replay("w, silent: {for: 36h}", statements)
        self.assertEqual(told, [["2"], ["3"]])

    def test_a_test_of_rules_waits_for_a_silence(self):
        rules = self.directory / "rules.yml"
        rules.write_text("rules: [{name: quiet, silent: {for: 36h}}]\n")
        tests = self.directory / "rules.test.yml"
        tests.write_text(
            """
rule_files: [rules.yml]
tests:
  - name: a source falls silent after a day and a half
    statements:
      - {at: 0m, source: mfa, id: a, text: good morning}
      - {at: 10h, source: mfa, id: b, text: good evening}
    expect:
      - {at: 45h, alerts: []}
      - {at: 46h, alerts: [{rule: quiet, evidence: [b]}]}
      - {at: 400h, alerts: [{rule: quiet, evidence: [b]}]}
"""
        )
        result = self.run_verb("test", str(tests))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_examples_of_the_manual_pass_their_tests(self):
        manual = (ROOT / "docs/rules.md").read_text()
        files = re.findall(r"```yaml\n# (\w+(?:\.test)?\.yml)\n(.*?)```", manual, re.S)
        for name, text in files:
            (self.directory / name).write_text(text)
        tests = sorted(path.name for path in self.directory.glob("*.test.yml"))
        watches = ["chorus", "first_use", "follow", "frequency", "shift", "silent"]
        self.assertEqual(tests, [watch + ".test.yml" for watch in watches])
        for test in tests:
            result = self.run_verb("test", str(self.directory / test))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_backtest_counts_silences(self):
        config = self.directory / "spokeswatch.yml"
        config.write_text(CONFIG % "quiet, silent: {for: 36h}")
        statements = [
            said(1, "mfa", "good morning", "2022-01-01T00:00:00Z"),
            said(2, "agency", "good night", "2022-01-05T12:00:00Z"),
        ]
        lines = "".join(json.dumps(s) + "\n" for s in statements)
        result = self.run_verb("--json", "backtest", "-", config=config, stdin=lines)
        self.assertEqual(result.returncode, 0, result.stderr)
        alerts = json.loads(result.stdout)["alerts"]
        self.assertEqual(
            [(a["rule"], a["at"], a["native_id"]) for a in alerts],
            [("quiet", "2022-01-02T12:00:00Z", "1")],
        )


DAEMON = """
storage: {{path: store.db}}
web: {{listen_address: '127.0.0.1:0'}}
sources:
  - {{name: press, kind: feed, url: '{press}/feed', poll_interval: 300ms, allow_private: true, labels: {{org: Press Office}}}}
concepts:
  - {{name: war, terms: [war]}}
  - {{name: operation, terms: [special operation]}}
rules:
  - {{name: {rule}}}
receivers:
  - {{name: desk, webhook_configs: [{{url: '{hook}/', secret: {secret}}}]}}
"""


def dated(page, seconds_ago):
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - seconds_ago))
    return page.replace("</item>", "<pubDate>%s</pubDate></item>" % date)


class WatchesInTheDaemon(Case):
    def setUp(self):
        super().setUp()
        self.press = self.use(Press())
        self.hook = self.use(Webhook())

    def started(self, rule):
        config = DAEMON.format(
            press=self.press.url, hook=self.hook.url, secret=Webhook.SECRET, rule=rule
        )
        return self.daemon(config).start()

    def watched_for(self, days):
        """As if the first statement had been seen so long ago: no test can wait for a baseline."""
        with sqlite3.connect(self.directory / "store.db") as store:
            store.execute("UPDATE account SET since = since - ?", (days * 86_400_000_000,))
        store.close()

    def explain(self, daemon, number, rule):
        result = self.run_verb("explain", number, "--rule", rule, config=daemon.config)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return result.stdout

    def test_a_shift_of_wording_is_told_with_the_old_wording_beside_the_new(self):
        items = [("1", "Briefing", "The special operation goes on")]
        rule = "shift, shift: {from: operation, to: war, baseline: 1d}, examples: {match: a war}"
        daemon = self.started(rule)
        self.press.publish("/feed", rss(items))
        items.append(("2", "Briefing", "They call it a war"))
        self.press.publish("/feed", rss(items))
        self.assertEqual(self.hook.by_id, {})
        self.assertIn("1d are needed", self.explain(daemon, "2", "shift"))
        daemon.stop()
        self.watched_for(days=30)
        with sqlite3.connect(self.directory / "store.db") as store:
            # And as if the war had been spoken of before the baseline.
            store.execute(
                "UPDATE subject_use SET at = at - 86400000000 * 9 WHERE statement_id ="
                " (SELECT id FROM statement WHERE native_id = '2')"
            )
        store.close()
        daemon.start()
        items.append(("3", "Briefing", "This is a war"))
        self.press.publish("/feed", rss(items))
        wait_for(lambda: self.hook.by_id, "the shift is told")
        self.assertEqual(self.hook.evidence(), [("shift", "1"), ("shift", "3")])
        self.assertIn("first use in 1d", self.explain(daemon, "3", "shift"))
        self.assertEqual(daemon.stop(), 0)

    def test_a_silence_is_told_once(self):
        page = dated(rss([("1", "Briefing", "Good morning")]), seconds_ago=3600)
        daemon = self.started("quiet, silent: {for: 10m}")
        self.press.publish("/feed", page)
        self.assertIn("silent enough at", self.explain(daemon, "1", "quiet"))
        daemon.stop()
        self.watched_for(days=1)
        daemon.start()
        wait_for(lambda: self.hook.by_id, "the silence is told")
        self.assertEqual(self.hook.evidence(), [("quiet", "1")])
        self.assertIn("is told", self.explain(daemon, "1", "quiet"))
        daemon.stop()
        daemon.start()
        self.press.publish("/feed", page)
        self.assertEqual(len(self.hook.by_id), 1)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
