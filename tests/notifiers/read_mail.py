"""Reads a mail from standard input with Python's own parser and prints it as JSON."""

import email
import email.policy
import json
import sys

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
defects = [str(d) for part in message.walk() for d in part.defects]
parts = [
    {"type": part.get_content_type(), "text": part.get_content().replace("\r\n", "\n")}
    for part in message.walk()
    if not part.is_multipart()
]
json.dump(
    {
        "names": [name for name in message.keys()],
        "headers": {name: str(value) for name, value in message.items()},
        "addresses": {
            name: [address.addr_spec for address in message[name].addresses]
            for name in ("From", "To", "Reply-To")
            if message[name]
        },
        "date": message["Date"].datetime.isoformat(),
        "parts": parts,
        "defects": defects,
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
        "ascii": raw.isascii(),
    },
    sys.stdout,
)
