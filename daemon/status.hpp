#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerts/receivers.hpp"
#include "daemon/poller.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// State of the daemon for /api/v1/status and `spokeswatch status`.
struct StatusReport {
    std::string version;
    Time started_at{};
    Time now{};
    std::string config_file;
    Time loaded_at{};
    std::string reload_error;
    bool store_ok = true;
    StoreCounts counts;
    std::size_t rules = 0;
    std::vector<SourceStatus> sources;
    std::shared_ptr<const Receivers> receivers;
    std::vector<TargetRecord> paused;
    std::vector<OperationalEvent> events;  // that last
};

std::string to_json(const StatusReport& report);

// paused, failing, ok, or waiting for its first poll.
std::string source_state(const SourceRecord& record);
// One source alone, as it stands in a StatusReport, with labels and events.
std::string to_json(
    const SourceStatus& source, const Labels& labels, const std::vector<OperationalEvent>& events
);

// `text` with spaces up to `width`, for columns.
std::string padded(std::string text, std::size_t width);

// One screen from that JSON. `well`: nothing in it asks for action.
struct StatusScreen {
    std::string text;
    bool well = true;
};
StatusScreen status_screen(std::string_view json);

}  // namespace spokeswatch
