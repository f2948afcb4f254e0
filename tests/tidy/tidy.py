#!/usr/bin/env python3
"""Reads the sources and holds them to the house rules (checks.py). Exit 1 on a finding.

First each check is given something bad, which it must find, and something good, which it must not.
"""

import pathlib
import subprocess
import sys

import checks

ROOT = pathlib.Path(__file__).resolve().parents[2]

# check, path, text that must be found, text that must pass
SAMPLES = [
    (checks.layers, "base/a.cpp", '#include "model/alert.hpp"\n', '#include "base/a.hpp"\n'),
    (checks.layers, "text/a.cpp", '#include "net/a.hpp"\n', '#include "model/alert.hpp"\n'),
    (checks.layers, "rules/a.hpp", '#include "alerts/a.hpp"\n', '#include "text/a.hpp"\n'),
    (checks.layers, "net/a.cpp", '#include "tests/a.hpp"\n', '#include "net/a.hpp"\n'),
    (checks.fences, "rules/a.cpp", "#include <re2/re2.h>\n", "#include <boost/json.hpp>\n"),
    (checks.fences, "text/a.cpp", "#include <re2/re2.h>\n", "#include <unicode/unistr.h>\n"),
    (checks.fences, "net/a.hpp", "#include <boost/beast/http.hpp>\n", "#include <sys/stat.h>\n"),
    (checks.fences, "web/a.cpp", "#include <boost/asio/ip/tcp.hpp>\n", "#include <vector>\n"),
    (checks.fences, "web/a.cpp", "#include <boost/asio.hpp>\n", "#include <unistd.h>\n"),
    (
        checks.fences,
        "web/a.cpp",
        "#include <sqlite3.h>\n",
        "#include <boost/asio/steady_timer.hpp>\n",
    ),
    (checks.fences, "net/a.cpp", "#include <boost/regex.hpp>\n", "#include <zlib.h>\n"),
    (checks.awaits, "net/a.cpp", "f() { co_await g({1}); }", "f() { co_await g(1); }"),
    (checks.awaits, "net/a.cpp", "f() { co_await g(R{.u = u}); }", 'f() { co_await g("{"); }'),
    (checks.awaits, "net/a.cpp", "f() { h({1}, co_await g()); }", "f() { R r{1}; co_await g(r); }"),
    (checks.awaits, "net/a.cpp", "f() { R{co_await g()}; }", "f() { // {\n co_await g(); }"),
    (
        checks.awaits,
        "net/a.cpp",
        "f() { co_await g([x] { return x; }); }",
        "f() { if (co_await g(a[x])) { h(); } }",
    ),
    (
        checks.awaits,
        "net/a.cpp",
        "f() { if (co_await g([this] { h(); })) i(); }",
        "f() { spawn([]() -> awaitable<void> { co_await g(); }, d); }",
    ),
    (
        checks.awaits,
        "net/a.cpp",
        "f() { auto a = co_await g(c ? 1 : 2); }",
        "f() { for (;;) co_await g(); auto b = c ? 1 : 2; }",
    ),
    (
        checks.awaits,
        "net/a.cpp",
        "f() { x = {co_await g(), 2}; }",
        "f() { while (!co_await g()) {} }\nstruct S { int x{3}; };",
    ),
    (checks.open_ends, "docs/a.md", "TO" + "DO: more", "a to-do list, XXXXXX"),
    (checks.open_ends, "dev", "# FIX" + "ME", "# fixed"),
    (
        checks.namespaces,
        "net/a.cpp",
        "namespace spokeswatch { namespace detail { } }",
        "namespace asio = boost::asio; namespace spokeswatch { namespace { } }",
    ),
    (checks.namespaces, "net/a.cpp", "int x;", "namespace spokeswatch { int x; }"),
    (
        checks.namespaces,
        "store/a.hpp",
        "namespace SQLite { class A {}; } namespace spokeswatch { }",
        "namespace SQLite { class A; } namespace spokeswatch { }",
    ),
    (
        checks.namespaces,
        "net/a.hpp",
        "using namespace std; namespace spokeswatch { }",
        "namespace spokeswatch { using std::string; }",
    ),
    (
        checks.one_name,
        "net/a.hpp",
        "struct A {\n};\nclass A final {\n};\n",
        "struct A;\nstruct A {\n    struct B {};\n};\n",
    ),
    (checks.headers, "net/a.hpp", "#include <vector>\n", "// About.\n#pragma once\n"),
    (checks.listed, "net/a.cpp", "int x;", None),
]

KINDS = {
    "connectors/kinds.hpp": 'array{ConnectorKind{"feed", "x"}}',
    "connectors/feed.cpp": "",
    "tests/connectors/feed_test.cpp": "",
    "docs/connectors/feed.md": "",
    "tests/fixtures/feed/a.xml": "",
    "notifiers/kinds.hpp": 'array{NotifierKind{\n"file", "x"}}',
    "notifiers/file.cpp": "",
    "tests/notifiers/file_test.cpp": "",
    "docs/notifiers/file.md": "",
}


def self_test():
    wrong = []
    for number, (check, path, bad, good) in enumerate(SAMPLES):
        if not check({path: bad}):
            wrong.append(f"sample {number}: {check.__name__} misses {bad!r}")
        if good is not None and check({path: good}):
            wrong.append(f"sample {number}: {check.__name__} refuses {good!r}")
    for path in KINDS:
        rest = {p: t for p, t in KINDS.items() if p != path}
        if not checks.kinds(rest):
            wrong.append(f"kinds misses that {path} is not there")
    if checks.kinds(KINDS):
        wrong.append("kinds refuses a complete set")
    own = {"net/a.hpp": "#pragma once\n", "net/a.cpp": '#include <vector>\n#include "net/a.hpp"\n'}
    if not checks.headers(own):
        wrong.append("headers misses that the own header is not the first")
    lists = {"net/a.cpp": "", "net/CMakeLists.txt": "add_library(net a.cpp)"}
    if checks.listed(lists):
        wrong.append("listed refuses a file that is listed")
    return wrong


def read_sources():
    """Files that are or would be under version control; without git, all but the builds."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        paths = [ROOT / name for name in names.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [p for p in ROOT.rglob("*") if not p.relative_to(ROOT).parts[0] in ("build", ".git")]
    files = {}
    for path in paths:
        if path.is_file():
            try:
                files[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                # A recorded answer in another charset; only its name matters here.
                files[path.relative_to(ROOT).as_posix()] = ""
    return files


def main():
    wrong = self_test()
    if not wrong:
        files = read_sources()
        wrong = sorted(finding for check in checks.ALL for finding in check(files))
    for finding in wrong:
        print(finding)
    print(f"tidy: {len(wrong)} findings" if wrong else "tidy: clean")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
