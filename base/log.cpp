#include "base/log.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION

#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <memory>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t value_bytes_max = 1024;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

enum class Escape {
    plain,   // for people: \n \t \xNN, quotes and backslashes as they are
    quoted,  // the same inside quotes of a text line: quotes and backslashes escaped
    json,    // inside a JSON string
};

// Characters that move a cursor, break a line or turn the direction of what follows.
bool disturbing(char32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

void append_escaped(std::string& out, char32_t code_point, Escape escape) {
    if (code_point == '\n') {
        out += "\\n";
    } else if (code_point == '\t') {
        out += "\\t";
    } else if (disturbing(code_point)) {
        std::array<char, 8> buffer{};
        const bool wide = escape == Escape::json || code_point > 0xFF;
        std::snprintf(
            buffer.data(),
            buffer.size(),
            wide ? "\\u%04x" : "\\x%02x",
            static_cast<unsigned>(code_point)
        );
        out += buffer.data();
    } else {
        if (escape != Escape::plain && (code_point == '"' || code_point == '\\')) out += '\\';
        append_code_point(out, code_point);
    }
}

// At most `bytes_max` bytes of the escaped form of `text`, and an ellipsis when that is not all.
std::string escaped(std::string_view text, std::size_t bytes_max, Escape escape) {
    // No character becomes shorter, except a run of invalid bytes, so more need not be looked at.
    const bool more = text.size() > bytes_max + 4;
    const std::string valid = repair_utf8(text.substr(0, more ? bytes_max + 4 : text.size()));
    std::string out;
    for (std::size_t at = 0; at < valid.size();) {
        const std::size_t before = out.size();
        append_escaped(out, next_code_point(valid, at), escape);
        if (out.size() > bytes_max) {
            out.resize(before);
            return out.append(ellipsis);
        }
    }
    return more ? out.append(ellipsis) : out;
}

// "source=mfa error=timeout note=\"two words\"": quotes only where a reader would need them.
std::string text_line(std::string_view message, std::initializer_list<LogField> fields) {
    std::string line = printable(message);
    for (const LogField& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        const bool quotes =
            field.value.empty() || field.value.find_first_of(" \"\\=") != std::string::npos;
        if (quotes) line += '"';
        line += escaped(field.value, value_bytes_max, quotes ? Escape::quoted : Escape::plain);
        if (quotes) line += '"';
    }
    return line;
}

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warn:
            return "warn";
        case LogLevel::error:
            return "error";
    }
    return "unknown";
}

// Everything of the object but the time, which the sink's pattern writes.
std::string json_line(
    LogLevel level, std::string_view message, std::initializer_list<LogField> fields
) {
    std::string line = "\"level\":\"";
    line += to_string(level);
    line += "\",\"message\":\"";
    line += escaped(message, value_bytes_max, Escape::json);
    line += '"';
    for (const LogField& field : fields) {
        line += ",\"";
        line += field.name;
        line += field.bare ? "\":" : "\":\"";
        line += escaped(field.value, value_bytes_max, Escape::json);
        if (!field.bare) line += '"';
    }
    return line;
}

void send_to_journal(
    LogLevel level, std::string_view message, std::initializer_list<LogField> fields
) {
    constexpr std::array priorities{LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR};
    std::vector<std::string> entries;
    entries.reserve(fields.size() + 3);
    entries.push_back("MESSAGE=" + text_line(message, fields));
    entries.push_back("PRIORITY=" + std::to_string(priorities.at(static_cast<std::size_t>(level))));
    entries.emplace_back("SYSLOG_IDENTIFIER=spokeswatch");
    for (const LogField& field : fields) {
        std::string entry = "SPOKESWATCH_";
        for (const char letter : field.name)
            entry += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
        entry += '=';
        entries.push_back(entry + printable(field.value, value_bytes_max));
    }
    std::vector<iovec> parts;
    parts.reserve(entries.size());
    for (std::string& entry : entries) parts.push_back(iovec{entry.data(), entry.size()});
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

std::unique_ptr<spdlog::logger> stderr_logger(LogFormat format) {
    auto logger = std::make_unique<spdlog::logger>(
        "spokeswatch", std::make_shared<spdlog::sinks::stderr_sink_mt>()
    );
    // spdlog has no part in the level: log() decides before a line is built.
    logger->set_level(spdlog::level::trace);
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        format == LogFormat::json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})"
                                  : "%Y-%m-%dT%H:%M:%S.%eZ %v",
        spdlog::pattern_time_type::utc
    ));
    return logger;
}

struct Output {
    std::atomic<LogLevel> level{LogLevel::info};
    LogFormat format = LogFormat::text;
    std::unique_ptr<spdlog::logger> logger = stderr_logger(LogFormat::text);
};

Output& output() {
    static Output instance;
    return instance;
}

}  // namespace

void log_setup(LogLevel level, LogFormat format) {
    // libsystemd drops entries without a word where no journal listens.
    if (format == LogFormat::journal && access("/run/systemd/journal/socket", W_OK) != 0)
        format = LogFormat::text;
    output().level = level;
    output().format = format;
    output().logger = stderr_logger(format);
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
    if (text == "debug") return LogLevel::debug;
    if (text == "info") return LogLevel::info;
    if (text == "warn") return LogLevel::warn;
    if (text == "error") return LogLevel::error;
    return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text) {
    if (text == "text") return LogFormat::text;
    if (text == "json") return LogFormat::json;
    if (text == "journal") return LogFormat::journal;
    return std::nullopt;
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    Output& out = output();
    if (level < out.level) return;
    switch (out.format) {
        case LogFormat::journal:
            send_to_journal(level, message, fields);
            return;
        case LogFormat::json:
            out.logger->log(spdlog::level::info, json_line(level, message, fields));
            return;
        case LogFormat::text:
            std::string line(to_string(level));
            line.resize(6, ' ');
            out.logger->log(spdlog::level::info, line + text_line(message, fields));
            return;
    }
}

std::string printable(std::string_view text, std::size_t bytes_max) {
    return escaped(text, bytes_max, Escape::plain);
}

}  // namespace spokeswatch
