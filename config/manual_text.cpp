#include "config/manual_text.hpp"

namespace spokeswatch {

void add_introduction(Page& page) {
    page.prose(R"(
`spokeswatch check -c /etc/spokeswatch/spokeswatch.yml` reads the same files by the same code as the
service and tells every fault of every file in one run, with line, column and, where one is near, the
word that was meant. The service does the same at start and at reload; a reload with a fault changes
nothing.

A whole set-up can be one file:
)");
    page.code("yaml", R"(
sources:
  - name: kremlin
    kind: feed
    url: http://en.kremlin.ru/events/all/feed
    labels: {org: Kremlin, country: RU, tier: official}
rules:
  - name: state_visits
    match: state visit
    examples:
      match: [Xi Jinping will pay a state visit to Russia]
      no_match: [The state hosts many visitors]
receivers:
  - name: desk
    webhook_configs: [{url: 'https://desk.example.org/hook', secret_file: desk_hmac}]
)");
    page.prose(R"(
An editor that knows yaml-language-server completes keys and marks faults with the schema that
`spokeswatch schema` prints (`spokeswatch schema --test` for tests of rules); a package installs both.
The first line of a file names it:
)");
    page.code(
        "yaml",
        "# yaml-language-server: $schema=file:///usr/share/spokeswatch/spokeswatch.schema.json\n"
    );
}

void add_values(Page& page) {
    page.heading(2, "Values");
    page.table({
        {"type", "how it is written"},
        {"text",
         "with or without quotes. Nothing is turned into numbers or truth values: `country: NO` is "
         "a text. `${...}` is not expanded"},
        {"whole number", "decimal digits, no leading zero"},
        {"yes/no", "`true`, `yes`, `on` or `false`, `no`, `off`"},
        {"duration",
         "a number and a unit, joined, larger units first: `500ms`, `30s`, `5m`, `6h`, `2d`, `1w`, "
         "`1h30m`"},
        {"list of texts", "a list, or one text for a list of one"},
        {"name", "letters A-Z a-z, digits and `_` `.` `-`, at most 64"},
        {"labels",
         "a mapping of label to text; label names are letters, digits and `_`, no digit first"},
        {"URL", "`http://` or `https://` and a host"},
        {"path", "relative to the folder of the file that it stands in"},
    });
    page.heading(3, "Secrets");
    page.prose("Wherever a table says \"secret\", three keys give the value; set one of them.");
    page.table({
        {"key", "meaning"},
        {"`x_file: NAME`",
         "the content of a file, one line break at its end dropped. `NAME` without a slash is "
         "looked "
         "for in `$CREDENTIALS_DIRECTORY` (systemd's `LoadCredential=`) as `spokeswatch_NAME`, "
         "then "
         "as `NAME`, and then beside the file that names it. At most 64 KiB"},
        {"`x_env: NAME`", "the value of an environment variable"},
        {"`x: TEXT`", "the secret itself; a warning when everybody can read the file"},
    });
    page.prose("A secret is never shown, not even by a message about the line it stands in.");
}

void add_matchers(Page& page) {
    page.heading(3, "Matchers");
    page.prose(R"(
One syntax in `from`, `not_from` and `matchers`: `label=value`, `label!=value`, `label=~regex`,
`label!~regex` (anchored at both ends). A value may stand in double quotes; a comma inside one text is AND:
`'tier=official,country=CN'`. A label that is not there is the empty text. The name of a source alone stands
only in `from` and `not_from`. Items of a list are OR in `from` and `not_from`, AND in `matchers`.
)");
}

void add_yaml(Page& page) {
    page.heading(2, "YAML");
    page.prose(R"(
What YAML leaves to chance is refused: keys that stand twice in a mapping, a second document in a file,
merge keys (`<<`), tags (`!x`), tabs as indentation, invalid UTF-8, control characters, quotes and brackets
that are never closed, full-width `：` `，` and spaces where YAML needs its own, and words that begin with `@`,
`#`, `` ` `` or `%` without quotes. Anchors and aliases work; a byte order mark is skipped.
)");
}

const std::string_view later_text = R"(
So are `forms: light`, `statements: [delete]`, and the kinds of sources and receivers that are still to
come.

`repeat_interval`, `resolve_timeout` and `send_resolved` of Alertmanager do not exist: a statement does not
keep firing, and an alert never resolves.
)";

const std::string_view codes_text = R"(
Errors stop a start or a reload; warnings do not. `spokeswatch check --explain SW101` explains a code with
a wrong and a right example. What `check` prints is chosen by `--format`:

- `human`: the line and a caret under the place, the first 20 faults and a count.
- `short`: one line a fault, `file:line:column: error[SW101]: message; hint`.
- `json`: a list of objects with `severity` (`error` or `warning`), `code`, `file`, `line`, `column` and
  `end` (the column behind; both from 1, in code points), `message`, `hints` (what to do, the first one
  stands beside the caret), `notes`, and `related`: other places, with `file`, `line`, `column`, `end` and
  `message`. No fault is an empty list.
- `github`: workflow commands that annotate a pull request,
  `::error file=F,line=L,col=C,endColumn=E,title=SW101::message`.

With `--strict` a warning counts as an error.
)";

}  // namespace spokeswatch
