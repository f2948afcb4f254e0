#include <cstdlib>

#include <catch2/catch.hpp>

#include "config/files.hpp"
#include "tests/config/loaded.hpp"

// global, storage, web, sources, receivers, routes; several files as one configuration.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using FileMap = std::map<std::string, std::string>;

const std::string feed = "sources: [{name: a, kind: feed, url: 'https://example.org/f'";

}  // namespace

TEST_CASE("an empty configuration has the defaults that the manual states") {
    const Loaded loaded("");
    CHECK(loaded.shown().empty());
    CHECK(loaded.config.global.poll_timeout == 60s);
    CHECK(loaded.config.global.max_age == 24h);
    CHECK(loaded.config.global.timezone == "UTC");
    CHECK(loaded.config.storage.path == "/var/lib/spokeswatch/spokeswatch.db");
    CHECK(loaded.config.web.listen_address.value == "127.0.0.1:8317");
    CHECK_FALSE(loaded.config.route);
}

TEST_CASE("every section is read into its fields") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml", R"(
global: {poll_interval: 90s, poll_timeout: 15s, max_age: 2d, timezone: UTC,
         contact: 'mailto:desk@example.org', user_agent: watch, proxy_url: 'http://proxy:3128',
         delivery_max_age: 6h, heartbeat: {url: 'https://hc.example.org/x', every: 2m}}
storage: {path: data/archive.db}
web: {listen_address: '[::1]:9000', external_url: 'https://watch.example.org/sw', auth_token_file: t}
sources:
  - name: mfa.china-2
    kind: feed
    url: https://example.org/feed
    mode: summary
    pages: 3
    tags: politics
    labels: {org: MFA China, country: NO}
    poll_interval: 5m
    poll_timeout: 10s
    max_age: 1w
    backfill: 2d
    timezone: UTC
    allow_private: yes
    proxy_url: http://other:1
    ca_file: ca.pem
    user_agent: x
    lang: zh
    ignore: [reposts, reply]
receivers:
  - name: desk
    chat_configs: [{api_url_file: chat, channel: '#desk'}]
    file_configs: [{path: out/alerts.ndjson}]
)"},
        {"t", "token\n"},
        {"chat", "https://chat.example.org/hook\r\n"},
        {"ca.pem", "x"}});
    CHECK(loaded.shown().empty());
    const Config& config = loaded.config;
    CHECK(config.global.poll_interval == Duration(90s));
    CHECK(config.global.poll_timeout == 15s);
    CHECK(config.global.max_age == 48h);
    CHECK(config.global.contact == "mailto:desk@example.org");
    CHECK(config.global.proxy_url == "http://proxy:3128");
    CHECK(config.global.delivery_max_age == Duration(6h));
    REQUIRE(config.global.heartbeat_url);
    CHECK(config.global.heartbeat_url->value == "https://hc.example.org/x");
    CHECK(config.global.heartbeat_every == 2min);
    CHECK(config.storage.path == loaded.folder.path() / "data/archive.db");
    CHECK(config.web.listen_address.value == "[::1]:9000");
    CHECK(config.web.external_url == "https://watch.example.org/sw/");
    CHECK(config.web.auth_token.reveal() == "token");
    REQUIRE(config.sources.size() == 1);
    const SourceConfig& source = config.sources[0];
    CHECK(source.name.value == "mfa.china-2");
    CHECK(source.labels == Labels{{"org", "MFA China"}, {"country", "NO"}});
    CHECK(source.poll_interval == 5min);
    CHECK(source.poll_timeout == 10s);
    CHECK(source.max_age == 24h * 7);
    CHECK(source.backfill == Duration(48h));
    CHECK(source.allow_private);
    CHECK(source.ca_file == loaded.folder.path() / "ca.pem");
    CHECK(source.lang == "zh");
    CHECK(source.ignore == std::vector<Form>{Form::repost, Form::reply});
    CHECK(source.options.text("url") == "https://example.org/feed");
    CHECK(source.options.text("mode") == "summary");
    CHECK(source.options.whole("pages", 1) == 3);
    CHECK(source.options.texts("tags") == std::vector<std::string>{"politics"});
    REQUIRE(config.receivers.size() == 1);
    REQUIRE(config.receivers[0].targets.size() == 2);
    const Options& chat = config.receivers[0].targets[0].options;
    CHECK(chat.secret("api_url").reveal() == "https://chat.example.org/hook");
    CHECK(chat.text("channel") == "#desk");
    CHECK(
        config.receivers[0].targets[1].options.text("path") ==
        loaded.folder.path() / "out/alerts.ndjson"
    );
    // One receiver and no route: everything goes there.
    REQUIRE(config.route);
    CHECK(config.route->receiver.value == "desk");
}

TEST_CASE("an interval is the source's, else global's, else the kind's") {
    CHECK(Loaded(feed + "}]\n").config.sources[0].poll_interval == 10min);
    const Loaded global("global: {poll_interval: 2m}\n" + feed + "}]\n");
    CHECK(global.config.sources[0].poll_interval == 2min);
    const Loaded own("global: {poll_interval: 2m}\n" + feed + ", poll_interval: 1s}]\n");
    CHECK(own.config.sources[0].poll_interval == 1s);
    CHECK(own.errors().empty());
    CHECK_THAT(own.lines("SW209"), Catch::Contains("every 1m"));
}

TEST_CASE("files of include and rule_files are one configuration") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml",
         "include: [conf.d/*.yml, conf.d/a.yml]\nrule_files: rules/*.yml\n"
         "route: {receiver: desk}\nglobal: {max_age: 1h}\n"},
        {"conf.d/a.yml", feed + "}]\nstorage: {path: x.db}\nglobal: {poll_timeout: 5s}\n"},
        {"conf.d/b.yml", "receivers: [{name: desk, file_configs: [{path: x}]}]\n"},
        {"rules/one.yml", "rules: [{name: r, match: visit, from: a, examples: {match: visit}}]\n"},
        {"rules/one.test.yml", "this is no configuration: [\n"},
        {"rules/.hidden.yml", "neither: [\n"}});
    CHECK(loaded.shown().empty());
    CHECK(loaded.config.sources.size() == 1);
    CHECK(loaded.config.rules.size() == 1);
    CHECK(loaded.config.global.max_age == 1h);
    CHECK(loaded.config.global.poll_timeout == 5s);
    CHECK(loaded.config.storage.path == loaded.folder.path() / "conf.d/x.db");
    REQUIRE(loaded.config.files.size() == 4);
    CHECK(loaded.config.files[0] == loaded.folder.path() / "spokeswatch.yml");
}

TEST_CASE("a value that two files set is an error with both places") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml",
         "include: b.yml\nglobal: {max_age: 1h}\nreceivers: [{name: a}]\nroute: {receiver: a}\n"},
        {"b.yml", "global: {max_age: 2h}\nroute: {receiver: a}\n"}});
    CHECK(
        loaded.errors() ==
        "b.yml:1:10: error[SW119]: `max_age` is set in two files; second value; "
        "first one is here (spokeswatch.yml:2:10)\n"
        "b.yml:2:1: error[SW119]: `route` is set in two files; second route; "
        "first one is here (spokeswatch.yml:4:1)\n"
    );
}

TEST_CASE("a file that is named must be there, a pattern may find nothing") {
    const Loaded loaded("include: [conf.d/*.yml, other.yml]\nrule_files: [a.test.yml]\n");
    CHECK(
        loaded.shown(DiagnosticFormat::short_lines) ==
        "spokeswatch.yml:1:25: error[SW109]: cannot read this file: no such file; other.yml\n"
        "spokeswatch.yml:2:14: error[SW118]: `a.test.yml` is a file of tests, not rules; "
        "name the file that holds the rules\n"
        "spokeswatch.yml:1:11: warning[SW213]: no file fits this pattern\n"
    );
}

TEST_CASE("files that include each other are read once") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml", "include: [a.yml]\n"}, {"a.yml", "include: [spokeswatch.yml, a.yml]\n"}}
    );
    CHECK(loaded.shown().empty());
}

TEST_CASE("a rule file holds rules and concepts only") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml", "rule_files: [r.yml]\n"},
        {"r.yml", "receivers: [{name: a}]\nrules: []\n"}});
    CHECK(
        loaded.errors() ==
        "r.yml:1:1: error[SW101]: `receivers` cannot stand in a rule file; "
        "only `rules` and `concepts` stand here; name other files by `include`\n"
    );
    CHECK(loaded.config.receivers.empty());
}

TEST_CASE("what is no regular file, or too large, is refused without waiting") {
    Loaded loaded(FileMap{{"spokeswatch.yml", "include: [pipe, zero, folder, large.yml]\n"}});
    REQUIRE(mkfifo((loaded.folder.path() / "pipe").c_str(), 0600) == 0);
    std::filesystem::create_symlink("/dev/zero", loaded.folder.path() / "zero");
    std::filesystem::create_directory(loaded.folder.path() / "folder");
    loaded.write("large.yml", std::string(9 * 1024 * 1024, '#'));
    loaded.load();
    const std::string told = loaded.errors();
    CHECK_THAT(
        told, Catch::Contains("1:11: error[SW109]: cannot read this file: it is not a regular")
    );
    CHECK_THAT(
        told, Catch::Contains("1:17: error[SW109]: cannot read this file: it is not a regular")
    );
    CHECK_THAT(
        told, Catch::Contains("1:23: error[SW109]: cannot read this file: it is a directory")
    );
    CHECK_THAT(told, Catch::Contains("1:31: error[SW109]: cannot read this file: it is larger"));
}

TEST_CASE("a configuration file that is not there is told as such") {
    LoadOptions options;
    options.file = "/nowhere/spokeswatch.yml";
    Diagnostics diagnostics;
    load_config(options, diagnostics);
    CHECK(
        render(diagnostics, DiagnosticFormat::human) ==
        "error[SW109]: cannot read the configuration file: no such file\n"
        " --> /nowhere/spokeswatch.yml:1:1\n"
    );
}

TEST_CASE("names are told as unknown only when every file could be read") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml", "include: [a.yml]\nroute: {receiver: desk}\n"},
        {"a.yml", "receivers: [{name: desk}\n"}});
    CHECK(loaded.lines("SW121").empty());
    CHECK_THAT(loaded.errors(), Catch::Contains("SW100"));
}

TEST_CASE("keys are told where they belong") {
    const auto told = [](const std::string& text) { return Loaded(text).errors(); };
    CHECK_THAT(told("group_wait: 10s\n"), Catch::Contains("`group_wait` belongs under `route`"));
    CHECK_THAT(told("global: {examples: 1}\n"), Catch::Contains("`examples` belongs in a rule"));
    CHECK_THAT(
        told("sourcs: []\n"), Catch::Contains("unknown key `sourcs`; did you mean `sources`?")
    );
    CHECK_THAT(
        told("rules: [{name: a, match: x, poll_intervall: 1s}]\n"),
        Catch::Contains("`poll_interval` belongs in a source")
    );
    CHECK_THAT(
        told("receivers: [{name: a}]\nroute: {receiver: a, repeat_interval: 4h}\n"),
        Catch::Contains("`repeat_interval` does not exist here: a statement does not keep firing")
    );
    CHECK_THAT(told("global: {resolve_timeout: 5m}\n"), Catch::Contains("never resolves"));
    CHECK_THAT(told("sources: [{name: a, type: feed}]\n"), Catch::Contains("did you mean `kind`?"));
    CHECK_THAT(
        told("rules: [{name: a, match: x, on: [post]}]\n"),
        Catch::Contains("SW108") && Catch::Contains("the key is called `statements`")
    );
    CHECK_THAT(
        told(feed + ", chanel: x}]\n"), Catch::Contains("unknown key `chanel` in source `a`")
    );
}

TEST_CASE("known words of later versions are refused as such") {
    for (const char* text : {
             "templates: [a.tmpl]\n",
             "time_intervals: []\n",
             "silences: []\n",
             "inhibit_rules: []\n",
             "storage: {url: 'postgresql://x'}\n",
             "storage: {retention: 400d}\n",
             "web: {rule_editing: draft}\n",
             "rules: [{name: a, match: x, cooldown: 6h}]\n",
             "rules: [{name: a, match: x, throttle: {at_most: 3, within: 1h}}]\n",
             "rules: [{name: a, match: x, corroboration: {at_least: 2}}]\n",
             "receivers: [{name: a, ntfy_configs: []}]\n",
             "receivers: [{name: a}]\nroute: {receiver: a, routes: [{when_muted: hold}]}\n",
             "sources: [{name: a, kind: telegram_bot, chat: y}]\n",
         }) {
        INFO(text);
        const Loaded loaded(text);
        CHECK_THAT(loaded.errors(), Catch::Contains("error[SW116]"));
        CHECK_THAT(loaded.errors(), Catch::Contains("is not available in this version"));
        CHECK(loaded.diagnostics.errors() == 1);
    }
}

TEST_CASE("values of the wrong type are told in plain words") {
    const auto told = [](const std::string& text) { return Loaded(text).errors(); };
    CHECK_THAT(told("global: [a]\n"), Catch::Contains("`global` needs a mapping, this is a list"));
    CHECK_THAT(
        told("sources: {a: b}\n"), Catch::Contains("`sources` needs a list, this is a mapping")
    );
    CHECK_THAT(told("sources: [a]\n"), Catch::Contains("a source needs a mapping, this is text"));
    CHECK_THAT(
        told("global: {contact: [a]}\n"), Catch::Contains("`contact` needs a text, this is a list")
    );
    CHECK_THAT(told("global: {contact: }\n"), Catch::Contains("this is empty"));
    CHECK_THAT(told("include: {a: b}\n"), Catch::Contains("needs a text or a list of texts"));
    CHECK_THAT(told("just text\n"), Catch::Contains("the file needs a mapping"));
    CHECK_THAT(told(feed + ", allow_private: maybe}]\n"), Catch::Contains("needs yes or no"));
    CHECK_THAT(
        told(feed + ", pages: 0777}]\n"), Catch::Contains("without leading zeros; write `777`")
    );
    CHECK_THAT(told(feed + ", pages: 9}]\n"), Catch::Contains("write a number from 1 to 5"));
    CHECK_THAT(told(feed + ", mode: ful}]\n"), Catch::Contains("did you mean `full`?"));
    CHECK_THAT(told(feed + ", poll_interval: 0}]\n"), Catch::Contains("SW115"));
    CHECK_THAT(told(feed + ", labels: [a]}]\n"), Catch::Contains("`labels` needs a mapping"));
    CHECK_THAT(told(feed + ", labels: {a-b: c}}]\n"), Catch::Contains("cannot name a label"));
    CHECK_THAT(told(feed + ", ignore: [repost, likes]}]\n"), Catch::Contains("allowed: posts"));
    CHECK_THAT(told(feed + ", ca_file: none.pem}]\n"), Catch::Contains("no such file"));
    CHECK_THAT(
        told("sources: [{name: a, kind: feed, url: example.org/feed}]\n"),
        Catch::Contains("write `https://example.org/feed`")
    );
    CHECK_THAT(
        told("web: {listen_address: localhost}\n"), Catch::Contains("needs a host and a port")
    );
    CHECK_THAT(
        told("web: {listen_address: '1:2:3'}\n"), Catch::Contains("needs a host and a port")
    );
    CHECK_THAT(
        told("global: {timezone: Europe/Berln}\n"), Catch::Contains("no time zone is named")
    );
    CHECK_THAT(told("global: {heartbeat: {every: 1m}}\n"), Catch::Contains("needs a `url`"));
}

TEST_CASE("a source needs a good name, a kind, and what its kind needs") {
    const auto told = [](const std::string& text) { return Loaded(text).errors(); };
    CHECK_THAT(
        told("sources: [{kind: feed, url: 'http://x/'}]\n"), Catch::Contains("needs a `name`")
    );
    CHECK_THAT(
        told("sources: [{name: 外交部, kind: feed, url: 'http://x/'}]\n"),
        Catch::Contains("SW120") && Catch::Contains("letters A-Z")
    );
    CHECK_THAT(
        told("sources: [{name: a, url: x}]\n"), Catch::Contains("source `a` needs a `kind`")
    );
    CHECK_THAT(
        told("sources: [{name: a, kind: fed}]\n"),
        Catch::Contains("no kind of source is named `fed`; did you mean `feed`?; kinds: feed, api")
    );
    CHECK_THAT(
        told("sources: [{name: a, kind: feed}]\n"), Catch::Contains("source `a` needs `url`")
    );
    CHECK_THAT(
        told(feed + "}]\nreceivers: [{name: a}, {name: a}]\nroute: {receiver: a}\n"),
        Catch::Contains("two receivers are named `a`")
    );
}

TEST_CASE("options that a target lacks are taken from global") {
    const Loaded loaded(FileMap{
        {"spokeswatch.yml",
         "global: {smtp_smarthost: 'mail:587', smtp_auth_password_file: p, chat_api_url_env: "
         "SW_T}\n"
         "receivers: [{name: a, mail_configs: [{to: a@example.org}, {to: [b, c], smarthost: "
         "'x:25'}]}]\n"},
        {"p", "secret"}});
    CHECK_THAT(loaded.errors(), Catch::Contains("environment variable `SW_T` is not set"));
    const auto& targets = loaded.config.receivers.at(0).targets;
    REQUIRE(targets.size() == 2);
    CHECK(targets[0].options.text("smarthost") == "mail:587");
    CHECK(targets[0].options.secret("auth_password").reveal() == "secret");
    CHECK(targets[1].options.text("smarthost") == "x:25");
    const Loaded lacking("receivers: [{name: a, mail_configs: [{to: x}]}]\n");
    CHECK_THAT(lacking.errors(), Catch::Contains("`smtp_smarthost` under `global`"));
}

TEST_CASE("routes inherit, and the first one takes everything") {
    const Loaded loaded(R"(
receivers: [{name: a}, {name: b}]
route:
  receiver: a
  group_by: [story, desk]
  group_wait: 5s
  routes:
    - {matchers: ['severity="critical"', 'desk=~"as.*,x"'], receiver: b, continue: true}
    - {matchers: 'tier!=media,country!~C.', group_wait: 1s, routes: [{matchers: 'rule=x', receiver: b}]}
)");
    CHECK(loaded.errors().empty());
    REQUIRE(loaded.config.route);
    const RouteConfig& root = *loaded.config.route;
    REQUIRE(root.routes.size() == 2);
    CHECK(root.routes[0].continue_);
    REQUIRE(root.routes[0].matchers.size() == 2);
    CHECK(root.routes[0].matchers[0].parts[0].label == "severity");
    CHECK(root.routes[0].matchers[0].parts[0].value == "critical");
    CHECK(root.routes[0].matchers[1].parts[0].op == MatcherOp::regex);
    CHECK(root.routes[0].matchers[1].parts[0].value == "as.*,x");
    CHECK(root.routes[1].receiver.value == "a");
    CHECK(root.routes[1].group_wait == Duration(1s));
    REQUIRE(root.routes[1].matchers[0].parts.size() == 2);
    CHECK(root.routes[1].matchers[0].parts[0].op == MatcherOp::not_equal);
    CHECK(root.routes[1].matchers[0].parts[1].op == MatcherOp::not_regex);
    CHECK(root.routes[1].routes[0].group_by == std::vector<std::string>{"story", "desk"});
    CHECK(root.routes[1].routes[0].group_wait == Duration(1s));
}

TEST_CASE("routes that cannot be are refused") {
    const auto told = [](const std::string& text) {
        return Loaded("receivers: [{name: a}, {name: b}]\n" + text).errors();
    };
    CHECK_THAT(told(""), Catch::Contains("there are several receivers and no `route`"));
    CHECK_THAT(told("route: {}\n"), Catch::Contains("the first route needs a `receiver`"));
    CHECK_THAT(
        told("route: {receiver: a, matchers: [x=y]}\n"),
        Catch::Contains("cannot stand in the first")
    );
    CHECK_THAT(
        told("route: {receiver: a, continue: true}\n"), Catch::Contains("cannot stand in the first")
    );
    CHECK_THAT(
        told("route: {receiver: a, routes: [{matchers: [kremlin]}]}\n"),
        Catch::Contains("a bare name stands in `from` only")
    );
    CHECK_THAT(
        told("route: {receiver: a, routes: [{matchers: [{tier: official}]}]}\n"),
        Catch::Contains("write `tier=official`")
    );
    CHECK_THAT(
        told("route: {receiver: a, routes: [{matchers: ['x==y']}]}\n"), Catch::Contains("SW123")
    );
    CHECK_THAT(
        told("route: {receiver: a, group_by: ['...']}\n"), Catch::Contains("leave `group_by` out")
    );
    CHECK_THAT(told("route: {receiver: c}\n"), Catch::Contains("receivers: a, b"));
}

TEST_CASE("an unknown receiver is told once, where it stands") {
    const Loaded loaded(
        "receivers: [{name: a}]\nroute: {receiver: b, routes: [{matchers: x=y}, {}]}\n"
    );
    CHECK(loaded.diagnostics.errors() == 1);
}

TEST_CASE("a path below the working directory is shown short, any other whole") {
    const std::filesystem::path here = std::filesystem::current_path();
    CHECK(shown_path(here / "rules" / "a.yml") == "rules/a.yml");
    const std::filesystem::path beside = here.parent_path() / "a.yml";
    CHECK(shown_path(beside) == beside.string());
}

TEST_CASE("operations is a tree of its own, and a receiver of it is in use") {
    const Loaded loaded(R"(
receivers: [{name: desk, file_configs: [{path: a}]}, {name: engineers}, {name: on_call}]
route: {receiver: desk}
operations:
  receiver: engineers
  routes:
    - {matchers: ['event=source_auth'], receiver: on_call, continue: true}
)");
    CHECK(loaded.shown().empty());
    REQUIRE(loaded.config.operations);
    CHECK(loaded.config.operations->receiver.value == "engineers");
    REQUIRE(loaded.config.operations->routes.size() == 1);
    CHECK(loaded.config.operations->routes[0].continue_);
    CHECK(loaded.config.operations->routes[0].matchers.size() == 1);
}

TEST_CASE("operations knows no groups, names only receivers that exist, and stands in one file") {
    const auto told = [](const std::string& text) {
        return Loaded("receivers: [{name: desk}]\n" + text).errors();
    };
    CHECK_THAT(
        told("operations: {receiver: desk, group_by: [event]}\n"), Catch::Contains("group_by")
    );
    CHECK_THAT(
        told("operations: {receiver: dsek}\n"),
        Catch::Contains("no receiver is named") && Catch::Contains("`desk`")
    );
    CHECK_THAT(
        told("operations: {matchers: [event=gap]}\n"), Catch::Contains("cannot stand in the first")
    );
    CHECK_THAT(told("operations:\n"), Catch::Contains("`operations` is empty"));
}
