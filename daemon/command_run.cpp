#include <cstdio>
#include <iostream>
#include <utility>

#include "base/log.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"

namespace spokeswatch {

std::shared_ptr<Snapshot> load_for(
    const CommonOptions& common,
    bool read_secrets,
    const std::vector<std::filesystem::path>& rule_files
) {
    LoadOptions load;
    load.file = common.config_file;
    load.kinds = kind_specs();
    load.read_secrets = read_secrets;
    load.rule_files = rule_files;
    Diagnostics diagnostics;
    std::shared_ptr<Snapshot> snapshot = load_snapshot(load, diagnostics);
    if (!snapshot) std::cerr << render(diagnostics, DiagnosticFormat::human);
    return snapshot;
}

CommonOptions config_if_there(CommonOptions common) {
    const bool given = common.config_file != CommonOptions{}.config_file;
    std::error_code failure;
    if (!given && !std::filesystem::exists(common.config_file, failure)) common.config_file.clear();
    return common;
}

bool has_rule(const Snapshot& snapshot, const std::string& name) {
    if (snapshot.rules.has_rule(name)) return true;
    std::vector<std::string> names;
    for (const RuleConfig& rule : snapshot.config.rules) names.push_back(rule.name.value);
    const std::string near = nearest(name, names);
    std::cerr << "spokeswatch: no rule is named `" << name << '`'
              << (near.empty() ? "" : "; did you mean `" + near + "`?") << '\n';
    return false;
}

int run_daemon(const CommonOptions& common, AppOptions options) {
    options.config_file = common.config_file;
    std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_config;
    override_config(options, snapshot->config);
    auto database = Database::open(snapshot->config.storage.path);
    if (!database) {
        log_error("cannot open the store", {{"error", database.error().message}});
        return exit_io;
    }
    App app(std::move(options), std::move(snapshot), std::move(*database));
    return app.run();
}

namespace {

DiagnosticFormat format_named(const std::string& name) {
    if (name == "short") return DiagnosticFormat::short_lines;
    if (name == "json") return DiagnosticFormat::json;
    if (name == "github") return DiagnosticFormat::github;
    return DiagnosticFormat::human;
}

}  // namespace

int run_check(const CommonOptions& common, const CheckOptions& options) {
    if (!options.explain.empty()) return run_explain(options.explain);
    LoadOptions load;
    load.file = common.config_file;
    load.kinds = kind_specs();
    Diagnostics diagnostics;
    const std::shared_ptr<Snapshot> snapshot = load_snapshot(load, diagnostics);
    if (options.strict) diagnostics.warnings_as_errors();
    const DiagnosticFormat format =
        common.json ? DiagnosticFormat::json : format_named(options.format);
    std::cout << render(diagnostics, format);
    if (diagnostics.has_errors()) return exit_config;
    if (format == DiagnosticFormat::human) {
        const Config& config = snapshot->config;
        std::cout << common.config_file.string() << ": ok: " << config.sources.size()
                  << " sources, " << snapshot->rules.size() << " rules, " << config.receivers.size()
                  << " receivers, " << diagnostics.warnings() << " warnings\n";
    }
    if (options.online) return check_online(*snapshot, format == DiagnosticFormat::json);
    return exit_ok;
}

}  // namespace spokeswatch
