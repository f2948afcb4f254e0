"""Rules that watch over time, through the whole program."""

import json
import unittest

from world import Case

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
        self.assertEqual(told, [["1", "2", "3", "4"]])

    def test_follow_tells_of_an_edit_of_what_was_alerted_on(self):
        statements = [
            said(1, "mfa", "the president will pay a state visit", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "nothing of note", "2022-01-01T01:00:00Z"),
            said(1, "mfa", "the president will pay a working visit", "2022-01-01T00:00:00Z"),
            said(2, "mfa", "nothing of note at all", "2022-01-01T01:00:00Z"),
        ]
        self.assertEqual(self.replay("w, follow: [visits]", statements), [["1"]])


if __name__ == "__main__":
    unittest.main()
