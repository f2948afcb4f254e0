"""The daemon is killed at random points while numbered statements come in; what an idempotent receiver
got is compared with what was published: nothing lost, nothing under two ids."""

import os
import random
import threading
import time
import unittest

from world import Case, Press, Webhook, rss, wait_for

KILLS = int(os.environ.get("SPOKESWATCH_KILLS", "200"))
SEED = int(os.environ.get("SPOKESWATCH_SEED", "20230317"))

CONFIG = """
storage: {{path: store.db}}
web: {{listen_address: '127.0.0.1:0'}}
sources:
  - {{name: press, kind: feed, url: '{press}/feed', poll_interval: 20ms, allow_private: true}}
rules:
  - {{name: numbered, match: everything}}
receivers:
  - name: desk
    webhook_configs: [{{url: '{hook}/', secret: {secret}}}]
"""


class Publisher(threading.Thread):
    """Puts a numbered statement on the feed every few milliseconds, keeping the newest hundred."""

    def __init__(self, press, start):
        super().__init__(daemon=True)
        self.press = press
        self.number = start
        self.items = [("0", "baseline", "statement 0 of the baseline, which is silent")]
        self.stopping = threading.Event()
        self.show()

    def show(self):
        self.press.pages["/feed"] = rss(self.items)

    def run(self):
        while not self.stopping.wait(0.02):
            # A feed that forgets faster than it is read loses statements by itself.
            if len(self.items) > 400:
                continue
            self.number += 1
            text = "numbered statement %d, unlike every other one" % self.number
            self.items.append((str(self.number), "Statement %d" % self.number, text))
            self.show()


class Crash(Case):
    def test_nothing_is_lost_and_nothing_comes_under_two_ids(self):
        print("seed %d, %d kills" % (SEED, KILLS))
        dice = random.Random(SEED)
        press = self.use(Press())
        hook = self.use(Webhook())
        publisher = Publisher(press, 0)
        daemon = self.daemon(
            CONFIG.format(press=press.url, hook=hook.url, secret=Webhook.SECRET)
        )
        daemon.start()
        press.publish("/feed", press.pages["/feed"])
        publisher.start()
        for kill in range(KILLS):
            time.sleep(dice.uniform(0.0, 0.25))  # the random point
            daemon.kill()
            # What every receiver has may leave the feed.
            told = {number for _, number in hook.evidence()}
            publisher.items = [
                item for item in publisher.items if item[0] not in told
            ] or publisher.items[-1:]
            daemon.start(wait=kill % 10 == 9)
        publisher.stopping.set()
        publisher.join()
        expected = {str(number) for number in range(1, publisher.number + 1)}
        try:
            wait_for(
                lambda: expected <= {number for _, number in hook.evidence()},
                "every statement arrives",
                120,
            )
        finally:
            told = [number for _, number in hook.evidence()]
            print(
                "%d statements, %d lost, %d under two ids, %d raw requests"
                % (
                    len(expected),
                    len(expected - set(told)),
                    len(told) - len(set(told)),
                    hook.raw,
                )
            )
        self.assertEqual(len(told), len(set(told)))
        self.assertNotIn("0", told)
        self.assertEqual(hook.bad_signatures, 0)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
