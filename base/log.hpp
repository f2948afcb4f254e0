#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spokeswatch {

// One event, one line: a short message in plain words and fields. Field names are the house's:
// source kind statement url rule alert receiver notification group error attempt duration_ms count
// config. Values are escaped (control characters, line breaks, invalid UTF-8) and cut at 1 KiB, so
// text of a source can be a value, but never the message. A Secret cannot be a value.
enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json, journal };

struct LogField {
    std::string_view name;
    std::string value;
    bool bare = false;  // a number or a truth value: without quotes in JSON

    LogField(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
    LogField(std::string_view n, const char* v) : name(n), value(v) {}
    LogField(std::string_view n, bool v) : name(n), value(v ? "true" : "false"), bare(true) {}
    template <typename Number>
    requires std::is_arithmetic_v<Number> LogField(std::string_view n, Number v)
        : name(n), value(std::to_string(v)), bare(std::isfinite(static_cast<double>(v))) {}
};

// Until it is called: text at info level on stderr. `journal` falls back to text when the journal's
// socket is not there. Called once, before threads start.
void log_setup(LogLevel level, LogFormat format);
std::optional<LogLevel> parse_log_level(std::string_view text);
std::optional<LogFormat> parse_log_format(std::string_view text);

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view m, std::initializer_list<LogField> f = {}) {
    log(LogLevel::debug, m, f);
}
inline void log_info(std::string_view m, std::initializer_list<LogField> f = {}) {
    log(LogLevel::info, m, f);
}
inline void log_warn(std::string_view m, std::initializer_list<LogField> f = {}) {
    log(LogLevel::warn, m, f);
}
inline void log_error(std::string_view m, std::initializer_list<LogField> f = {}) {
    log(LogLevel::error, m, f);
}

// Printable form of hostile bytes for a terminal or a log: control characters as \n \t \xNN, line
// separators and direction overrides as \uNNNN, invalid UTF-8 as U+FFFD, at most `bytes_max` bytes
// and then an ellipsis.
std::string printable(std::string_view text, std::size_t bytes_max = 1024);

}  // namespace spokeswatch
