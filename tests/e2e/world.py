"""The world around the daemon, on loopback: a press, receivers, a mail server, and the daemon itself.

Everything binds port 0 and is stopped by the test that started it. Nothing sleeps for a fixed time:
tests wait for an event, with a limit that only a broken program reaches.
"""

import asyncio
import base64
import hashlib
import hmac
import html
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SPOKESWATCH", str(ROOT / "build/release/spokeswatch"))
LIMIT_S = 60  # for an event that a working program brings at once


def wait_for(condition, what, limit_s=LIMIT_S):
    """Waits until condition() is true and returns what it returned."""
    end = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("did not happen: " + what)
        time.sleep(0.01)


class Server:
    """An HTTP server whose answer(handler) writes the answer; keeps every request."""

    def __init__(self):
        outer = self
        self.requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                self.body = self.rfile.read(length)
                outer.requests.append(self)
                outer.answer(self)

            do_GET = do_POST = handle_any

            def reply(self, status, body=b"", headers=()):
                if isinstance(body, str):
                    body = body.encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that was killed in the middle of a request

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, handler):
        handler.reply(404)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def rss(items, link="https://press.example.org/"):
    """items: (id, title, text) oldest first."""
    out = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Press</title>'
    for number, title, text in reversed(items):
        out += (
            "<item><guid isPermaLink='false'>%s</guid><link>%s%s</link><title>%s</title>"
            "<description>%s</description></item>"
            % (number, link, number, html.escape(title), html.escape(html.escape(text)))
        )
    return out + "</channel></rss>"


def telegram(channel, posts):
    """posts: (number, text, edited) oldest first."""
    out = "<html><body><section class='tgme_channel_history js-message_history'>"
    for number, text, edited in posts:
        out += (
            '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
            '<div class="tgme_widget_message js-widget_message" data-post="%s/%d">'
            '<div class="tgme_widget_message_text js-message_text" dir="auto">%s</div>'
            '<span class="tgme_widget_message_meta">%s<a class="tgme_widget_message_date" '
            'href="https://t.me/%s/%d"><time datetime="%s" class="time">x</time></a></span></div></div>'
            % (
                channel,
                number,
                html.escape(text),
                "edited &nbsp;" if edited else "",
                channel,
                number,
                time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
            )
        )
    return out + "</section></body></html>"


class Press(Server):
    """Serves self.pages[path]: text, or a function of the handler."""

    def __init__(self):
        self.pages = {}
        self.served = {}
        super().__init__()

    def answer(self, handler):
        path = handler.path.split("?")[0]
        page = self.pages.get(path)
        self.served[path] = self.served.get(path, 0) + 1
        if page is None:
            handler.reply(404)
        elif callable(page):
            page(handler)
        else:
            handler.reply(200, page)

    def publish(self, path, page):
        """Puts a page up and waits until it was read twice: the second read proves that the first
        one was taken in."""
        self.pages[path] = page
        before = self.served.get(path, 0)
        wait_for(lambda: self.served.get(path, 0) >= before + 2, path + " is read")


class Webhook(Server):
    """An idempotent receiver: keeps each webhook-id once, counts the raw requests."""

    KEY = b"0123456789abcdef0123456789abcdef"
    SECRET = "whsec_" + base64.b64encode(KEY).decode()

    def __init__(self):
        self.by_id = {}
        self.raw = 0
        self.bad_signatures = 0
        super().__init__()

    def answer(self, handler):
        headers = handler.headers
        signed = ("%s.%s." % (headers["webhook-id"], headers["webhook-timestamp"])).encode()
        digest = hmac.new(self.KEY, signed + handler.body, hashlib.sha256).digest()
        good = "v1," + base64.b64encode(digest).decode()
        if good not in (headers["webhook-signature"] or "").split(" "):
            self.bad_signatures += 1
            handler.reply(401)
            return
        if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
            handler.reply(401)
            return
        self.raw += 1
        self.by_id.setdefault(headers["webhook-id"], json.loads(handler.body))
        handler.reply(200)

    def evidence(self):
        """(rule, native_id) of everything that was told, one for each id."""
        told = []
        for body in list(self.by_id.values()):
            for item in body["data"]["evidence"]:
                told.append((body["data"]["rule"], item["native_id"]))
        return told


class Slack(Server):
    def __init__(self):
        self.messages = []
        super().__init__()

    def answer(self, handler):
        self.messages.append(json.loads(handler.body))
        handler.reply(200, "ok")


class Mailbox:
    """A real SMTP server (aiosmtpd) on a thread of its own."""

    def __init__(self, **options):
        from aiosmtpd.smtp import SMTP

        self.mails = []
        outer = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                outer.mails.append(envelope)
                return "250 OK"

        self.loop = asyncio.new_event_loop()

        async def serve():
            return await self.loop.create_server(
                lambda: SMTP(Handler(), **options), "127.0.0.1", 0
            )

        started = threading.Event()

        def main():
            asyncio.set_event_loop(self.loop)
            self.server = self.loop.run_until_complete(serve())
            started.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=main, daemon=True)
        self.thread.start()
        started.wait()
        self.port = self.server.sockets[0].getsockname()[1]

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


class Daemon:
    """`spokeswatch run` with its configuration in a directory of its own."""

    def __init__(self, directory, config, env=None):
        self.directory = pathlib.Path(directory)
        self.config = self.directory / "spokeswatch.yml"
        self.env = dict(os.environ, **(env or {}))
        self.log = self.directory / "log"
        self.process = None
        self.address = None
        self.write(config)

    def write(self, config):
        self.config.write_text(config)
        self.config.chmod(0o600)

    def start(self, wait=True):
        with open(self.log, "ab") as log:
            start = log.tell()
            self.process = subprocess.Popen(
                [BINARY, "-c", str(self.config), "run", "--log.format", "json"],
                stderr=log,
                stdout=log,
                env=self.env,
            )
        if wait:
            self.wait_started(start)
        return self

    def wait_started(self, start=0):
        def started():
            if self.process.poll() is not None:
                raise AssertionError("the daemon ended: " + self.log.read_text()[-2000:])
            for line in self.log.read_bytes()[start:].splitlines():
                if b'"started"' in line:
                    return json.loads(line)["address"]
            return None

        self.address = wait_for(started, "the daemon starts")

    def get(self, path):
        with urllib.request.urlopen("http://%s%s" % (self.address, path)) as answer:
            return answer.read().decode()

    def post(self, path, body=b"", headers=None):
        request = urllib.request.Request(
            "http://%s%s" % (self.address, path),
            data=body,
            headers=headers if headers is not None else {"X-Spokeswatch-Request": "1"},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def peak_mib(self):
        """The most memory that was ever resident at once."""
        status = pathlib.Path("/proc/%d/status" % self.process.pid).read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=LIMIT_S)


class Case(unittest.TestCase):
    """A test with a directory that goes and things that are stopped at its end."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="spokeswatch-e2e-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def use(self, thing):
        self.addCleanup(thing.stop)
        return thing

    def daemon(self, config, **options):
        daemon = Daemon(self.directory, config, **options)
        self.addCleanup(daemon.kill)
        return daemon

    def run_verb(self, *arguments, stdin=None, config=None):
        command = [BINARY]
        if config:
            command += ["-c", str(config)]
        return subprocess.run(
            command + list(arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )
