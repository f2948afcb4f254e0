#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "config/reference.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/manual.hpp"
#include "daemon/version.hpp"

namespace spokeswatch {
namespace {

struct LogOptions {
    std::string level;  // empty: usual_level()
    std::string format = "text";
    bool quiet = false;
    bool verbose = false;
};

// Everything that the command line can say, filled in while it is parsed.
struct CommandLine {
    CommonOptions common;
    LogOptions log;
    AppOptions run;
    CheckOptions check;
    SchemaOptions schema;
    int manual = 1;  // section
    FmtOptions fmt;
    ParseOptions parse;
    MatchOptions match;
    ReplayOptions replay;
    ExplainOptions explain;
    TestOptions test;
    BacktestOptions backtest;
    AlertsOptions alerts;
    NotificationsOptions notifications;
    DemoOptions demo;
    std::string name;  // of a source, receiver, alert or notification
    std::function<int()> verb;
};

CLI::App* add(
    CLI::App& app, const char* name, const char* help, CommandLine& line, std::function<int()> verb
) {
    CLI::App* added = app.add_subcommand(name, help);
    added->fallthrough();
    added->callback([&line, verb = std::move(verb)] { line.verb = verb; });
    return added;
}

void add_daemon(CLI::App& app, CommandLine& line) {
    CLI::App* run = add(app, "run", "run the daemon", line, [&line] {
        return run_daemon(line.common, line.run);
    });
    run->add_option("--web.listen-address", line.run.listen_address, "host:port of the endpoints");
    run->add_option("--web.external-url", line.run.external_url, "how readers reach them");
    run->add_option("--storage.path", line.run.storage_path, "the store");

    CLI::App* check = add(app, "check", "check the configuration", line, [&line] {
        return run_check(line.common, line.check);
    });
    check->add_flag("--strict", line.check.strict, "warnings are errors");
    check->add_flag("--online", line.check.online, "poll every source once; exit 1 if one fails");
    check->add_option("--format", line.check.format, "human, short, json or github")
        ->check(CLI::IsMember({"human", "short", "json", "github"}));
    check->add_option("--explain", line.check.explain, "what a code such as SW101 means");
    check->add_option("FILE", line.common.config_file, "main configuration file");

    CLI::App* schema =
        add(app, "schema", "JSON Schema of the configuration, for editors", line, [&line] {
            return run_schema(line.schema);
        });
    schema->add_flag("--test", line.schema.test, "of tests of rules");
    schema->add_option("--format", line.schema.format, "json, or the manual as markdown")
        ->check(CLI::IsMember({"json", "markdown"}));
    CLI::App* manual =
        add(app, "manual", "a manual page: 1 the verbs, 5 the configuration", line, [&app, &line] {
            const Page page =
                line.manual == 1 ? commands_page(app) : configuration_page(kind_specs());
            std::cout
                << (line.manual == 1
                        ? page.man("spokeswatch", 1, "watch official statements, alert people")
                        : page.man("spokeswatch.yml", 5, "configuration of spokeswatch"));
            return exit_ok;
        });
    manual->add_option("SECTION", line.manual, "1 or 5")->required()->check(CLI::IsMember({1, 5}));
    CLI::App* fmt = add(app, "fmt", "mend slips in configuration files", line, [&line] {
        return run_fmt(line.common, line.fmt);
    });
    fmt->add_option("FILE", line.fmt.files, "files; - for standard input");
    fmt->add_flag("--write", line.fmt.write, "write the files instead of printing them");
    fmt->add_flag("--check", line.fmt.check, "name the files that would change; exit 1 if any");

    add(app, "status", "the running daemon on one screen; exit 1 if unwell", line, [&line] {
        return run_status(line.common);
    });
    add(app,
        "doctor",
        "look at the machine: store, disk, clock, trust, dictionaries",
        line,
        [&line] { return run_doctor(line.common); });
    CLI::App* demo =
        add(app, "demo", "17 to 22 March 2023 on this machine, without a network", line, [&line] {
            return run_demo(line.common, line.demo);
        });
    demo->add_flag("--once", line.demo.once, "play once, check the outcome, exit 0 or 1");
    demo->add_option("--speed", line.demo.speed, "times as fast as it happened, or max");
}

void add_data(CLI::App& app, CommandLine& line) {
    CLI::App* parse = add(app, "parse", "a recorded answer to statements", line, [&line] {
        return run_parse(line.parse);
    });
    parse->add_option("KIND", line.parse.kind, "kind of source")->required();
    parse->add_option("FILE", line.parse.file, "body or whole answer; - for standard input");
    parse->add_option("--url", line.parse.url, "where the document came from");
    parse->add_option("--option", line.parse.options, "key=value of the source, one or several");
    parse->add_option("--content-type", line.parse.content_type, "Content-Type of the answer");
    parse->add_option(
        "--header", line.parse.headers, "'Name: value' of the answer, one or several"
    );

    CLI::App* match = add(app, "match", "statements to matches", line, [&line] {
        return run_match(line.common, line.match);
    });
    match->add_option("--rule", line.match.rule, "only this rule");
    match->add_option(
        "FILE", line.match.file, "statements, one JSON object a line; - for standard input"
    );
    match->add_flag("--stats", line.match.stats, "speed and memory to stderr");

    CLI::App* poll = add(app, "poll", "one live poll, nothing stored", line, [&line] {
        return run_poll(line.common, line.name);
    });
    poll->add_option("SOURCE", line.name, "name of the source")->required();

    CLI::App* replay = add(app, "replay", "statements through the whole pipeline", line, [&line] {
        return run_replay(line.common, line.replay);
    });
    replay->add_flag("--dry-run", line.replay.dry_run, "print instead of sending");
    replay->add_option(
        "FILE", line.replay.file, "statements, one JSON object a line; - for standard input"
    );
    add(app, "kinds", "kinds of sources and receivers", line, [&line] {
        return run_kinds(line.common);
    });
}

void add_why(CLI::App& app, CommandLine& line) {
    CLI::App* explain =
        add(app,
            "explain",
            "why a statement matches or not; exit 1 if nothing does",
            line,
            [&line] { return run_explain(line.common, line.explain); });
    explain->add_option("--rule", line.explain.rule, "only this rule");
    explain->add_option(
        "STATEMENT", line.explain.what, "id or URL of a stored one, or a file; - for standard input"
    );
}

void add_tests(CLI::App& app, CommandLine& line) {
    CLI::App* test = add(app, "test", "run *.test.yml; exit 1 if one fails", line, [&line] {
        return run_test(line.common, line.test);
    });
    test->add_option(
        "FILE", line.test.files, "files of tests; all beside the rules when none is given"
    );
    test->add_option("--junit", line.test.junit, "write a JUnit report to this file");
}

void add_backtest(CLI::App& app, CommandLine& line) {
    CLI::App* backtest =
        add(app, "backtest", "rules over the past; --diff: exit 1 if alerts differ", line, [&line] {
            return run_backtest(line.common, line.backtest);
        });
    backtest->add_option("--rules", line.backtest.rules, "rules of this file instead");
    backtest->add_option("--diff", line.backtest.diff, "compare with the rules of this file");
    backtest->add_option("--since", line.backtest.since, "a duration ago or a time");
    backtest->add_option("--until", line.backtest.until, "a duration ago or a time");
    backtest->add_option(
        "FILE", line.backtest.files, "statements, one JSON object a line; none: the archive"
    );
}

void add_state(CLI::App& app, CommandLine& line) {
    CLI::App* alerts = app.add_subcommand("alerts", "what was alerted")->require_subcommand(1);
    alerts->fallthrough();
    CLI::App* list = add(*alerts, "list", "newest first", line, [&line] {
        return run_alerts_list(line.common, line.alerts);
    });
    list->add_option("--rule", line.alerts.rule, "only of this rule");
    list->add_option("--severity", line.alerts.severity, "info, warning or critical");
    list->add_option("--since", line.alerts.since, "a duration or a time");
    list->add_option("--limit", line.alerts.limit, "at most");
    CLI::App* show =
        add(*alerts, "show", "one alert with its evidence and notifications", line, [&line] {
            return run_alerts_show(line.common, line.name);
        });
    show->add_option("ID", line.name, "id of the alert, or its beginning")->required();

    CLI::App* notifications =
        app.add_subcommand("notifications", "what was sent and what waits")->require_subcommand(1);
    notifications->fallthrough();
    CLI::App* sent = add(*notifications, "list", "newest first", line, [&line] {
        return run_notifications_list(line.common, line.notifications);
    });
    sent->add_option("--receiver", line.notifications.receiver, "only to this one");
    sent->add_option(
        "--state", line.notifications.state, "pending, sending, retry_wait, delivered or dead"
    );
    sent->add_option("--limit", line.notifications.limit, "at most");
    CLI::App* retry =
        add(*notifications, "retry", "try given-up notifications again", line, [&line] {
            return run_notifications_retry(line.common, line.name);
        });
    retry->add_option("WHAT", line.name, "receiver or notification")->required();

    CLI::App* receivers = app.add_subcommand("receivers", "who is told")->require_subcommand(1);
    receivers->fallthrough();
    add(*receivers, "list", "receivers and their targets", line, [&line] {
        return run_receivers_list(line.common);
    });
    CLI::App* test =
        add(*receivers, "test", "send a test message by the very same code", line, [&line] {
            return run_receivers_test(line.common, line.name);
        });
    test->add_option("NAME", line.name, "receiver")->required();
    CLI::App* resume = add(*receivers, "resume", "try a paused receiver now", line, [&line] {
        return run_receivers_resume(line.common, line.name);
    });
    resume->add_option("NAME", line.name, "receiver")->required();
}

void add_sources(CLI::App& app, CommandLine& line) {
    CLI::App* sources = app.add_subcommand("sources", "what is watched")->require_subcommand(1);
    sources->fallthrough();
    add(*sources, "list", "every source and how it does", line, [&line] {
        return run_sources_list(line.common);
    });
    const auto named = [&](const char* verb,
                           const char* help,
                           int (*run)(const CommonOptions&, const std::string&)) {
        add(*sources, verb, help, line, [&line, run] { return run(line.common, line.name); })
            ->add_option("NAME", line.name, "source")
            ->required();
    };
    named("show", "one source, with its last operational events", run_sources_show);
    add(*sources,
        "probe",
        "what an address is, as YAML of a source",
        line,
        [&line] { return run_sources_probe(line.common, line.name); })
        ->add_option("WHAT", line.name, "address of a page, feed or channel, @handle or @user@host")
        ->required();
    named("pause", "stop reading a source until it is resumed", run_sources_pause);
    named("resume", "read a paused source now and go on", run_sources_resume);
}

void add_lists(CLI::App& app, CommandLine& line) {
    CLI::App* import = app.add_subcommand("import", "sources from another program's list, as YAML")
                           ->require_subcommand(1);
    import->fallthrough();
    const auto from = [&](const char* format, const char* help) {
        add(*import, format, help, line, [&line, format] { return run_import(format, line.name); })
            ->add_option("FILE", line.name, "the list; - for standard input")
            ->required();
    };
    from("opml", "the subscriptions of a feed reader");
    from("urlwatch", "urls.yaml of urlwatch");
    from("changedetection", "url-watches.json of changedetection.io, or a list of addresses");
    CLI::App* out =
        app.add_subcommand("export", "sources for another program")->require_subcommand(1);
    out->fallthrough();
    add(*out, "opml", "the feeds, for a feed reader", line, [&line] {
        return run_export_opml(line.common);
    });
}

bool set_up_log(const LogOptions& options, const std::string& otherwise) {
    std::optional<LogLevel> level =
        parse_log_level(options.level.empty() ? otherwise : options.level);
    const std::optional<LogFormat> format = parse_log_format(options.format);
    if (!level || !format) {
        std::cerr
            << "spokeswatch: --log.level is debug, info, warn or error; --log.format is text, "
               "json or journal\n";
        return false;
    }
    if (options.quiet) level = LogLevel::error;
    if (options.verbose) level = LogLevel::debug;
    log_setup(*level, *format);
    return true;
}

// Verbs that send nothing have nothing to say of deliveries.
std::string usual_level(const CLI::App& app, const CommandLine& line) {
    if (app.got_subcommand("demo")) return "error";
    const bool sends = !app.got_subcommand("test") && !line.replay.dry_run;
    return sends ? "info" : "warn";
}

int command_line(int argc, char** argv) {
    CommandLine line;
    CLI::App app("Watches what governments say in public and tells people the moment it matters.");
    app.name("spokeswatch");
    app.set_version_flag("--version", std::string("spokeswatch ") + version);
    app.require_subcommand(1);
    app.add_option("-c,--config.file", line.common.config_file, "main configuration file")
        ->capture_default_str();
    app.add_option("--server", line.common.server, "host:port of a running daemon");
    app.add_flag("--json", line.common.json, "machine-readable output");
    app.add_flag("-q", line.log.quiet, "log errors only");
    app.add_flag("-v", line.log.verbose, "log everything");
    app.add_option("--log.level", line.log.level, "debug, info, warn or error");
    app.add_option("--log.format", line.log.format, "text, json or journal");
    add_daemon(app, line);
    add_data(app, line);
    add_why(app, line);
    add_tests(app, line);
    add_backtest(app, line);
    add_state(app, line);
    add_sources(app, line);
    add_lists(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, std::cout, std::cerr);
        return code == 0 ? exit_ok : exit_usage;
    }
    if (!set_up_log(line.log, usual_level(app, line))) return exit_usage;
    return line.verb();
}

}  // namespace
}  // namespace spokeswatch

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return spokeswatch::command_line(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "spokeswatch: internal error: " << error.what() << '\n';
        return spokeswatch::exit_software;
    }
}
