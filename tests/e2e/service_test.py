"""The daemon as a service: readiness, reload, watchdog and stop as systemd sees them; the unit; metrics."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import unittest

from world import BINARY, ROOT, Case, Press, Slack, Webhook, rss, wait_for

CONFIG = """
storage: {path: store.db}
web: {listen_address: '127.0.0.1:0'}
receivers: [{name: nobody}]
"""


class NotifySocket:
    def __init__(self, directory):
        self.path = str(directory / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(60)

    def next(self, word):
        """The next message that holds `word`; what comes before it is returned as well."""
        seen = []
        while True:
            message = self.socket.recv(4096).decode()
            seen.append(message)
            if word in message:
                return message, seen

    def stop(self):
        self.socket.close()


class Service(Case):
    def test_systemd_is_told_in_the_right_order(self):
        notify = self.use(NotifySocket(self.directory))
        env = {"NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "300000"}
        daemon = self.daemon(CONFIG, env=env).start()
        message, seen = notify.next("READY=1")
        self.assertFalse(any("WATCHDOG=1" in m for m in seen))
        notify.next("WATCHDOG=1")
        notify.next("STATUS=")
        daemon.process.send_signal(signal.SIGHUP)
        message, _ = notify.next("RELOADING=1")
        self.assertIn("MONOTONIC_USEC=", message)
        notify.next("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        notify.next("STOPPING=1")
        self.assertEqual(daemon.process.wait(timeout=60), 0)

    def test_a_stop_lets_what_is_under_way_end_and_loses_nothing(self):
        press = self.use(Press())
        hook = self.use(Webhook())
        config = (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: press, kind: feed, url: '%s/feed', poll_interval: 100ms, allow_private: true}\n"
            "rules: [{name: all, match: everything}]\n"
            "receivers: [{name: desk, webhook_configs: [{url: '%s/', secret: %s}]}]\n"
            % (press.url, hook.url, Webhook.SECRET)
        )
        press.pages["/feed"] = rss([("0", "Zero", "the baseline")])
        daemon = self.daemon(config).start()
        press.publish("/feed", press.pages["/feed"])
        items = [(str(i), "Number %d" % i, "unique words of number %d" % i) for i in range(60)]
        press.publish("/feed", rss(items))
        wait_for(lambda: hook.raw > 0, "the first message")
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        wait_for(lambda: len(set(hook.evidence())) >= 59, "the rest after the restart")
        self.assertEqual(len(hook.evidence()), 59)

    def test_health_readiness_status_and_metrics(self):
        daemon = self.daemon(CONFIG).start()
        self.assertEqual(daemon.get("/-/healthy"), "healthy\n")
        self.assertEqual(daemon.get("/-/ready"), "ready\n")
        status = json.loads(daemon.get("/api/v1/status"))
        self.assertEqual(status["sources"], [])
        self.assertTrue(status["store"]["ok"])
        metrics = daemon.get("/metrics")
        self.assertIn("spokeswatch_config_last_reload_successful 1", metrics)
        promtool = shutil.which("promtool")
        if promtool is None:
            print("promtool is not here: the metrics were not linted")
            return
        lint = subprocess.run(
            [promtool, "check", "metrics"], input=metrics, text=True, capture_output=True
        )
        self.assertEqual((lint.returncode, lint.stderr + lint.stdout), (0, ""))

    def test_the_heartbeat_is_sent_while_all_is_well(self):
        watcher = self.use(Press())
        watcher.pages["/beat"] = "ok"
        self.daemon(
            CONFIG + "global: {heartbeat: {url: '%s/beat', every: 1s}}\n" % watcher.url
        ).start()
        wait_for(lambda: watcher.served.get("/beat", 0) >= 2, "two heartbeats")

    def test_changes_need_the_header_or_the_token(self):
        daemon = self.daemon(CONFIG).start()
        self.assertEqual(daemon.post("/-/reload", headers={})[0], 403)
        self.assertEqual(
            daemon.post("/-/reload", headers={"X-Spokeswatch-Request": "1", "Host": "evil.example"})[0],
            421,
        )
        self.assertEqual(daemon.post("/-/reload")[0], 200)
        daemon.stop()
        daemon.write(CONFIG.replace(":0'}", ":0', auth_token: opensesame}"))
        daemon.start()
        self.assertEqual(daemon.post("/-/reload")[0], 401)
        good = {"Authorization": "Bearer opensesame"}
        self.assertEqual(daemon.post("/-/reload", headers=good)[0], 200)
        self.assertNotIn("opensesame", daemon.log.read_text())

    def test_a_second_daemon_on_the_same_store_is_refused(self):
        daemon = self.daemon(CONFIG).start()
        second = self.run_verb("run", config=daemon.config)
        self.assertEqual(second.returncode, 74)
        self.assertIn("in use", second.stderr)

    def test_a_faulty_configuration_ends_with_78(self):
        config = self.directory / "bad.yml"
        config.write_text("receivrs: []\n")
        result = self.run_verb("run", config=config)
        self.assertEqual(result.returncode, 78)
        self.assertIn("did you mean `receivers`?", result.stderr)

    def test_the_unit_is_accepted_and_tight(self):
        if shutil.which("systemd-analyze") is None:
            print("systemd-analyze is not here: the unit was not checked")
            return
        unit = (ROOT / "systemd/spokeswatch.service").read_text()
        copy = self.directory / "spokeswatch.service"
        copy.write_text(unit.replace("/usr/bin/spokeswatch", BINARY))
        verify = subprocess.run(
            ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True
        )
        self.assertEqual((verify.returncode, verify.stdout, verify.stderr), (0, "", ""))
        security = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=11", str(copy)],
            capture_output=True,
            text=True,
        )
        self.assertEqual(security.returncode, 0, security.stdout[-300:])

    def test_the_example_configuration_is_accepted(self):
        result = self.run_verb("check", config=ROOT / "packaging/etc/spokeswatch.yml")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
