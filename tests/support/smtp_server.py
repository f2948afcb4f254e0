#!/usr/bin/python3
"""A mail server for tests. Prints its port, then serves until it is killed.

  smtp_server.py --out FILE [--port N] [--tls none|starttls|implicit] [--cert PEM --key PEM]
                 [--auth USER:PASSWORD] [--rcpt PREFIX=REPLY ...] [--end REPLY]
  smtp_server.py --script JSON

With --out every accepted message is one JSON line: from, to, data, hello, tls, user. Recipients that
begin with "bad@" get 550, with "later@" 451; --rcpt adds others. --end is the answer to the message
instead of 250; "drop" closes the connection without one.

With --script nothing is understood: {"banner": "...", "EHLO": "...", ".": "..."} holds the bytes for
the greeting, for each command by its first word and for the end of the message. null says nothing
and waits; "" closes; a command that is not listed gets the ordinary answer.
"""
import argparse
import asyncio
import json
import logging
import ssl
import sys
import warnings


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", default="/dev/null")
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--auth")
    parser.add_argument("--rcpt", action="append", default=[])
    parser.add_argument("--end")
    parser.add_argument("--script")
    return parser.parse_args()


def make_protocol(args, context):
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    refusals = {"bad@": "550 5.1.1 User unknown", "later@": "451 4.7.1 Greylisted"}
    refusals.update(item.split("=", 1) for item in args.rcpt)

    class Handler:
        async def handle_RCPT(self, server, session, envelope, address, options):
            for prefix, reply in refusals.items():
                if address.startswith(prefix):
                    return reply
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"

        async def handle_DATA(self, server, session, envelope):
            if args.end == "drop":
                server.transport.abort()
                return "250 never sent"
            if args.end:
                return args.end
            record = {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "data": envelope.content.decode("utf-8", "surrogateescape"),
                "hello": session.host_name,
                "tls": session.ssl is not None or args.tls == "implicit",
                "user": session.auth_data.login.decode() if session.auth_data else None,
            }
            with open(args.out, "a", encoding="utf-8", errors="surrogateescape") as out:
                out.write(json.dumps(record) + "\n")
            return "250 2.0.0 Ok: queued as 4F1C22A"

    def authenticate(server, session, envelope, mechanism, data):
        user, password = args.auth.split(":", 1)
        good = isinstance(data, LoginPassword) and (
            data.login.decode() == user and data.password.decode() == password
        )
        return AuthResult(success=good, handled=False, auth_data=data)

    def protocol():
        return SMTP(
            Handler(),
            hostname="mx.example.org",
            enable_SMTPUTF8=True,
            tls_context=context if args.tls == "starttls" else None,
            require_starttls=False,
            authenticator=authenticate if args.auth else None,
            auth_required=bool(args.auth),
            auth_require_tls=args.tls == "starttls",
        )

    return protocol


async def scripted(script, reader, writer):
    ordinary = {
        "banner": "220 mx.example.org ESMTP\r\n",
        "EHLO": "250-mx.example.org\r\n250 ENHANCEDSTATUSCODES\r\n",
        "DATA": "354 go on\r\n",
        ".": "250 2.0.0 Ok: queued\r\n",
        "QUIT": "221 2.0.0 Bye\r\n",
    }

    async def say(word):
        text = script.get(word, ordinary.get(word, "250 2.1.0 Ok\r\n"))
        if text is None:
            return True
        writer.write(text.encode())
        await writer.drain()
        return text != ""

    try:
        go_on = await say("banner")
        in_data = False
        while go_on:
            line = await reader.readline()
            if not line:
                break
            word = line.strip().split(b" ")[0].decode("latin-1").upper()
            if in_data:
                if line != b".\r\n":
                    continue
                in_data = False
                word = "."
            go_on = await say(word)
            in_data = word == "DATA"
    except ConnectionError:
        pass
    writer.close()


async def main():
    # Clients that break off are what many tests are about: no tracebacks for them.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    args = arguments()
    context = None
    if args.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.cert, args.key)
    if args.script:
        script = json.loads(args.script)
        server = await asyncio.start_server(
            lambda reader, writer: scripted(script, reader, writer), "127.0.0.1", args.port
        )
    else:
        server = await asyncio.get_running_loop().create_server(
            make_protocol(args, context),
            "127.0.0.1",
            args.port,
            ssl=context if args.tls == "implicit" else None,
        )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
