"""Runs the verification recipe of docs/notifiers/webhook.md on a message read from standard input.

Input: {"secret": ..., "headers": {...}, "body": ..., "now": ...}; prints yes or no.
"""

import json
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
recipe = {}
exec(re.search(r"```python\n(.*?)```", page, re.S).group(1), recipe)
given = json.load(sys.stdin)
good = recipe["verify"](given["secret"], given["headers"], given["body"].encode(), given["now"])
print("yes" if good else "no")
