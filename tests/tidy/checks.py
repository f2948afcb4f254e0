"""The house rules as functions: each takes {path: text} and returns ["path:line: what is wrong"]."""

import re

ROOMS = [
    {"base"},
    {"model"},
    {"text", "net", "store", "config"},
    {"connectors", "rules", "notifiers"},
    {"alerts"},
    {"web"},
    {"daemon"},
]
ALL_ROOMS = set().union(*ROOMS)

# Asio without sockets: what coroutines, timers and cancellation need.
ASIO_ANYWHERE = (
    r"boost/asio/(any_io_executor|as_tuple|associated_\w+|async_result|awaitable|bind_\w+"
    r"|cancellation_\w+|co_spawn|deferred|detached|dispatch|error|executor_work_guard"
    r"|io_context|post|redirect_error|signal_set|steady_timer|strand|this_coro|thread_pool"
    r"|use_awaitable|experimental/\w+)\.hpp"
)

# A table of small constants may have a namespace of its own, so that its names stay short.
CONSTANTS = {
    "config/codes.hpp": "spokeswatch::code",
    "notifiers/slack_message.hpp": "slack",
    "rules/program.hpp": "field_bit",
    "text/html_tags.hpp": "traits",
}

# Third-party headers, and the files that may include them. The first row that fits decides.
FENCES = [
    (ASIO_ANYWHERE, r".*"),
    # The demo imitates a mail server, which nothing else of the program is.
    (r"boost/asio/(?!ssl).*", r"(net|daemon/demo)/.*"),
    (r"boost/asio(/.*|\.hpp)", r"net/.*"),
    (r"boost/beast.*", r"net/.*\.cpp"),
    (r"boost/system/.*", r".*"),
    (r"boost/json.*", r".*\.cpp"),
    (r"boost/url.*", r"(net|text)/.*\.cpp"),
    (r"openssl/.*", r"(net/.*|base/crypto)\.cpp"),
    (r"(zlib\.h|brotli/.*)", r"net/.*\.cpp"),
    (r"curl/.*", r"net/mail_sender\.cpp"),
    (r"libxml/.*", r"(connectors|text)/.*\.cpp"),
    (r"unicode/.*", r"(text|net)/.*\.cpp"),
    (r"re2/.*", r"text/pattern\.cpp"),
    (r"(hunspell/.*|libstemmer\.h)", r"text/.*\.cpp"),
    (r"yaml-cpp/.*", r"config/.*\.cpp"),
    # The store's one wrapper shares the connection with its other files.
    (r"(SQLiteCpp/.*|sqlite3\.h|libpq-fe\.h)", r"store/.*"),
    (r"(spdlog|fmt)/.*", r"base/.*\.cpp"),
    (r"prometheus/.*", r"base/.*\.cpp"),
    (r"systemd/.*", r"(base|daemon)/.*\.cpp"),
    (r"CLI/.*", r"daemon/.*\.cpp"),
    (r"(sys|netinet|arpa|net|linux)/.*", r".*"),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def room_of(path):
    room = path.split("/")[0]
    return room if room in ALL_ROOMS else None


def is_cpp(path):
    return path.endswith((".cpp", ".hpp"))


def sources(files):
    """C++ files of the rooms; tests may include anything."""
    return {p: t for p, t in files.items() if is_cpp(p) and room_of(p)}


def blank_out(text):
    """Comments and the inside of literals become spaces; offsets and line numbers stay."""
    literal = re.compile(
        r'R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"'  # raw string
        r'|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"  # not the separator of 1'000
        r"|//[^\n]*|/\*.*?\*/",
        re.S,
    )
    return literal.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def layers(files):
    """A folder includes only what stands left of it; folders of one brace not each other."""
    found = []
    allowed = {}
    left = set()
    for rooms in ROOMS:
        for room in rooms:
            allowed[room] = left | {room}
        left = left | rooms
    for path, text in sources(files).items():
        for include in INCLUDE.finditer(text):
            kind, target = include.groups()
            if kind == '"' and target.split("/")[0] not in allowed[room_of(path)]:
                found.append(f"{path}:{line_of(text, include.start())}: may not include {target}")
    return found


def fences(files):
    """Each library in its folder; a library without a row is not used."""
    found = []
    for path, text in sources(files).items():
        for include in INCLUDE.finditer(text):
            kind, target = include.groups()
            if kind == '"':
                continue
            where = f"{path}:{line_of(text, include.start())}"
            for header, place in FENCES:
                if re.fullmatch(header, target):
                    if not re.fullmatch(place, path):
                        found.append(f"{where}: <{target}> belongs to {place}")
                    break
            else:
                if "/" in target:
                    found.append(f"{where}: <{target}> is not in the list of dependencies")
    return found


def opening(code, offset):
    """Offset of the bracket that encloses `offset`, or of what ends the statement before it."""
    depth = 0
    for at in range(offset - 1, -1, -1):
        letter = code[at]
        if letter in ")]}":
            # A block that is closed stands before this statement, a closed initialiser in it.
            if letter == "}" and depth == 0 and not re.match(r"\}\s*[,.)\]]", code[at : at + 80]):
                return at
            depth += 1
        elif letter in "([{":
            if depth == 0:
                return at
            depth -= 1
        elif letter == ";" and depth == 0:
            return at
    return -1


def starts_block(code, brace):
    before = code[:brace].rstrip()
    if not before or before[-1] in ");{}:]":
        return True
    if re.search(r"->\s*[\w:<>, ]+$", before):
        return True
    return re.search(r"\b(else|do|try|const|noexcept|mutable|override)$", before) is not None


def expression_around(code, offset):
    """[start, end) of the whole expression that holds the co_await at `offset`."""
    start = offset
    while True:
        start = opening(code, start)
        if start < 0 or code[start] in ";}" or (code[start] == "{" and starts_block(code, start)):
            break
        if code[start] == "(" and re.search(r"\b(if|while|switch|for)\s*$", code[:start]):
            break
    depth = 0
    for end in range(offset, len(code)):
        if code[end] in "([{":
            depth += 1
        elif code[end] in ")]}":
            depth -= 1
            if depth < 0 and start >= 0 and code[start] == "(" and opening(code, end) == start:
                break
        elif code[end] == ";" and depth <= 0:
            break
    return start + 1, end


def awaits(files):
    """g++ 12 destroys some temporaries of an awaiting expression twice."""
    found = []
    for path, text in files.items():
        if not is_cpp(path):
            continue
        code = blank_out(text)
        for match in re.finditer(r"\bco_await\b", code):
            start, end = expression_around(code, match.start())
            expression = code[start:end]
            where = f"{path}:{line_of(text, match.start())}"
            if re.search(r"(?:^|[(,=\s])\[\s*[^\]\s][^\]]*\]\s*[({<m]", expression):
                found.append(f"{where}: a capturing lambda in an expression with co_await")
            elif "{" in expression:
                found.append(f"{where}: braces in an expression with co_await")
            elif "?" in expression:
                found.append(f"{where}: co_await inside ?:")
    return found


def kinds(files):
    """Each row of a kinds.hpp has its file, test, page and, for sources, recorded answers."""
    found = []
    for room, row in (("connectors", "ConnectorKind"), ("notifiers", "NotifierKind")):
        table = files.get(f"{room}/kinds.hpp", "")
        names = re.findall(row + r'\s*\{\s*"(\w+)"', table)
        if not names:
            found.append(f"{room}/kinds.hpp:1: no {row} found")
        for name in names:
            needed = [
                f"{room}/{name}.cpp",
                f"tests/{room}/{name}_test.cpp",
                f"docs/{room}/{name}.md",
            ]
            found += [f"{room}/kinds.hpp:1: {name} has no {p}" for p in needed if p not in files]
            fixtures = f"tests/fixtures/{name}/"
            if room == "connectors" and not any(p.startswith(fixtures) for p in files):
                found.append(f"{room}/kinds.hpp:1: {name} has nothing in {fixtures}")
    return found


def open_ends(files):
    """Work that is left over is not kept in the sources."""
    words = re.compile(r"\b(" + "|".join(["FIX" + "ME", "TO" + "DO", "X" + "XX"]) + r")\b")
    return [
        f"{path}:{line_of(text, match.start())}: {match.group()}"
        for path, text in files.items()
        if not path.startswith("tests/fixtures/")
        for match in words.finditer(text)
    ]


def namespaces(files):
    """One namespace; internals anonymous; tests and the demo have one inside it."""
    found = []
    for path, text in files.items():
        if not is_cpp(path):
            continue
        code = blank_out(text)
        known = {"spokeswatch", CONSTANTS.get(path)}
        if not room_of(path):
            known.add("spokeswatch::testing")
        if path.startswith("daemon/demo/"):
            known.add("spokeswatch::demo")
        # A library's type that is only declared keeps the library itself behind its fence.
        declared = r"\s*(?:(?:class|struct)\s+\w+;\s*)+\}"
        for match in re.finditer(r"\bnamespace\s+([\w:]+)\s*\{", code):
            if match.group(1) not in known and not re.match(declared, code[match.end() :]):
                where = f"{path}:{line_of(text, match.start())}"
                found.append(f"{where}: namespace {match.group(1)} is not the house's")
        named = re.search(r"\bnamespace\s+spokeswatch\b|\bint\s+main\(", code)
        if room_of(path) and not named:
            found.append(f"{path}:1: nothing stands in namespace spokeswatch")
        if path.endswith(".hpp") and re.search(r"\busing\s+namespace\b", code):
            found.append(f"{path}:1: using namespace in a header")
    return found


def one_name(files):
    """A type's name stands for one thing: two rooms that define one break the one-definition rule,
    and the linker takes either without a word."""
    found = []
    first = {}
    for path, text in sorted(files.items()):
        if not path.endswith(".hpp") or not room_of(path) or path.startswith("daemon/demo/"):
            continue
        code = blank_out(text)
        for match in re.finditer(r"^(?:struct|class|enum class) (\w+)\b(?!::)[^;{]*\{", code, re.M):
            where = f"{path}:{line_of(text, match.start())}"
            earlier = first.setdefault(match.group(1), where)
            if earlier != where:
                found.append(f"{where}: {match.group(1)} is defined in {earlier} as well")
    return found


def headers(files):
    """`#pragma once` before anything else, and a file's own header first."""
    found = []
    for path, text in files.items():
        if path.endswith(".hpp") and not re.match(r"\s*#pragma once\n", blank_out(text)):
            found.append(f"{path}:1: does not begin with #pragma once")
        own = path[:-4] + ".hpp"
        if path.endswith(".cpp") and own in files:
            first = INCLUDE.search(text)
            if not first or first.group(2) != own:
                found.append(f"{path}:1: its own header is not the first")
    return found


def listed(files):
    """Source lists are explicit: a .cpp that no CMakeLists.txt beside it names is never built."""
    found = []
    for path in files:
        folder, _, name = path.rpartition("/")
        if path.endswith(".cpp") and name not in files.get(f"{folder}/CMakeLists.txt", ""):
            found.append(f"{path}:1: is not in {folder}/CMakeLists.txt")
    return found


ALL = [layers, fences, awaits, kinds, open_ends, namespaces, one_name, headers, listed]
