#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include <sys/resource.h>

#include "base/utf8.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/normalise.hpp"
#include "daemon/run_here.hpp"

namespace spokeswatch {

namespace {

// `--option key=value` as the loader would have read it.
bool set_option(const std::vector<OptionSpec>& specs, const std::string& text, Options& options) {
    const auto equals = text.find('=');
    std::string name = text.substr(0, equals);
    const OptionSpec* spec = find_option(specs, name);
    if (spec != nullptr && spec->type == OptionType::mapping && !spec->text_key.empty()) {
        name += '.' + spec->text_key;
        spec = find_option(specs, name);
    }
    if (equals == std::string::npos || spec == nullptr) {
        std::cerr << "spokeswatch: --option " << name << ": no such option; there are:";
        for (const OptionSpec& known : specs) std::cerr << ' ' << known.name;
        std::cerr << '\n';
        return false;
    }
    const std::string value = text.substr(equals + 1);
    switch (spec->type) {
        case OptionType::whole: {
            std::int64_t number = 0;
            const auto [end, failed] =
                std::from_chars(value.data(), value.data() + value.size(), number);
            if (failed != std::errc{} || end != value.data() + value.size()) {
                std::cerr << "spokeswatch: --option " << name << " needs a whole number\n";
                return false;
            }
            options.set(name, number, {});
            return true;
        }
        case OptionType::flag:
            options.set(name, value == "true" || value == "yes", {});
            return true;
        case OptionType::duration: {
            const auto duration = parse_duration(value);
            if (!duration) {
                std::cerr << "spokeswatch: --option " << name
                          << " needs a duration, as 30s or 5m\n";
                return false;
            }
            options.set(name, *duration, {});
            return true;
        }
        case OptionType::secret:
            options.set(name, Secret(value), {});
            return true;
        case OptionType::texts:
            options.set(name, std::vector<std::string>(1, value), {});
            return true;
        case OptionType::text:
        case OptionType::url:
        case OptionType::path:
        case OptionType::choice:
            options.set(name, value, {});
            return true;
        case OptionType::mapping:
            std::cerr << "spokeswatch: --option " << name
                      << " is a mapping: set one of its keys, as " << name << '.'
                      << spec->keys.front().name << '\n';
            return false;
    }
    return false;
}

// An option that takes several values takes a FILE that follows it as well: it is given back.
void give_back_file(ParseOptions& options) {
    const auto take = [&](std::vector<std::string>& values, char mark) {
        if (!options.file.empty() || values.empty()) return;
        if (values.back().find(mark) != std::string::npos) return;
        options.file = values.back();
        values.pop_back();
    };
    take(options.options, '=');
    take(options.headers, ':');
}

}  // namespace

int run_parse(ParseOptions options) {
    give_back_file(options);
    if (options.file.empty()) {
        std::cerr << "spokeswatch: parse KIND FILE: which file? - is standard input\n";
        return exit_usage;
    }
    const auto kind = std::ranges::find(connector_kinds, options.kind, &ConnectorKind::name);
    if (kind == connector_kinds.end()) {
        std::cerr << "spokeswatch: there is no kind `" << options.kind
                  << "`; `spokeswatch kinds` lists them\n";
        return exit_usage;
    }
    const std::optional<std::string> bytes = read_input(options.file);
    if (!bytes) return exit_no_input;

    ParseInput input;
    if (bytes->starts_with("HTTP/1.")) {
        auto recorded = parse_recorded_response(*bytes);
        if (!recorded) {
            std::cerr << "spokeswatch: " << options.file << ": " << recorded.error().message
                      << '\n';
            return exit_data;
        }
        input.response = std::move(*recorded);
    } else {
        input.response.status = 200;
        input.response.body = *bytes;
    }
    if (!options.content_type.empty()) {
        input.response.headers.emplace_back("Content-Type", options.content_type);
    }
    for (const std::string& header : options.headers) {
        const auto colon = header.find(':');
        if (colon == std::string::npos) {
            std::cerr << "spokeswatch: --header needs 'Name: value'\n";
            return exit_usage;
        }
        const auto value = header.find_first_not_of(" \t", colon + 1);
        input.response.headers.emplace_back(
            header.substr(0, colon), value == std::string::npos ? "" : header.substr(value)
        );
    }
    SourceConfig source;
    source.name.value = "parse";
    source.kind.value = options.kind;
    const std::vector<OptionSpec> specs = kind->options();
    for (const std::string& option : options.options) {
        if (!set_option(specs, option, source.options)) return exit_usage;
    }
    input.response.url = options.url;
    const bool takes_url = std::ranges::find(specs, "url", &OptionSpec::name) != specs.end();
    if (takes_url && !options.url.empty() && !source.options.has("url")) {
        source.options.set("url", options.url, {});
    }
    input.source = &source;
    SystemClock clock;
    input.now = clock.now();
    auto batch = kind->parse(input);
    if (!batch) {
        std::cerr << "spokeswatch: not " << options.kind << ": " << batch.error().message << '\n';
        return exit_data;
    }
    for (Statement& statement : batch->statements) {
        statement.kind = options.kind;
        statement.account_key = batch->account_key;
        normalise(statement);
        std::cout << to_json(statement, true) << '\n';
    }
    return exit_ok;
}

namespace {

// CPU and memory of this process so far.
struct Usage {
    double cpu_s = 0;
    long peak_kib = 0;

    static Usage now() {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
        };
        return {seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss};
    }
};

void append_match(
    std::string& out, const Statement& statement, std::size_t line, const Match& match
) {
    if (statement.native_id.empty()) {
        out += "{\"line\":" + std::to_string(line);
    } else {
        out += "{\"native_id\":";
        append_json_text(out, statement.native_id);
    }
    out += ",\"rule\":";
    append_json_text(out, match.rule);
    out += ",\"severity\":";
    append_json_text(out, to_string(match.severity));
    out += ",\"highlights\":[";
    bool first = true;
    for (const Highlight& highlight : match.highlights) {
        out += first ? "{\"field\":" : ",{\"field\":";
        first = false;
        append_json_text(out, highlight.field);
        out += ",\"start\":" + std::to_string(highlight.start);
        out += ",\"end\":" + std::to_string(highlight.end);
        out += ",\"term\":";
        append_json_text(out, highlight.term);
        if (highlight.look_alike) out += ",\"look_alike\":true";
        out += '}';
    }
    out += "]}\n";
}

}  // namespace

int run_match(const CommonOptions& common, const MatchOptions& options) {
    const Usage at_start = Usage::now();
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    const Usage compiled = Usage::now();
    if (!options.rule.empty() && !has_rule(*snapshot, options.rule)) return exit_usage;
    LineReader lines(options.file);
    if (!lines.good()) return exit_no_input;
    std::size_t statements = 0;
    std::size_t bytes = 0;
    std::string line;
    std::string out;
    while (lines.next(line)) {
        std::optional<Statement> statement = read_statement(line, lines.number(), false);
        if (!statement) continue;
        ++statements;
        bytes += statement->text.size() + statement->title.size();
        const bool with_source = !statement->source.empty();
        SourceInfo info;
        if (with_source) info = source_info(*snapshot, statement->source);
        for (const Match& match :
             snapshot->rules.match(*statement, with_source ? &info : nullptr)) {
            if (!options.rule.empty() && match.rule != options.rule) continue;
            append_match(out, *statement, lines.number(), match);
        }
        if (out.size() > 64 * 1024) {
            std::cout << out;
            out.clear();
        }
    }
    std::cout << out << std::flush;
    if (options.stats) {
        const Usage end = Usage::now();
        const double seconds = std::max(end.cpu_s - compiled.cpu_s, 1e-9);
        std::cerr << "statements " << statements << "\nstatements_per_second "
                  << static_cast<std::int64_t>(static_cast<double>(statements) / seconds)
                  << "\nbytes_per_second "
                  << static_cast<std::int64_t>(static_cast<double>(bytes) / seconds) << "\nrules "
                  << snapshot->rules.size() << "\ncompile_seconds "
                  << compiled.cpu_s - at_start.cpu_s << "\npeak_memory_kib " << end.peak_kib
                  << '\n';
    }
    return exit_ok;
}

int run_poll(const CommonOptions& common, const std::string& name) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_config;
    const SourceConfig* source = find_source(*snapshot, name);
    if (source == nullptr) return exit_usage;
    const auto kind = std::ranges::find(connector_kinds, source->kind.value, &ConnectorKind::name);
    boost::asio::io_context io(1);
    SystemClock clock;
    HttpClientOptions client;
    client.user_agent = user_agent(snapshot->config);
    auto http = make_http_client(io.get_executor(), clock, client);
    ConnectorDeps deps;
    deps.http = http.get();
    deps.clock = &clock;
    deps.proxy_url = snapshot->config.global.proxy_url;
    auto connector = kind->make(*source, deps);
    auto batch = run_here(io, connector->poll(Cursor{}));
    if (!batch) {
        const Error& error = batch.error();
        std::cerr << "spokeswatch: " << name << ": " << to_string(error.kind) << ": "
                  << error.message << '\n';
        return error.kind == ErrorKind::malformed ? exit_data : exit_unavailable;
    }
    for (Statement& statement : batch->statements) {
        statement.source = name;
        statement.kind = source->kind.value;
        statement.account_key = batch->account_key;
        statement.observed_at = clock.now();
        normalise(statement);
        std::cout << to_json(statement) << '\n';
    }
    for (const std::string& note : batch->notes) std::cerr << "note: " << note << '\n';
    return exit_ok;
}

}  // namespace spokeswatch
