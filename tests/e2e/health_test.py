"""What is wrong with the service itself: operational events, the heartbeat, and the verbs about sources."""

import json
import os
import pathlib
import unittest

from world import Case, Press, Server, Webhook, rss, wait_for


class Engineers(Webhook):
    def events(self):
        """(type, event, subject) of everything that was told, one for each id."""
        return [(body["type"], body["data"]["event"], body["data"]["subject"]) for body in self.by_id.values()]


def config(press, engineers, desk, more=""):
    return (
        "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\n"
        "sources:\n"
        "  - {name: mfa, kind: feed, url: '%s/mfa', poll_interval: 100ms, allow_private: true, labels: {org: MFA}}\n"
        "rules: [{name: all, match: everything}]\n"
        "receivers:\n"
        "  - {name: desk, webhook_configs: [{url: '%s/', secret: %s}]}\n"
        "  - {name: engineers, webhook_configs: [{url: '%s/', secret: %s}]}\n"
        "route: {receiver: desk}\noperations: {receiver: engineers}\n%s"
        % (press.url, desk.url, Webhook.SECRET, engineers.url, Webhook.SECRET, more)
    )


class Health(Case):
    def setUp(self):
        super().setUp()
        self.press = self.use(Press())
        self.engineers = self.use(Engineers())
        self.desk = self.use(Webhook())
        self.press.pages["/mfa"] = rss([("0", "Zero", "the baseline")])

    def start(self, more=""):
        return self.daemon(config(self.press, self.engineers, self.desk, more)).start()

    def test_trouble_of_a_source_is_told_once_to_engineers_and_so_is_its_end(self):
        daemon = self.start()
        wait_for(lambda: self.press.served.get("/mfa", 0) >= 2, "the baseline")
        self.press.pages["/mfa"] = lambda handler: handler.reply(403)
        told = wait_for(self.engineers.events, "the event")
        self.assertEqual(told, [("operation.started", "source_auth", "mfa")])

        # Not again after a restart; the event still lasts.
        self.assertEqual(daemon.stop(), 0)
        self.press.pages["/mfa"] = rss([("0", "Zero", "the baseline"), ("1", "One", "something new")])
        daemon.start()
        status = json.loads(daemon.get("/api/v1/status"))
        self.assertEqual([e["event"] for e in status["events"]], ["source_auth"])
        shown = self.run_verb("sources", "show", "mfa", "--json", config=daemon.config)
        self.assertEqual(json.loads(shown.stdout)["events"][0]["event"], "source_auth")

        # It would rest for an hour; by hand it is read at once.
        for verb in ("pause", "resume"):
            self.assertEqual(daemon.post("/api/v1/sources/" + verb, b'{"name": "mfa"}')[0], 200)
        wait_for(lambda: len(self.engineers.events()) == 2, "its end")
        self.assertEqual(self.engineers.events()[1], ("operation.ended", "source_auth", "mfa"))
        first, second = self.engineers.by_id.values()
        self.assertEqual(first["data"]["id"], second["data"]["id"])
        self.assertEqual(self.desk.evidence(), [("all", "1")])
        self.assertEqual(self.run_verb("alerts", "list", config=daemon.config).stdout.count("\n"), 1)
        sent = self.run_verb("notifications", "list", "--receiver", "engineers", "--json", config=daemon.config)
        self.assertEqual([json.loads(n)["events"] for n in sent.stdout.splitlines()], [["source_auth"]] * 2)

    def test_an_answer_of_another_shape_is_saved_and_its_path_is_told(self):
        self.start()
        wait_for(lambda: self.press.served.get("/mfa", 0) >= 2, "the baseline")
        self.press.pages["/mfa"] = "this was a feed once"
        wait_for(self.engineers.events, "the event")
        body = list(self.engineers.by_id.values())[0]
        self.assertEqual(body["type"], "operation.started")
        self.assertEqual(body["data"]["event"], "schema_changed")
        self.assertEqual(body["data"]["labels"]["org"], "MFA")
        saved = pathlib.Path(body["data"]["body_file"])
        self.assertEqual(saved.parent.parent, self.directory)
        self.assertEqual(saved.read_text(), "this was a feed once")

        self.press.pages["/mfa"] = rss([("0", "Zero", "the baseline"), ("1", "One", "something new")])
        wait_for(lambda: len(self.engineers.events()) == 2, "its end")
        self.assertEqual(self.engineers.events()[1], ("operation.ended", "schema_changed", "mfa"))
        wait_for(self.desk.evidence, "what the source said meanwhile")
        self.assertEqual(self.desk.evidence(), [("all", "1")])

    def test_a_receiver_that_refuses_is_told_to_others(self):
        self.start()
        wait_for(lambda: self.press.served.get("/mfa", 0) >= 2, "the baseline")
        self.desk.answer = lambda handler: handler.reply(410)
        self.press.publish("/mfa", rss([("0", "Zero", "the baseline"), ("1", "One", "something new")]))
        wait_for(self.engineers.events, "the event")
        body = list(self.engineers.by_id.values())[0]
        self.assertEqual(body["data"]["event"], "receiver_failing")
        self.assertEqual(body["data"]["labels"]["receiver"], "desk")
        self.assertNotIn(self.desk.url, body["data"]["message"])

    def test_a_paused_source_stays_paused_after_a_restart_and_the_verbs_show_it(self):
        daemon = self.start("global: {heartbeat: {url: '%s/beat', every: 1s}}\n" % self.press.url)
        self.press.pages["/beat"] = "ok"
        wait_for(lambda: self.press.served.get("/mfa", 0) >= 2, "the baseline")
        server = ["--server", daemon.address]
        paused = self.run_verb("sources", "pause", "mfa", *server, config=daemon.config)
        self.assertEqual(paused.returncode, 0, paused.stderr)
        self.assertEqual(json.loads(paused.stdout), {"paused": "mfa"})
        listed = self.run_verb("sources", "list", "--json", config=daemon.config)
        self.assertEqual(json.loads(listed.stdout)["state"], "paused")
        self.assertEqual(json.loads(listed.stdout)["labels"], {"org": "MFA"})

        self.assertEqual(daemon.stop(), 0)
        listed = self.run_verb("sources", "list", config=daemon.config)
        self.assertRegex(listed.stdout, r"^mfa +feed +paused +20\d\d-")
        before = self.press.served["/mfa"]
        daemon.start()
        beats = self.press.served.get("/beat", 0)
        wait_for(lambda: self.press.served.get("/beat", 0) > beats, "a heartbeat all the same")
        self.assertEqual(self.press.served["/mfa"], before)

        server = ["--server", daemon.address]
        resumed = self.run_verb("sources", "resume", "mfa", *server, config=daemon.config)
        self.assertEqual(resumed.returncode, 0, resumed.stderr)
        wait_for(lambda: self.press.served["/mfa"] > before, "it is read again")
        shown = self.run_verb("sources", "show", "mfa", config=daemon.config)
        self.assertIn("label        org=MFA", shown.stdout)
        self.assertNotIn("paused", shown.stdout)

    def test_a_source_that_does_not_exist_is_said_to_be_none(self):
        path = self.directory / "spokeswatch.yml"
        path.write_text(config(self.press, self.engineers, self.desk))
        for verb in ("show", "pause", "resume"):
            answer = self.run_verb("sources", verb, "mfaa", config=path)
            self.assertEqual(answer.returncode, 64)
            self.assertIn("did you mean `mfa`?", answer.stderr)
        # Before the daemon ever ran there is nothing to know.
        listed = self.run_verb("sources", "list", config=path)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertRegex(listed.stdout, r"^mfa +feed +waiting +never")

    def test_probe_prints_what_check_takes_and_the_daemon_reads(self):
        host = self.press.url.split("//")[1]
        self.press.pages["/"] = (
            "<html><head><title>Ministry: 'news'</title>"
            "<link rel='alternate' type='application/rss+xml' href='/mfa'></head></html>"
        )
        probed = self.run_verb("sources", "probe", self.press.url + "/")
        self.assertEqual(probed.returncode, 0, probed.stderr)
        self.assertIn("# Ministry: 'news'", probed.stdout)
        path = self.directory / "probed.yml"
        path.write_text(probed.stdout + "web: {listen_address: '127.0.0.1:0'}\n")
        checked = self.run_verb("check", config=path)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        name = "source" if not host else host.replace(".", "_").split(":")[0]
        polled = self.run_verb("poll", name, config=path)
        self.assertEqual(json.loads(polled.stdout)["title"], "Zero")

        self.press.pages["/.well-known/webfinger"] = json.dumps(
            {"links": [{"rel": "self", "type": "application/activity+json", "href": self.press.url + "/users/mfa"}]}
        )
        account = self.run_verb("sources", "probe", self.press.url + "/@mfa", "--json")
        self.assertEqual(json.loads(account.stdout)["kind"], "mastodon")
        nothing = self.run_verb("sources", "probe", self.press.url + "/nothing")
        self.assertEqual(nothing.returncode, 1)
        self.assertIn("status 404", nothing.stderr)

    def test_check_online_reads_every_source_and_stores_nothing(self):
        path = self.directory / "spokeswatch.yml"
        text = config(self.press, self.engineers, self.desk)
        more = "  - {name: gone, kind: feed, url: '%s/gone', allow_private: true}\nrules:" % self.press.url
        path.write_text(text)
        good = self.run_verb("check", "--online", config=path)
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)
        self.assertRegex(good.stdout, r"ok +mfa +1 statements")
        path.write_text(text.replace("rules:", more, 1))
        bad = self.run_verb("check", "--online", config=path)
        self.assertEqual(bad.returncode, 1)
        self.assertRegex(bad.stdout, r"failed +gone +server: ")
        self.assertEqual(len(self.press.served), 2)
        self.assertFalse((self.directory / "store.db").exists())

    def test_doctor_tells_what_is_wrong_with_the_machine_and_that_the_daemon_is_well(self):
        daemon = self.start()
        trust = self.directory / "ca.pem"
        trust.write_text("-----BEGIN CERTIFICATE-----\n")
        os.environ["SSL_CERT_FILE"] = str(trust)
        self.addCleanup(os.environ.pop, "SSL_CERT_FILE")

        def doctor():
            answer = self.run_verb("doctor", "--json", "--server", daemon.address, config=daemon.config)
            found = {f["subject"]: f for f in map(json.loads, answer.stdout.splitlines())}
            return answer.returncode, found

        wait_for(lambda: json.loads(daemon.get("/api/v1/status"))["sources"][0]["state"] == "ok", "a poll")
        code, found = doctor()
        self.assertEqual(found["daemon"]["state"], "ok", found)
        self.assertEqual(found["store"]["state"], "ok", found)
        self.assertEqual(found["tls"]["state"], "ok", found)
        self.assertIn("receivers test", found["receivers"]["message"])
        self.assertEqual(code, 1 if any(f["state"] == "fault" for f in found.values()) else 0)
        daemon.stop()
        trust.write_text("")
        code, found = doctor()
        self.assertEqual(code, 1)
        self.assertEqual(found["daemon"]["state"], "warning")
        self.assertEqual(found["tls"]["state"], "fault")

    def test_lists_of_other_programs_become_sources_and_feeds_go_back(self):
        jobs = "name: MFA\nurl: %s/mfa.xml\n---\nname: A page\nurl: https://press.example/\n---\ncommand: ls\n"
        made = self.run_verb("import", "urlwatch", "-", stdin=jobs % self.press.url)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn("left out: job 3", made.stderr)
        self.assertIn("A page: https://press.example/", made.stdout)
        path = self.directory / "made.yml"
        path.write_text(made.stdout)
        checked = self.run_verb("check", config=path)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        opml = self.run_verb("export", "opml", config=path)
        again = self.run_verb("import", "opml", "-", stdin=opml.stdout)
        self.assertIn("url: '%s/mfa.xml'" % self.press.url, again.stdout)
        bad = self.run_verb("import", "opml", "-", stdin="{}")
        self.assertEqual(bad.returncode, 65)


if __name__ == "__main__":
    unittest.main()
