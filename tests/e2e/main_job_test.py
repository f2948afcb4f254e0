"""A statement on an official channel becomes an alert: the built daemon, real sockets, real formats."""

import email
import email.policy
import signal
import unittest

from world import Case, Mailbox, Press, Slack, Webhook, rss, telegram, wait_for

CONFIG = """
global: {{smtp_smarthost: '127.0.0.1:{smtp}', smtp_from: alerts@example.org, smtp_require_tls: false}}
storage: {{path: store.db}}
web: {{listen_address: '127.0.0.1:0'}}
sources:
  - {{name: press, kind: feed, url: '{press}/feed', poll_interval: 300ms, allow_private: true, labels: {{org: Press Office}}}}
  - {{name: channel, kind: telegram_web, channel: spokesperson, base_url: '{press}', poll_interval: 300ms, allow_private: true, labels: {{org: Ministry}}}}
rules:
  - name: state_visit
    severity: critical
    match:
      any: [{phrase}, 国事访问]
    examples:
      match: ["will pay a {phrase}"]
receivers:
  - name: desk
    webhook_configs: [{{url: '{hook}/', secret: {secret}}}]
    slack_configs: [{{api_url: '{slack}/'}}]
    email_configs: [{{to: desk@example.org}}]
"""


class MainJob(Case):
    def setUp(self):
        super().setUp()
        self.press = self.use(Press())
        self.hook = self.use(Webhook())
        self.slack = self.use(Slack())
        self.mail = self.use(Mailbox())
        self.items = [("1", "Old", "An old state visit")]
        self.posts = [(1, "An older state visit", False)]
        self.press.pages["/feed"] = rss(self.items)
        self.press.pages["/s/spokesperson"] = telegram("spokesperson", self.posts)

    def config(self, phrase="state visit"):
        return CONFIG.format(
            smtp=self.mail.port,
            press=self.press.url,
            hook=self.hook.url,
            slack=self.slack.url,
            secret=Webhook.SECRET,
            phrase=phrase,
        )

    def publish_feed(self, number, title, text):
        self.items.append((number, title, text))
        self.press.publish("/feed", rss(self.items))

    def publish_post(self, number, text):
        self.posts.append((number, text, False))
        self.press.publish("/s/spokesperson", telegram("spokesperson", self.posts))

    def read_baseline(self):
        self.press.publish("/feed", rss(self.items))
        self.press.publish("/s/spokesperson", telegram("spokesperson", self.posts))

    def told_everywhere(self, count):
        wait_for(lambda: len(self.hook.by_id) >= count, "the webhook is told")
        wait_for(lambda: len(self.slack.messages) >= count, "Slack is told")
        wait_for(lambda: len(self.mail.mails) >= count, "mail is sent")

    def test_a_new_statement_reaches_every_receiver_once_and_old_ones_nobody(self):
        daemon = self.daemon(self.config()).start()
        self.read_baseline()
        self.assertEqual(self.hook.by_id, {})

        self.publish_feed("2", "Announcement", "President Xi will pay a State Visit to Russia")
        self.told_everywhere(1)
        self.publish_post(2, "国家主席习近平将于3月20日至22日对俄罗斯进行国事访问。")
        self.told_everywhere(2)
        self.publish_post(3, "Good morning")

        self.assertEqual(self.hook.evidence(), [("state_visit", "2"), ("state_visit", "2")])
        self.assertEqual(self.hook.bad_signatures, 0)
        self.assertEqual(self.hook.raw, 2)
        self.assertEqual(len(self.slack.messages), 2)
        self.assertEqual(len(self.mail.mails), 2)
        data = list(self.hook.by_id.values())[1]["data"]
        evidence = data["evidence"][0]
        mark = evidence["highlights"][0]
        self.assertEqual(evidence["text"][mark["start"] : mark["end"]], "国事访问")
        self.assertEqual(evidence["lang"], "zh")
        self.assertEqual(data["severity"], "critical")

        message = email.message_from_bytes(
            self.mail.mails[0].content, policy=email.policy.default
        )
        self.assertIn("State Visit", message.get_body(("plain",)).get_content())
        self.assertRegex(message.get_body(("html",)).get_content(), "<mark[^>]*>State Visit</mark>")
        self.assertEqual(daemon.stop(), 0)

    def test_a_broken_reload_changes_nothing_and_a_good_one_applies(self):
        daemon = self.daemon(self.config()).start()
        self.read_baseline()
        daemon.write(self.config().replace("severity:", "sevrity:"))
        status, text = daemon.post("/-/reload")
        self.assertEqual(status, 422)
        self.assertIn("did you mean `severity`?", text)
        self.publish_feed("2", "One", "a state visit, after a reload that was refused")
        self.told_everywhere(1)

        daemon.write(self.config("friendly talks"))
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: b"configuration reloaded" in daemon.log.read_bytes(), "the reload")
        self.publish_feed("3", "Two", "another state visit, which no rule names now")
        self.publish_feed("4", "Three", "the ministers held friendly talks in the capital")
        self.told_everywhere(2)
        self.assertEqual([id for _, id in self.hook.evidence()], ["2", "4"])

    def test_an_edit_that_brings_the_words_is_told(self):
        self.daemon(self.config()).start()
        self.read_baseline()
        self.publish_post(2, "Xi arrived in Moscow")
        self.posts[-1] = (2, "Xi arrived in Moscow for his state visit", True)
        self.press.publish("/s/spokesperson", telegram("spokesperson", self.posts))
        self.told_everywhere(1)
        self.assertEqual(list(self.hook.by_id.values())[0]["data"]["evidence"][0]["native_id"], "2")


if __name__ == "__main__":
    unittest.main()
