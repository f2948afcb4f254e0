"""Hostile answers through the whole daemon: each must end in the right kind of error, in bounded memory,
and beside a good source that is still read."""

import gzip
import json
import os
import socket
import struct
import threading
import unittest
import zlib

from world import Case, Press, rss, wait_for

RSS_MIB_MAX = 96
# A sanitizer needs memory of its own: there the limit says nothing.
SANITIZED = "SPOKESWATCH_SANITIZED" in os.environ

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
GOOD = rss([("1", "Title", "text")]).encode()


def sized(body, extra=b""):
    return HEAD + extra + b"Content-Length: %d\r\n\r\n" % len(body) + body


def endless(head, piece):
    yield head
    while True:
        yield piece


def gzip_bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(200)) + packer.flush()
    return [sized(body, b"Content-Encoding: gzip\r\n")]


def laughs():
    text = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">'
    for i in range(1, 12):
        text += b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10)
    return text + b"]><rss version='2.0'><channel><item><title>&a11;</title></item></channel></rss>"


def quadratic():
    return (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "'
        + b"a" * 100_000
        + b'">]><rss version="2.0"><channel><item><guid>1</guid><title>'
        + b"&a;" * 10_000
        + b"</title></item></channel></rss>"
    )


def external_entity(canary):
    return (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">'
        b'<!ENTITY h SYSTEM "%s/canary"><!ENTITY %% p SYSTEM "%s/canary"> %%p;]>'
        b"<rss version='2.0'><channel><item><guid>1</guid><title>&f;&h;</title></item></channel></rss>"
    ) % (canary.encode(), canary.encode())


def cases(canary):
    """name -> (pieces of the raw answer, acceptable outcomes). `ok`: the poll succeeds."""
    bad_framing = {"malformed"}
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    return {
        "gzip_bomb": (gzip_bomb(), {"too_large"}),
        "slow_body": (("slow", HEAD + b"Content-Length: 100000\r\n\r\n"), {"timeout"}),
        "silence": (("silent", b""), {"timeout"}),
        "endless_chunks": (
            endless(chunked, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
            {"too_large"},
        ),
        "endless_headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), {"too_large"}),
        "one_huge_header": (
            [b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * (1 << 20) + b"\r\n\r\n"],
            {"too_large"},
        ),
        "truncated": ([HEAD + b"Content-Length: 99999\r\n\r\n" + GOOD], bad_framing | {"network"}),
        "two_lengths": (
            [HEAD + b"Content-Length: %d\r\nContent-Length: 3\r\n\r\n" % len(GOOD) + GOOD],
            bad_framing,
        ),
        "length_and_chunks": (
            [HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
            bad_framing,
        ),
        "chunk_size_overflow": ([chunked + b"ffffffffffffffff\r\n" + GOOD], bad_framing | {"too_large"}),
        "negative_chunk": ([chunked + b"-5\r\n" + GOOD], bad_framing),
        "coding_twice": (
            [sized(gzip.compress(gzip.compress(GOOD)), b"Content-Encoding: gzip, gzip\r\n")],
            bad_framing,
        ),
        "gzip_cut": (
            [sized(gzip.compress(GOOD)[:-12], b"Content-Encoding: gzip\r\n")],
            bad_framing,
        ),
        "redirect_loop": (
            [b"HTTP/1.1 302 Found\r\nLocation: /redirect_loop\r\nContent-Length: 0\r\n\r\n"],
            {"rejected", "malformed"},
        ),
        "redirect_to_metadata": (
            [
                b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\n"
                b"Content-Length: 0\r\n\r\n"
            ],
            {"rejected"},
        ),
        "login_page": (
            [sized(b"<!DOCTYPE html><html><title>Log in</title><form>password</form></html>")],
            {"malformed", "blocked"},
        ),
        "informational_flood": (
            endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
            {"malformed", "too_large"},
        ),
        "unasked_upgrade": (
            [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
            bad_framing,
        ),
        "strange_version": ([b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n"], bad_framing),
        "reset_in_body": (("reset", HEAD + b"Content-Length: 5000\r\n\r\n" + GOOD), {"network", "malformed"}),
        "billion_laughs": ([sized(laughs())], {"malformed", "too_large", "ok"}),
        "quadratic_entities": ([sized(quadratic())], {"malformed", "too_large", "ok"}),
        "external_entity": ([sized(external_entity(canary))], {"malformed", "ok"}),
        "deep_xml": (
            [sized(b"<rss version='2.0'><channel>" + b"<a>" * 200_000)],
            {"malformed", "too_large", "ok"},
        ),
        "deep_json": (
            [sized(b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 100_000)],
            {"malformed", "too_large"},
        ),
        "many_items": (
            [
                sized(
                    b"<rss version='2.0'><channel>"
                    + b"".join(b"<item><guid>%d</guid></item>" % i for i in range(50_000))
                    + b"</channel></rss>"
                )
            ],
            {"ok", "too_large"},
        ),
        "not_utf8": (
            [sized(b"<rss version='2.0'><channel><item><guid>1</guid><title>\xff\xfe\0\xed\xa0\x80</title></item></channel></rss>")],
            {"ok"},
        ),
        "empty": ([sized(b"")], {"ok", "malformed"}),
    }


class RawServer:
    """Answers every connection with the pieces of the case its request line names."""

    def __init__(self, table):
        self.table = table
        self.asked = set()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.stopping = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    request += piece
                name = request.split(b" ")[1].decode().lstrip("/")
                self.asked.add(name)
                pieces = self.table[name][0]
                if isinstance(pieces, tuple):
                    self.play(connection, *pieces)
                    return
                for piece in pieces:
                    if self.stopping.is_set():
                        return
                    connection.sendall(piece)
            except OSError:
                pass

    def play(self, connection, how, start):
        connection.sendall(start)
        if how == "reset":
            connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            return
        while not self.stopping.wait(0.5):
            if how == "slow":
                connection.sendall(b"<")

    def stop(self):
        self.stopping.set()
        self.socket.close()


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.canary = self.use(Press())
        self.press = self.use(Press())
        self.press.pages["/feed"] = rss([("1", "Title", "text")])

    def config(self, raw, names):
        sources = "".join(
            "  - {name: %s, kind: feed, url: '%s/%s', poll_interval: 300ms, poll_timeout: 3s, "
            "allow_private: true}\n" % (name, raw.url, name)
            for name in names
        )
        return (
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: good, kind: feed, url: '%s/feed', poll_interval: 200ms, allow_private: true}\n"
            % self.press.url
            + sources
            + "receivers: [{name: nobody}]\n"
        )

    def outcome(self, daemon, name):
        for source in json.loads(daemon.get("/api/v1/status"))["sources"]:
            if source["name"] == name and source["state"] != "waiting":
                return source.get("error", "ok")
        return None

    def check_memory(self, peak, limit):
        if SANITIZED:
            print("a sanitizer is at work: the memory was not judged")
        else:
            self.assertLessEqual(peak, limit)

    def check_case(self, name):
        table = cases(self.canary.url)
        raw = RawServer(table)
        self.addCleanup(raw.stop)
        daemon = self.daemon(self.config(raw, [name])).start()
        outcome = wait_for(lambda: self.outcome(daemon, name), name + " is read")
        before = self.press.served.get("/feed", 0)
        wait_for(lambda: self.press.served.get("/feed", 0) > before, "the good source is still read")
        peak = daemon.peak_mib()
        self.assertEqual(daemon.stop(), 0)
        raw.stop()
        print("%-22s %-10s %5.1f MiB" % (name, outcome, peak))
        self.assertIn(outcome, table[name][1])
        self.check_memory(peak, RSS_MIB_MAX)

    def test_each_case_alone(self):
        for name in cases(""):
            with self.subTest(name):
                self.check_case(name)
        self.assertEqual(self.canary.served, {}, "an entity was fetched")

    def test_all_at_once_beside_a_good_source(self):
        table = cases(self.canary.url)
        raw = RawServer(table)
        self.addCleanup(raw.stop)
        daemon = self.daemon(self.config(raw, list(table))).start()
        wait_for(
            lambda: all(self.outcome(daemon, name) for name in table), "every case is read"
        )
        before = self.press.served.get("/feed", 0)
        wait_for(lambda: self.press.served.get("/feed", 0) > before + 2, "the good source is still read")
        self.assertEqual(self.outcome(daemon, "good"), "ok")
        peak = daemon.peak_mib()
        self.assertEqual(daemon.stop(), 0)
        print("all at once: %.1f MiB" % peak)
        self.check_memory(peak, 128)

    def test_a_loopback_address_is_refused_before_any_connection(self):
        daemon = self.daemon(
            "storage: {path: store.db}\nweb: {listen_address: '127.0.0.1:0'}\nsources:\n"
            "  - {name: inside, kind: feed, url: '%s/inside', poll_interval: 300ms}\n"
            "receivers: [{name: nobody}]\n" % self.canary.url
        ).start()
        wait_for(lambda: self.outcome(daemon, "inside") == "rejected", "it is refused")
        self.assertEqual(self.canary.requests, [])


if __name__ == "__main__":
    unittest.main()
