"""The command line: data in, data out, exit codes."""

import json
import re
import unittest

from world import ROOT, Case, Press, Slack, Webhook, rss, wait_for

RULES = """
storage: {path: store.db}
web: {listen_address: '127.0.0.1:0'}
sources:
  - {name: mfa, kind: feed, url: 'https://mfa.example.org/feed', labels: {org: MFA China, tier: official}}
  - {name: agency, kind: feed, url: 'https://agency.example.org/feed'}
concepts:
  - name: state_visit
    terms: {en: [state visit], zh: [国事访问], ru: [государственный визит]}
rules:
  - name: visits
    severity: critical
    from: ['tier=official', agency]
    match:
      all: [concept: state_visit]
      none: [film festival]
  - name: crisis
    match: Ukraine crisis
receivers:
  - {name: desk, file_configs: [{path: alerts.ndjson}]}
"""


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class Verbs(Case):
    def setUp(self):
        super().setUp()
        self.config = self.directory / "spokeswatch.yml"
        self.config.write_text(RULES)

    def statements(self, *objects):
        return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)

    def test_check_says_ok_or_every_fault_with_its_place(self):
        good = self.run_verb("check", config=self.config)
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        self.config.write_text(RULES.replace("severity:", "sevrity:").replace("none:", "nonne:"))
        bad = self.run_verb("check", "--format", "short", config=self.config)
        self.assertEqual(bad.returncode, 78)
        faults = bad.stdout.splitlines()
        self.assertEqual(len([f for f in faults if "error[SW101]" in f]), 2)
        self.assertIn("did you mean `severity`", bad.stdout)
        self.assertRegex(faults[0], r"spokeswatch\.yml:\d+:\d+: error\[SW101\]: ")

    def test_fmt_mends_a_file_and_the_outcome_passes_check(self):
        slips = RULES.replace("    match: Ukraine crisis", "    match: Ukraine ONEAR/3 crisis").replace(
            "[国事访问]", "[国事访问，正式访问]"
        )
        self.config.write_text(slips)
        self.config.chmod(0o640)
        mended = slips.replace("ONEAR", "BEFORE").replace("，", ", ")
        name = str(self.config)
        self.assertEqual(self.run_verb("check", config=self.config).returncode, 78)
        printed = self.run_verb("fmt", name)
        self.assertEqual((printed.returncode, printed.stdout), (0, mended))
        self.assertEqual(self.run_verb("fmt", config=self.config).stdout, mended)
        self.assertEqual(self.run_verb("fmt", "-", stdin=slips).stdout, mended)
        differs = self.run_verb("fmt", "--check", name)
        self.assertEqual((differs.returncode, differs.stdout), (1, name + "\n"))
        self.assertEqual(self.config.read_text(), slips)
        self.assertEqual(self.run_verb("fmt", "--write", name).returncode, 0)
        self.assertEqual(self.config.read_text(), mended)
        self.assertEqual(self.config.stat().st_mode & 0o777, 0o640)
        self.assertEqual(self.run_verb("fmt", "--check", name).returncode, 0)
        checked = self.run_verb("check", config=self.config)
        self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_fmt_leaves_alone_what_it_cannot_mend(self):
        broken = RULES + "more: \"never closed\n"
        self.config.write_text(broken)
        result = self.run_verb("fmt", "--write", str(self.config))
        self.assertEqual(result.returncode, 78)
        line = broken.count("\n")
        self.assertIn(f"spokeswatch.yml:{line}:7", result.stderr)
        self.assertEqual(self.config.read_text(), broken)
        self.assertEqual(self.run_verb("fmt", "--write", "-", stdin="").returncode, 64)
        self.assertEqual(self.run_verb("fmt", "/nonexistent").returncode, 66)

    def test_match_reads_statements_and_prints_matches_in_code_points(self):
        text = "🇨🇳 国家主席习近平将于3月20日至22日对俄罗斯进行国事访问。"
        result = self.run_verb(
            "match",
            "-",
            config=self.config,
            stdin=self.statements(
                {"native_id": "1", "text": text},
                {"native_id": "2", "text": "a film festival about a state visit"},
                {"native_id": "3", "html": "<p>the <b>Ukraine</b> crisis</p>"},
                {"text": "a state visit"},
            )
            + "not json\n",
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        found = lines(result.stdout)
        self.assertEqual(
            [(f.get("native_id", f.get("line")), f["rule"]) for f in found],
            [("1", "visits"), ("3", "crisis"), (4, "visits")],
        )
        mark = found[0]["highlights"][0]
        self.assertEqual(text[mark["start"] : mark["end"]], "国事访问")
        self.assertEqual(mark["term"], "国事访问")
        self.assertIn("line 5", result.stderr)

    def test_match_asks_from_only_when_a_source_is_named(self):
        statements = self.statements(
            {"native_id": "1", "source": "mfa", "text": "a state visit"},
            {"native_id": "2", "source": "blog", "text": "a state visit"},
            {"native_id": "3", "source": "agency", "text": "a state visit"},
        )
        result = self.run_verb("match", "-", config=self.config, stdin=statements)
        self.assertEqual([f["native_id"] for f in lines(result.stdout)], ["1", "3"])

    def test_match_of_a_rule_that_does_not_exist_suggests_one(self):
        result = self.run_verb("match", "--rule", "visit", "-", config=self.config, stdin="")
        self.assertEqual(result.returncode, 64)
        self.assertIn("did you mean `visits`?", result.stderr)

    def test_parse_turns_a_recorded_answer_into_statements(self):
        body = self.directory / "feed.xml"
        body.write_text(rss([("1", "One", "first"), ("2", "Two", "second")]))
        result = self.run_verb("parse", "feed", str(body), "--url", "https://press.example.org/feed")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([s["native_id"] for s in lines(result.stdout)], ["2", "1"])
        whole = self.directory / "feed.http"
        whole.write_bytes(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n" + body.read_bytes()
        )
        again = self.run_verb("parse", "feed", str(whole), "--url", "https://press.example.org/feed")
        self.assertEqual(again.stdout, result.stdout)

    def test_parse_of_something_else_ends_with_65_and_one_line(self):
        other = self.directory / "page.html"
        other.write_text("<html><body>log in</body></html>")
        result = self.run_verb("parse", "feed", str(other))
        self.assertEqual(result.returncode, 65)
        self.assertEqual(len(result.stderr.splitlines()), 1)
        self.assertEqual(self.run_verb("parse", "fed", str(other)).returncode, 64)
        self.assertEqual(self.run_verb("parse", "feed", "/nonexistent").returncode, 66)

    def test_replay_runs_the_whole_pipeline_on_the_statements_own_clock(self):
        text = "Chinese President Xi Jinping left Moscow after a three-day state visit"
        statements = self.statements(
            {"source": "mfa", "native_id": "1", "text": text, "published_at": "2023-03-17T09:00:00Z"},
            {"source": "agency", "native_id": "2", "text": text, "published_at": "2023-03-17T09:05:00Z"},
            {"source": "mfa", "native_id": "3", "text": "Ukraine crisis", "published_at": "2023-03-17T09:06:00Z"},
        )
        result = self.run_verb("--json", "replay", "--dry-run", "-", config=self.config, stdin=statements)
        self.assertEqual(result.returncode, 0, result.stderr)
        told = lines(result.stdout)
        self.assertEqual(
            [(t["type"], t["rule"], t["evidence"][-1]["native_id"]) for t in told],
            [
                ("alert.created", "visits", "1"),
                ("alert.updated", "visits", "2"),
                ("alert.created", "crisis", "3"),
            ],
        )
        self.assertEqual(told[0]["alert"], told[1]["alert"])
        self.assertEqual(told[0]["receiver"], "desk")
        self.assertEqual(told[0]["evidence"][0]["published_at"], "2023-03-17T09:00:00Z")

    def test_replay_sends_to_the_configured_receivers(self):
        statements = self.statements(
            {"source": "mfa", "native_id": "1", "text": "a state visit", "published_at": "2023-03-17T09:00:00Z"}
        )
        result = self.run_verb("replay", "-", config=self.config, stdin=statements)
        self.assertEqual(result.returncode, 0, result.stderr)
        records = lines((self.directory / "alerts.ndjson").read_text())
        self.assertEqual(len(records), 1)
        self.assertEqual(records[0]["type"], "alert.created")
        self.assertEqual(records[0]["data"]["rule"], "visits")

    def test_poll_prints_what_a_source_says_now_and_stores_nothing(self):
        press = self.use(Press())
        press.pages["/feed"] = rss([("1", "One", "first")])
        self.config.write_text(
            "storage: {path: store.db}\nsources:\n  - {name: press, kind: feed, url: '%s/feed', "
            "allow_private: true}\nreceivers: [{name: nobody}]\n" % press.url
        )
        result = self.run_verb("poll", "press", config=self.config)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([s["native_id"] for s in lines(result.stdout)], ["1"])
        self.assertFalse((self.directory / "store.db").exists())
        self.assertEqual(self.run_verb("poll", "pres", config=self.config).returncode, 64)

    def test_the_state_can_be_read_while_the_daemon_runs_and_while_it_does_not(self):
        press = self.use(Press())
        slack = self.use(Slack())
        press.pages["/feed"] = rss([("1", "One", "first")])
        config = (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: press, kind: feed, url: '%s/feed', poll_interval: 200ms, allow_private: true}\n"
            "rules: [{name: visits, match: state visit}]\n"
            "receivers: [{name: desk, slack_configs: [{api_url: '%s/hook'}]}]\n"
            % (press.url, slack.url)
        )
        daemon = self.daemon(config).start()
        press.publish("/feed", press.pages["/feed"])
        press.publish("/feed", rss([("1", "One", "first"), ("2", "Two", "a state visit")]))
        wait_for(lambda: slack.messages, "Slack is told")

        server = ["--server", daemon.address]
        status = self.run_verb(*server, "status", config=daemon.config)
        self.assertEqual(status.returncode, 0, status.stdout + status.stderr)
        self.assertIn("press", status.stdout)
        delivered = lambda: lines(
            self.run_verb("--json", "notifications", "list", "--state", "delivered", config=daemon.config).stdout
        )
        rows = wait_for(delivered, "the delivery is recorded")
        self.assertEqual(rows[0]["receiver"], "desk")
        daemon.stop()

        alerts = lines(self.run_verb("--json", "alerts", "list", config=daemon.config).stdout)
        self.assertEqual([a["rule"] for a in alerts], ["visits"])
        shown = self.run_verb("alerts", "show", alerts[0]["id"], config=daemon.config)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("state visit", shown.stdout)
        self.assertIn("delivered", shown.stdout)
        self.assertEqual(self.run_verb("alerts", "show", "nothing", config=daemon.config).returncode, 1)
        down = self.run_verb(*server, "status", config=daemon.config)
        self.assertEqual(down.returncode, 69)

    def test_a_refusing_receiver_is_paused_shown_and_resumed(self):
        press = self.use(Press())
        hook = self.use(Press())
        refuse = [True]
        hook.pages["/hook"] = lambda handler: handler.reply(401 if refuse[0] else 200)
        press.pages["/feed"] = rss([("1", "One", "first")])
        config = (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: press, kind: feed, url: '%s/feed', poll_interval: 200ms, allow_private: true}\n"
            "rules: [{name: visits, match: state visit}]\n"
            "receivers: [{name: desk, webhook_configs: [{url: '%s/hook'}]}]\n" % (press.url, hook.url)
        )
        daemon = self.daemon(config).start()
        press.publish("/feed", press.pages["/feed"])
        press.publish("/feed", rss([("1", "One", "first"), ("2", "Two", "a state visit")]))
        wait_for(lambda: hook.served.get("/hook", 0) >= 1, "the first attempt")
        server = ["--server", daemon.address]
        unwell = lambda: self.run_verb(*server, "status", config=daemon.config).returncode == 1
        wait_for(unwell, "the pause is shown")
        refuse[0] = False
        resumed = self.run_verb(*server, "receivers", "resume", "desk", config=daemon.config)
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        wait_for(lambda: hook.served["/hook"] >= 2, "the second attempt")
        well = lambda: self.run_verb(*server, "status", config=daemon.config).returncode == 0
        wait_for(well, "all is well again")

    def test_receivers_list_and_test(self):
        slack = self.use(Slack())
        self.config.write_text(
            "storage: {path: store.db}\nreceivers:\n  - {name: desk, slack_configs: [{api_url: '%s/SECRET'}]}\n"
            % slack.url
        )
        listed = self.run_verb("receivers", "list", config=self.config)
        self.assertIn("slack", listed.stdout)
        self.assertNotIn("SECRET", listed.stdout + listed.stderr)
        tested = self.run_verb("receivers", "test", "desk", config=self.config)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)
        self.assertEqual(len(slack.messages), 1)
        self.assertEqual(self.run_verb("receivers", "test", "dsek", config=self.config).returncode, 64)

    def test_every_configuration_block_of_the_manual_is_accepted(self):
        for page in sorted((ROOT / "docs").glob("*/*.md")):
            for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.S)):
                with self.subTest("%s, block %d" % (page.name, number + 1)):
                    block = re.sub(r"_env: (\w+)", r"_file: \1", block)
                    for path in re.findall(r"(?<!terms)_file: ([\w./-]+)", block):
                        secret = self.directory / path.split("/")[-1]
                        block = block.replace(path, secret.name)
                        secret.write_text("https://hooks.example.org/0123456789abcdef0123456789")
                        secret.chmod(0o600)
                    if "receivers:" not in block:
                        block += "receivers: [{name: nobody}]\n"
                    self.config.write_text(block)
                    result = self.run_verb("check", config=self.config)
                    self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_kinds_version_help_and_usage(self):
        kinds = lines(self.run_verb("--json", "kinds").stdout)
        self.assertIn("telegram_web", [k["kind"] for k in kinds])
        self.assertRegex(self.run_verb("--version").stdout, r"^spokeswatch \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_verb("--help").returncode, 0)
        self.assertEqual(self.run_verb("rnu").returncode, 64)
        self.assertEqual(self.run_verb().returncode, 64)

    def test_the_demo_checks_its_own_outcome(self):
        result = self.run_verb("demo", "--once", "--speed", "max")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("0 missed, 0 wrong", result.stdout)


if __name__ == "__main__":
    unittest.main()
