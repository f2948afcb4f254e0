#include "daemon/status.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace spokeswatch {

namespace {

namespace json = boost::json;

json::object source_json(const SourceStatus& source) {
    const SourceRecord& record = source.record;
    json::object object;
    object["name"] = record.name;
    object["kind"] = source.kind;
    object["state"] = source_state(record);
    if (record.paused_at) object["paused_at"] = format_time(*record.paused_at);
    object["poll_interval"] = format_duration(source.interval);
    object["statements"] = record.statements;
    if (record.last_success_at) object["last_success_at"] = format_time(*record.last_success_at);
    if (source.next_poll_at) object["next_poll_at"] = format_time(*source.next_poll_at);
    if (record.failures > 0) {
        object["failures"] = record.failures;
        object["error"] = record.last_error;
        object["message"] = record.last_message;
    }
    if (record.not_before) object["not_before"] = format_time(*record.not_before);
    if (record.last_gap_at) object["last_gap_at"] = format_time(*record.last_gap_at);
    if (!source.notes.empty()) object["notes"] = json::value_from(source.notes);
    return object;
}

json::object target_json(const Target& target, const std::vector<TargetRecord>& paused) {
    json::object object;
    object["target"] = target.id;
    object["receiver"] = target.receiver;
    object["kind"] = target.kind;
    object["address"] = target.address;
    const auto found = std::ranges::find(paused, target.id, &TargetRecord::target);
    object["state"] = found == paused.end() ? "ok" : "paused";
    if (found != paused.end()) {
        if (found->paused_at) object["paused_at"] = format_time(*found->paused_at);
        object["reason"] = found->reason;
    }
    return object;
}

json::array events_json(const std::vector<OperationalEvent>& all) {
    json::array events;
    for (const OperationalEvent& event : all)
        events.push_back(json::parse(event_data_json(event, "")));
    return events;
}

}  // namespace

std::string source_state(const SourceRecord& record) {
    if (record.paused_at) return "paused";
    if (record.failures > 0) return "failing";
    return record.baseline_done ? "ok" : "waiting";
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string to_json(
    const SourceStatus& source, const Labels& labels, const std::vector<OperationalEvent>& events
) {
    json::object object = source_json(source);
    object["labels"] = json::value_from(labels);
    object["events"] = events_json(events);
    return json::serialize(object);
}

std::string to_json(const StatusReport& report) {
    json::object root;
    root["version"] = report.version;
    root["started_at"] = format_time(report.started_at);
    root["now"] = format_time(report.now);
    json::object config;
    config["file"] = report.config_file;
    config["loaded_at"] = format_time(report.loaded_at);
    config["rules"] = report.rules;
    if (!report.reload_error.empty()) config["reload_error"] = report.reload_error;
    root["config"] = std::move(config);

    json::object store;
    store["ok"] = report.store_ok;
    store["statements"] = report.counts.statements;
    store["stories"] = report.counts.stories;
    store["alerts"] = report.counts.alerts;
    root["store"] = std::move(store);

    json::object outbox;
    outbox["pending"] = report.counts.outbox_pending;
    outbox["sending"] = report.counts.outbox_sending;
    outbox["retry_wait"] = report.counts.outbox_retry_wait;
    outbox["delivered"] = report.counts.outbox_delivered;
    outbox["dead"] = report.counts.outbox_dead;
    outbox["groups_waiting"] = report.counts.groups_waiting;
    if (report.counts.outbox_oldest_at) {
        outbox["oldest_at"] = format_time(*report.counts.outbox_oldest_at);
    }
    root["outbox"] = std::move(outbox);

    json::array sources;
    for (const SourceStatus& source : report.sources) sources.push_back(source_json(source));
    root["sources"] = std::move(sources);
    json::array receivers;
    if (report.receivers) {
        for (const Target& target : report.receivers->targets()) {
            receivers.push_back(target_json(target, report.paused));
        }
    }
    root["receivers"] = std::move(receivers);
    root["events"] = events_json(report.events);
    return json::serialize(root);
}

namespace {

std::string text_of(const json::object& object, const char* key) {
    const json::value* found = object.if_contains(key);
    if (found == nullptr) return "";
    if (found->is_string()) return std::string(found->get_string());
    return json::serialize(*found);
}

const json::object& object_of(const json::object& root, const char* key) {
    static const json::object none;
    const json::value* found = root.if_contains(key);
    return found != nullptr && found->is_object() ? found->get_object() : none;
}

const json::array& array_of(const json::object& root, const char* key) {
    static const json::array none;
    const json::value* found = root.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

void add_sources(const json::object& root, StatusScreen& screen) {
    const json::array& sources = array_of(root, "sources");
    std::size_t failing = 0;
    std::string lines;
    for (const json::value& value : sources) {
        if (!value.is_object()) continue;
        const json::object& source = value.get_object();
        const std::string state = text_of(source, "state");
        lines += "  " + padded(text_of(source, "name"), 24) + " " +
                 padded(text_of(source, "kind"), 14) + " " + padded(state, 8) + " " +
                 text_of(source, "last_success_at");
        if (state == "failing") {
            ++failing;
            lines += "\n      " + text_of(source, "error") + " (" + text_of(source, "failures") +
                     " times): " + text_of(source, "message");
        }
        lines += '\n';
    }
    screen.text += "sources      " + std::to_string(sources.size()) + ", " +
                   std::to_string(failing) + " failing\n" + lines;
    if (failing > 0) screen.well = false;
}

void add_events(const json::object& root, StatusScreen& screen) {
    const json::array& events = array_of(root, "events");
    if (events.empty()) return;
    screen.text += "events       " + std::to_string(events.size()) + " last\n";
    for (const json::value& value : events) {
        if (!value.is_object()) continue;
        const json::object& event = value.get_object();
        screen.text += "  " + padded(text_of(event, "subject"), 24) + " " +
                       padded(text_of(event, "event"), 14) + " since " + text_of(event, "since") +
                       "\n      " + text_of(event, "message") + '\n';
    }
}

void add_receivers(const json::object& root, StatusScreen& screen) {
    screen.text += "receivers\n";
    for (const json::value& value : array_of(root, "receivers")) {
        if (!value.is_object()) continue;
        const json::object& target = value.get_object();
        const std::string state = text_of(target, "state");
        screen.text += "  " + padded(text_of(target, "receiver"), 24) + " " +
                       padded(text_of(target, "kind"), 14) + " " + padded(state, 8) + " " +
                       text_of(target, "address") + '\n';
        if (state != "paused") continue;
        screen.well = false;
        screen.text += "      since " + text_of(target, "paused_at") + ": " +
                       text_of(target, "reason") +
                       "\n      try again now: spokeswatch receivers resume " +
                       text_of(target, "receiver") + '\n';
    }
}

}  // namespace

StatusScreen status_screen(std::string_view text) {
    StatusScreen screen;
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        screen.well = false;
        screen.text = "the daemon's answer is not a status\n";
        return screen;
    }
    const json::object& root = value.get_object();
    const json::object& config = object_of(root, "config");
    const json::object& store = object_of(root, "store");
    const json::object& outbox = object_of(root, "outbox");
    screen.text = "spokeswatch  " + text_of(root, "version") + ", up since " +
                  text_of(root, "started_at") + "\nconfig       " + text_of(config, "file") + ", " +
                  text_of(config, "rules") + " rules, loaded " + text_of(config, "loaded_at") +
                  '\n';
    if (config.contains("reload_error")) {
        screen.well = false;
        screen.text +=
            "  the last reload was refused:\n  " + text_of(config, "reload_error") + '\n';
    }
    if (text_of(store, "ok") != "true") {
        screen.well = false;
        screen.text += "  the store refuses to be written\n";
    }
    screen.text += "store        " + text_of(store, "statements") + " statements, " +
                   text_of(store, "stories") + " stories, " + text_of(store, "alerts") +
                   " alerts\n";
    screen.text += "outbox       " + text_of(outbox, "delivered") + " delivered, " +
                   text_of(outbox, "pending") + " pending, " + text_of(outbox, "retry_wait") +
                   " waiting to be tried again, " + text_of(outbox, "dead") + " given up\n";
    add_sources(root, screen);
    add_events(root, screen);
    add_receivers(root, screen);
    return screen;
}

}  // namespace spokeswatch
