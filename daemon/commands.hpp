#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/app.hpp"

// One function a verb; each returns the exit code (exit_codes.hpp). Data goes to stdout, talk to
// stderr.

namespace spokeswatch {

struct CommonOptions {
    std::filesystem::path config_file = "/etc/spokeswatch/spokeswatch.yml";
    std::string server;  // host:port of a running daemon; empty = web.listen_address
    bool json = false;
};

// command_run.cpp
int run_daemon(const CommonOptions& common, AppOptions options);
struct CheckOptions {
    bool strict = false;
    bool online = false;
    std::string format = "human";  // human short json github
    std::string explain;           // a code; then nothing is checked
};
int run_check(const CommonOptions& common, const CheckOptions& options);
// command_online.cpp: polls every source once, at most 16 at once, and stores nothing.
int check_online(const Snapshot& snapshot, bool as_json);

// command_doctor.cpp
int run_doctor(const CommonOptions& common);

// command_schema.cpp
struct SchemaOptions {
    std::string format = "json";  // json markdown
    bool test = false;
};
int run_schema(const SchemaOptions& options);
int run_explain(const std::string& code);

// command_fmt.cpp
struct FmtOptions {
    std::vector<std::string> files;  // - for standard input; none: the main configuration file
    bool write = false;
    bool check = false;
};
int run_fmt(const CommonOptions& common, FmtOptions options);

// command_data.cpp
struct ParseOptions {
    std::string kind;
    std::string file;
    std::string url;
    std::vector<std::string> options;  // key=value
    std::string content_type;
    std::vector<std::string> headers;  // "K: V"
};
int run_parse(ParseOptions options);
struct MatchOptions {
    std::string rule;
    std::string file = "-";
    bool stats = false;
};
int run_match(const CommonOptions& common, const MatchOptions& options);
int run_poll(const CommonOptions& common, const std::string& source);

// command_replay.cpp
struct ReplayOptions {
    std::string file = "-";
    bool dry_run = false;
};
int run_replay(const CommonOptions& common, const ReplayOptions& options);

// command_backtest.cpp
struct BacktestOptions {
    std::vector<std::string> files;  // statements; empty: the archive of the store
    std::string rules;               // a file whose rules are tried instead of the configuration's
    std::string diff;                // a file whose rules are compared with these
    std::string since, until;        // a duration ago, or a time
};
int run_backtest(const CommonOptions& common, const BacktestOptions& options);

// command_explain.cpp
struct ExplainOptions {
    std::string what = "-";  // a file, - for standard input, or the id or URL of a stored statement
    std::string rule;
};
int run_explain(const CommonOptions& common, const ExplainOptions& options);

// command_test.cpp
struct TestOptions {
    std::vector<std::string> files;  // empty: every *.test.yml beside the configuration's files
    std::string junit;               // where to write a report; empty: nowhere
};
int run_test(const CommonOptions& common, const TestOptions& options);

// command_state.cpp
int run_status(const CommonOptions& common);
struct AlertsOptions {
    std::string rule;
    std::string severity;
    std::string since;  // a duration, or a time
    std::size_t limit = 100;
};
int run_alerts_list(const CommonOptions& common, const AlertsOptions& options);
int run_alerts_show(const CommonOptions& common, const std::string& id);
struct NotificationsOptions {
    std::string receiver;
    std::string state;
    std::size_t limit = 100;
};
int run_notifications_list(const CommonOptions& common, const NotificationsOptions& options);
int run_notifications_retry(const CommonOptions& common, const std::string& what);
int run_kinds(const CommonOptions& common);

// command_sources.cpp
int run_sources_list(const CommonOptions& common);
int run_sources_show(const CommonOptions& common, const std::string& name);
int run_sources_probe(const CommonOptions& common, const std::string& what);
int run_sources_pause(const CommonOptions& common, const std::string& name);
int run_sources_resume(const CommonOptions& common, const std::string& name);

// command_import.cpp
// `format`: opml, urlwatch or changedetection.
int run_import(const std::string& format, const std::string& file);
int run_export_opml(const CommonOptions& common);

// command_receivers.cpp
int run_receivers_list(const CommonOptions& common);
int run_receivers_test(const CommonOptions& common, const std::string& name);
int run_receivers_resume(const CommonOptions& common, const std::string& name);

// demo/demo.cpp
struct DemoOptions {
    bool once = false;
    std::string speed = "60";  // times as fast as it happened, or "max"
};
int run_demo(const CommonOptions& common, const DemoOptions& options);

// Without a configuration at the default place, and none named with -c, rule files stand alone.
CommonOptions config_if_there(CommonOptions common);
// The configuration for a verb, or nothing after its faults were printed to stderr.
// `rule_files`: their rules instead of the configuration's.
std::shared_ptr<Snapshot> load_for(
    const CommonOptions& common,
    bool read_secrets,
    const std::vector<std::filesystem::path>& rule_files = {}
);
// Whether a rule of that name exists; says on stderr when none does, with the nearest.
bool has_rule(const Snapshot& snapshot, const std::string& name);
// The source of that name; says on stderr when none has it, with the nearest.
const SourceConfig* find_source(const Snapshot& snapshot, const std::string& name);

}  // namespace spokeswatch
