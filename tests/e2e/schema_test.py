"""What the program prints for editors and readers, judged by other programs."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest

import jsonschema
import yaml

from world import BINARY, ROOT, Case

# Top-level keys of a configuration file: a block of a page without any is a part of one.
WHOLE = re.compile(
    r"^(global|storage|web|include|rule_files|sources|concepts|rules|route|receivers):", re.M
)


class Loader(yaml.SafeLoader):
    """YAML as editors read it: version 1.2 has no dates."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def printed(*arguments):
    return subprocess.run(
        [BINARY, "schema", *arguments], capture_output=True, text=True, timeout=60, check=True
    ).stdout


def validator(*arguments):
    schema = json.loads(printed(*arguments))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def read(text):
    return yaml.load(text, Loader)  # noqa: S506


def blocks(path):
    """YAML of a page, with the line where each block begins."""
    for match in re.finditer(r"^```yaml\n(.*?)^```", path.read_text(), re.M | re.S):
        yield path.read_text().count("\n", 0, match.start()) + 2, match.group(1)


class Schema(Case):
    def test_what_we_ship_fits_the_schema(self):
        schema = validator()
        files = sorted((ROOT / "packaging/etc").rglob("*.yml"))
        self.assertGreater(len(files), 2)
        for path in files:
            with self.subTest(path.name):
                schema.validate(read(path.read_text()))

    def test_every_configuration_of_the_pages_fits_the_schema_and_the_loader(self):
        schema = validator()
        tests = validator("--test")
        seen = 0
        for path in sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "README.md"]:
            for line, text in blocks(path):
                with self.subTest(f"{path.name}:{line}"):
                    if re.search(r"^tests:", text, re.M):
                        tests.validate(read(text))
                        continue
                    if not WHOLE.search(text):
                        continue
                    seen += 1
                    schema.validate(read(text))
        self.assertGreater(seen, 10)

    def test_mistakes_of_names_types_and_words_do_not_fit(self):
        schema = validator()
        for text in [
            "global: {poll_intervall: 60s}",
            "global: {poll_interval: 5 minutes}",
            "global: {poll_interval: 300}",
            "global: {timezone: [UTC]}",
            "web: {listen_address: 127.0.0.1}",
            "sources: [{name: a, kind: rss, url: 'https://example.org/'}]",
            "sources: [{name: a, kind: feed}]",
            "sources: [{name: a, kind: feed, url: example.org}]",
            "sources: [{name: a, kind: feed, url: 'https://example.org/', channel: x}]",
            "sources: [{name: a b, kind: feed, url: 'https://example.org/'}]",
            "sources: [{name: a, kind: feed, url: 'https://example.org/', labels: [x]}]",
            "sources: {a: {kind: feed}}",
            "rules: [{name: a}]",
            "rules: [{match: visit}]",
            "rules: [{name: a, match: [visit]}]",
            "rules: [{name: a, match: visit, severity: urgent}]",
            "rules: [{name: a, match: {any: []}}]",
            "rules: [{name: a, match: {}}]",
            "rules: [{name: a, match: {any: [x], at_least: two}}]",
            "rules: [{name: a, match: {all: [x], at_least: 2}}]",
            "rules: [{name: a, match: {near: [x, y, z], within: 2}}]",
            "rules: [{name: a, match: {near: [x, y]}}]",
            "rules: [{name: a, match: {near: [x, y], within: 2 sentences}}]",
            "rules: [{name: a, match: {any: [{nonne: [x]}]}}]",
            "rules: [{name: a, first_use: {of: war}}]",
            "rules: [{name: a, first_use: war}]",
            "rules: [{name: a, shift: {from: war, to: peace}}]",
            "rules: [{name: a, silent: {for: lerned}}]",
            "rules: [{name: a, silnt: {for: 36h}}]",
            "rules: [{name: a, frequency: {at_least: many, within: 1h}}]",
            "rules: [{name: a, chorus: {same_text: 1 org, within: 2h}}]",
            "concepts: [{name: a, terms: []}]",
            "concepts: [{name: a, terms: {english: [x]}}]",
            "route: [{receiver: a}]",
            "route: {receiver: a, routes: [{matcher: [x=y]}]}",
            "receivers: [{name: a, slack_config: []}]",
            "receivers: [{name: a, webhook_configs: [{secret: x}]}]",
            "receivers: [{name: a, file_configs: [{path: x, sync: often}]}]",
            "storage: {url: 'postgresql://x'}",
        ]:
            with self.subTest(text):
                self.assertFalse(schema.is_valid(read(text)))

    def test_what_the_loader_takes_fits(self):
        schema = validator()
        for text in [
            "",
            "global:",
            "sources:",
            "global: {max_age: 1h30m, contact: 5}",
            "sources: [{name: 7days, kind: telegram_web, channel: 123, labels: {country: NO}}]",
            "rules: [{name: yes1, match: 2023, labels: {year: 2023}}]",
            "rules: [{name: a, match: {near: [x, {any: [y, {concept: z}]}], within: 5 words}}]",
            "rules: [{name: a, match: {field: {title: [x]}, exact: WHO}, from: 'tier=official'}]",
            "receivers: [{name: a, webhook_configs: [{url_env: X, secret_file: y, timeout: 10s}]}]",
            "web: {auth_token_file: x, listen_address: ':8317'}",
        ]:
            with self.subTest(text):
                schema.validate(read(text))

    def test_tests_of_rules_have_a_schema_of_their_own(self):
        schema = validator("--test")
        good = """
rule_files: [a.yml]
tests:
  - name: a visit is critical
    start_time: 2023-03-17T07:00:00Z
    statements:
      - {at: 12m, source: kremlin, labels: {org: Kremlin}, text: a state visit}
    expect:
      - {at: 12m, alerts: [{rule: visits, severity: critical, evidence: [kremlin]}]}
      - {at: 20m, alerts: []}
"""
        schema.validate(read(good))
        for before, after in [
            ("tests:", "test:"),
            ("at: 12m", "at: 12"),
            ("severity: critical", "severity: urgent"),
            ("rule: visits", "rules: visits"),
        ]:
            with self.subTest(after):
                self.assertFalse(schema.is_valid(read(good.replace(before, after, 1))))

    def test_the_manual_pages_are_such_that_man_can_set(self):
        groff = shutil.which("groff")
        self.assertIsNotNone(groff, "groff-base is among the packages of packaging/build-deps.txt")
        for section, name, word in [
            ("1", "SPOKESWATCH(1)", "--explain"),
            ("5", "SPOKESWATCH.YML(5)", "poll_interval"),
        ]:
            page = self.run_verb("manual", section)
            self.assertEqual(page.returncode, 0, page.stderr)
            result = subprocess.run(
                [groff, "-man", "-Kutf8", "-Tutf8", "-ww"],
                input=page.stdout,
                capture_output=True,
                text=True,
                timeout=60,
            )
            self.assertEqual(result.stderr, "")
            text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", result.stdout)
            self.assertIn(name, text)
            self.assertIn(word, text)
        self.assertEqual(self.run_verb("manual", "7").returncode, 64)

    def test_tests_have_no_manual_of_their_own(self):
        result = self.run_verb("schema", "--test", "--format", "markdown")
        self.assertEqual(result.returncode, 64)
        self.assertEqual(result.stdout, "")


class Check(Case):
    def setUp(self):
        super().setUp()
        self.config = self.directory / "spokeswatch.yml"

    def test_a_code_is_explained(self):
        result = self.run_verb("check", "--explain", "sw111")
        self.assertEqual(result.returncode, 0)
        self.assertTrue(result.stdout.startswith("SW111: not a duration\n"))
        unknown = self.run_verb("check", "--explain", "SW1O1")
        self.assertEqual(unknown.returncode, 64)
        self.assertIn("did you mean `SW101`?", unknown.stderr)

    def test_programs_read_json_with_the_place_of_every_fault(self):
        self.config.write_text("global: {poll_intervall: 60s}\nrules: [{name: a, match: visit}]\n")
        result = self.run_verb("check", "--format", "json", config=self.config)
        self.assertEqual(result.returncode, 78)
        error, warning = json.loads(result.stdout)
        self.assertEqual(
            (error["severity"], error["code"], error["line"], error["column"], error["end"]),
            ("error", "SW101", 1, 10, 24),
        )
        self.assertEqual(error["hints"], ["did you mean `poll_interval`?"])
        self.assertTrue(pathlib.Path(error["file"]).name == "spokeswatch.yml")
        self.assertEqual((warning["severity"], warning["code"]), ("warning", "SW204"))
        self.assertEqual(self.run_verb("--json", "check", config=self.config).stdout, result.stdout)

    def test_a_pull_request_is_annotated(self):
        self.config.write_text("global: {poll_intervall: 60s}\n")
        result = self.run_verb("check", "--format", "github", config=self.config)
        self.assertRegex(
            result.stdout,
            r"^::error file=\S*spokeswatch\.yml,line=1,col=10,endColumn=24,title=SW101::unknown key ",
        )

    def test_strict_makes_errors_of_warnings(self):
        self.config.write_text("rules: [{name: a, match: visit}]\n")
        self.assertEqual(self.run_verb("check", config=self.config).returncode, 0)
        strict = self.run_verb("check", "--strict", "--format", "short", config=self.config)
        self.assertEqual(strict.returncode, 78)
        self.assertIn(": error[SW204]: ", strict.stdout)


if __name__ == "__main__":
    unittest.main()
