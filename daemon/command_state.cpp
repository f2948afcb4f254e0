#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "daemon/client.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/status.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

// The store of the configuration, for reading; works while the daemon is down.
std::optional<Database> open_store(const CommonOptions& common, int& code) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) {
        code = exit_config;
        return std::nullopt;
    }
    auto database = Database::open_read_only(snapshot->config.storage.path);
    if (!database) {
        std::cerr << "spokeswatch: " << database.error().message << '\n';
        code = exit_no_input;
        return std::nullopt;
    }
    return std::move(*database);
}

int storage_failed(const Error& error) {
    std::cerr << "spokeswatch: " << error.message << '\n';
    return exit_io;
}

std::string shortened(const std::string& text, std::size_t code_points_max) {
    const std::string line = printable(text);
    const std::size_t end = byte_offset(line, code_points_max);
    return end < line.size() ? line.substr(0, end) + "…" : line;
}

json::object alert_json(const Alert& alert) {
    NotifiedAlert notified;
    notified.alert = alert;
    notified.changed.push_back(Change::created);
    json::value value = json::parse(alert_data_json(notified, ""));
    return value.get_object();
}

json::object row_json(const OutboxRow& row) {
    json::object object;
    object["notification"] = row.key;
    object["receiver"] = row.receiver;
    object["target"] = row.target;
    object["state"] = to_string(row.state);
    object["severity"] = to_string(row.severity);
    object["attempts"] = row.attempts;
    object["created_at"] = format_time(row.created_at);
    if (row.last_attempt_at) object["last_attempt_at"] = format_time(*row.last_attempt_at);
    if (row.delivered_at) object["delivered_at"] = format_time(*row.delivered_at);
    if (row.state == OutboxState::retry_wait || row.state == OutboxState::pending) {
        object["not_before"] = format_time(row.not_before);
    }
    if (row.attempts > 0) object["verdict"] = to_string(row.last_verdict);
    if (!row.detail.empty()) object["detail"] = row.detail;
    if (!row.remote_id.empty()) object["remote_id"] = row.remote_id;
    if (!row.merged_into.empty()) object["merged_into"] = row.merged_into;
    json::array alerts;
    for (const NotifiedAlert& notified : row.notification.alerts) {
        alerts.emplace_back(notified.alert.id);
    }
    object["alerts"] = std::move(alerts);
    json::array events;
    for (const OperationalEvent& event : row.notification.events)
        events.emplace_back(to_string(event.event));
    if (!events.empty()) object["events"] = std::move(events);
    return object;
}

void print_row(const OutboxRow& row) {
    std::cout << format_time(row.created_at) << "  " << to_string(row.state) << "  " << row.receiver
              << "  attempts " << row.attempts << "  " << row.key << '\n';
    if (!row.detail.empty() && row.state != OutboxState::delivered) {
        std::cout << "    " << printable(row.detail, 300) << '\n';
    }
}

void print_evidence(const Evidence& evidence) {
    std::cout << "  " << format_time(evidence.observed_at) << "  " << evidence.org << " ("
              << evidence.source << ", " << (evidence.lang.empty() ? "?" : evidence.lang) << ")"
              << (evidence.late ? "  late" : "") << "\n    "
              << shortened(evidence.title.empty() ? evidence.text : evidence.title, 200) << '\n';
    if (!evidence.url.empty()) std::cout << "    " << printable(evidence.url) << '\n';
    for (const Highlight& highlight : evidence.highlights) {
        std::cout << "    " << highlight.field << ' ' << highlight.start << '-' << highlight.end
                  << "  " << highlight.term << '\n';
    }
}

}  // namespace

int run_status(const CommonOptions& common) {
    DaemonClient client(common);
    if (!client.good()) return exit_config;
    auto answer = client.get("/api/v1/status");
    if (!answer) return client.explain(answer.error());
    if (common.json) {
        std::cout << answer->body << '\n';
        return status_screen(answer->body).well ? exit_ok : exit_no;
    }
    const StatusScreen screen = status_screen(answer->body);
    std::cout << screen.text;
    return screen.well ? exit_ok : exit_no;
}

int run_alerts_list(const CommonOptions& common, const AlertsOptions& options) {
    AlertFilter filter;
    filter.rule = options.rule;
    filter.limit = options.limit;
    if (!options.severity.empty()) {
        filter.severity = parse_severity(options.severity);
        if (!filter.severity) {
            std::cerr << "spokeswatch: --severity is info, warning or critical\n";
            return exit_usage;
        }
    }
    if (!options.since.empty()) {
        filter.since = time_option("--since", options.since);
        if (!filter.since) return exit_usage;
    }
    int code = exit_ok;
    std::optional<Database> database = open_store(common, code);
    if (!database) return code;
    auto alerts = database->alerts(filter);
    if (!alerts) return storage_failed(alerts.error());
    for (const Alert& alert : *alerts) {
        if (common.json) {
            std::cout << json::serialize(alert_json(alert)) << '\n';
        } else {
            std::cout << format_time(alert.first_seen_at) << "  " << to_string(alert.severity)
                      << "  " << alert.id << "  " << alert.rule << "  "
                      << shortened(alert.story_title, 80) << '\n';
        }
    }
    return exit_ok;
}

int run_alerts_show(const CommonOptions& common, const std::string& id) {
    int code = exit_ok;
    std::optional<Database> database = open_store(common, code);
    if (!database) return code;
    auto detail = database->alert(id);
    if (!detail) return storage_failed(detail.error());
    if (!*detail) {
        std::cerr << "spokeswatch: there is no alert " << printable(id) << '\n';
        return exit_no;
    }
    const Alert& alert = (*detail)->alert;
    if (common.json) {
        json::object object = alert_json(alert);
        json::array rows;
        for (const OutboxRow& row : (*detail)->notifications) rows.push_back(row_json(row));
        object["notifications"] = std::move(rows);
        object["story_reasons"] = json::value_from((*detail)->story_reasons);
        std::cout << json::serialize(object) << '\n';
        return exit_ok;
    }
    std::cout << alert.rule << "  " << to_string(alert.severity) << "  " << alert.id << '\n'
              << shortened(alert.story_title, 200) << "\nstory " << alert.story_id
              << ", first seen " << format_time(alert.first_seen_at) << '\n';
    for (const auto& [name, value] : alert.labels)
        std::cout << "  " << name << '=' << value << '\n';
    std::cout << "evidence\n";
    for (const Evidence& evidence : alert.evidence) print_evidence(evidence);
    std::cout << "story\n";
    for (const std::string& reason : (*detail)->story_reasons) std::cout << "  " << reason << '\n';
    std::cout << "notifications\n";
    for (const OutboxRow& row : (*detail)->notifications) print_row(row);
    return exit_ok;
}

int run_notifications_list(const CommonOptions& common, const NotificationsOptions& options) {
    OutboxFilter filter;
    filter.receiver = options.receiver;
    filter.limit = options.limit;
    if (!options.state.empty()) {
        filter.state = parse_outbox_state(options.state);
        if (!filter.state) {
            std::cerr
                << "spokeswatch: --state is pending, sending, retry_wait, delivered or dead\n";
            return exit_usage;
        }
    }
    int code = exit_ok;
    std::optional<Database> database = open_store(common, code);
    if (!database) return code;
    auto rows = database->outbox(filter);
    if (!rows) return storage_failed(rows.error());
    for (const OutboxRow& row : *rows) {
        if (common.json) {
            std::cout << json::serialize(row_json(row)) << '\n';
        } else {
            print_row(row);
        }
    }
    return exit_ok;
}

int run_notifications_retry(const CommonOptions& common, const std::string& what) {
    DaemonClient client(common);
    if (!client.good()) return exit_config;
    json::object body;
    body["what"] = what;
    return client.change("/api/v1/notifications/retry", json::serialize(body));
}

int run_kinds(const CommonOptions& common) {
    json::array all;
    const auto add = [&](const char* group, std::string_view name, std::string_view summary) {
        if (!common.json) {
            std::string padded(name);
            padded.resize(std::max<std::size_t>(padded.size(), 16), ' ');
            std::cout << "  " << padded << summary << '\n';
            return;
        }
        json::object object;
        object["group"] = group;
        object["kind"] = name;
        object["summary"] = summary;
        all.push_back(std::move(object));
    };
    if (!common.json) std::cout << "sources (kind:)\n";
    for (const ConnectorKind& kind : connector_kinds) add("source", kind.name, kind.summary);
    if (!common.json) std::cout << "receivers (KIND_configs:)\n";
    for (const NotifierKind& kind : notifier_kinds) add("notifier", kind.name, kind.summary);
    for (const json::value& value : all) std::cout << json::serialize(value) << '\n';
    return exit_ok;
}

}  // namespace spokeswatch
