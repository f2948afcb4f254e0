"""Seeing why: explain, test and backtest."""

import json
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


if __name__ == "__main__":
    unittest.main()
