#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "daemon/client.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/probe.hpp"
#include "daemon/run_here.hpp"
#include "daemon/status.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t events_shown = 10;

// What the store knows of the configured sources; works while the daemon is down, and before it
// ever ran.
struct Known {
    std::map<std::string, SourceRecord> records;
    std::vector<OperationalEvent> events;  // newest first
};

std::optional<Known> read_known(const Config& config, const EventFilter& filter, int& code) {
    Known known;
    if (!std::filesystem::exists(config.storage.path)) return known;
    auto database = Database::open_read_only(config.storage.path);
    if (!database) {
        std::cerr << "spokeswatch: " << database.error().message << '\n';
        code = exit_no_input;
        return std::nullopt;
    }
    auto records = database->sources();
    auto events = database->operational_events(filter);
    if (!records || !events) {
        std::cerr << "spokeswatch: " << (records ? events.error() : records.error()).message
                  << '\n';
        code = exit_io;
        return std::nullopt;
    }
    for (SourceRecord& record : *records) {
        std::string name = record.name;
        known.records.emplace(std::move(name), std::move(record));
    }
    known.events = std::move(*events);
    return known;
}

SourceStatus status_of(const SourceConfig& source, const Known& known) {
    SourceStatus status;
    status.kind = source.kind.value;
    status.interval = source.poll_interval;
    status.record.name = source.name.value;
    status.record.kind = source.kind.value;
    const auto found = known.records.find(source.name.value);
    // Under another kind the name was another source.
    if (found != known.records.end() && found->second.kind == source.kind.value)
        status.record = found->second;
    return status;
}

std::vector<OperationalEvent> events_of(const std::string& source, const Known& known) {
    std::vector<OperationalEvent> events;
    for (const OperationalEvent& event : known.events)
        if (event.subject == source && event.labels.contains("source")) events.push_back(event);
    return events;
}

std::string time_or_never(const std::optional<Time>& time) {
    return time ? format_time(*time) : "never";
}

void print_event(const OperationalEvent& event) {
    std::cout << "  " << format_time(event.since) << "  " << to_string(event.event) << "  "
              << (event.ended_at ? "until " + format_time(*event.ended_at) : "lasts") << "\n    "
              << printable(event.message, 300) << '\n';
    if (!event.body_file.empty()) std::cout << "    answer saved to " << event.body_file << '\n';
}

void print_line(const SourceStatus& status) {
    const SourceRecord& record = status.record;
    std::cout << padded(record.name, 24) << ' ' << padded(record.kind, 14) << ' '
              << padded(source_state(record), 8) << ' ' << time_or_never(record.last_success_at)
              << '\n';
    if (record.failures > 0 && !record.paused_at)
        std::cout << "    " << record.last_error << " (" << record.failures
                  << " times): " << printable(record.last_message, 300) << '\n';
}

void print_all(const SourceConfig& source, const SourceStatus& status) {
    const SourceRecord& record = status.record;
    print_line(status);
    if (record.paused_at)
        std::cout << "paused       since " << format_time(*record.paused_at)
                  << "; go on: spokeswatch sources resume " << record.name << '\n';
    std::cout << "polled       every " << format_duration(source.poll_interval) << ", last tried "
              << time_or_never(record.last_attempt_at) << '\n';
    if (record.not_before) std::cout << "not before   " << format_time(*record.not_before) << '\n';
    std::cout << "statements   " << record.statements << '\n';
    if (!record.account_key.empty())
        std::cout << "account      " << printable(record.account_key, 300) << '\n';
    if (record.last_gap_at)
        std::cout << "last gap     " << format_time(*record.last_gap_at) << ", after "
                  << printable(record.last_gap->from_id, 100) << '\n';
    for (const auto& [name, value] : source.labels)
        std::cout << "label        " << name << '=' << printable(value) << '\n';
}

int change_source(const CommonOptions& common, const std::string& name, const char* verb) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    if (find_source(*snapshot, name) == nullptr) return exit_usage;
    DaemonClient client(common);
    if (!client.good()) return exit_config;
    boost::json::object body;
    body["name"] = name;
    return client.change(std::string("/api/v1/sources/") + verb, boost::json::serialize(body));
}

}  // namespace

const SourceConfig* find_source(const Snapshot& snapshot, const std::string& name) {
    std::vector<std::string> names;
    for (const SourceConfig& source : snapshot.config.sources) {
        if (source.name.value == name) return &source;
        names.push_back(source.name.value);
    }
    const std::string near = nearest(name, names);
    std::cerr << "spokeswatch: no source is named `" << printable(name) << '`'
              << (near.empty() ? "" : "; did you mean `" + near + "`?") << '\n';
    return nullptr;
}

int run_sources_list(const CommonOptions& common) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    EventFilter open;
    open.open = true;
    int code = exit_ok;
    const auto known = read_known(snapshot->config, open, code);
    if (!known) return code;
    for (const SourceConfig& source : snapshot->config.sources) {
        const SourceStatus status = status_of(source, *known);
        if (common.json)
            std::cout << to_json(status, source.labels, events_of(source.name.value, *known))
                      << '\n';
        else
            print_line(status);
    }
    return exit_ok;
}

int run_sources_show(const CommonOptions& common, const std::string& name) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    const SourceConfig* source = find_source(*snapshot, name);
    if (source == nullptr) return exit_usage;
    EventFilter of_source;
    of_source.subject = name;
    of_source.limit = events_shown;
    int code = exit_ok;
    const auto known = read_known(snapshot->config, of_source, code);
    if (!known) return code;
    const SourceStatus status = status_of(*source, *known);
    const std::vector<OperationalEvent> events = events_of(name, *known);
    if (common.json) {
        std::cout << to_json(status, source->labels, events) << '\n';
        return exit_ok;
    }
    print_all(*source, status);
    if (!events.empty()) std::cout << "events\n";
    for (const OperationalEvent& event : events) print_event(event);
    return exit_ok;
}

int run_sources_probe(const CommonOptions& common, const std::string& what) {
    boost::asio::io_context io(1);
    SystemClock clock;
    HttpClientOptions client;
    client.user_agent = user_agent(Config());
    auto http = make_http_client(io.get_executor(), clock, client);
    const auto probed = run_here(io, probe(what, *http));
    if (!probed) {
        std::cerr << "spokeswatch: " << printable(probed.error().message, 500) << '\n';
        return probed.error().kind == ErrorKind::rejected ? exit_no : exit_unavailable;
    }
    if (!common.json) {
        std::cout << source_yaml(*probed);
        return exit_ok;
    }
    boost::json::object options;
    for (const auto& [name, value] : probed->options) options[name] = value;
    boost::json::object object;
    object["kind"] = probed->kind;
    object["options"] = std::move(options);
    if (!probed->title.empty()) object["title"] = probed->title;
    std::cout << boost::json::serialize(object) << '\n';
    return exit_ok;
}

int run_sources_pause(const CommonOptions& common, const std::string& name) {
    return change_source(common, name, "pause");
}

int run_sources_resume(const CommonOptions& common, const std::string& name) {
    return change_source(common, name, "resume");
}

}  // namespace spokeswatch
