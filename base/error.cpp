#include "base/error.hpp"

namespace spokeswatch {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::network:
            return "network";
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::tls:
            return "tls";
        case ErrorKind::rate_limited:
            return "rate_limited";
        case ErrorKind::unauthorized:
            return "unauthorized";
        case ErrorKind::forbidden:
            return "forbidden";
        case ErrorKind::gone:
            return "gone";
        case ErrorKind::blocked:
            return "blocked";
        case ErrorKind::quota:
            return "quota";
        case ErrorKind::server:
            return "server";
        case ErrorKind::rejected:
            return "rejected";
        case ErrorKind::malformed:
            return "malformed";
        case ErrorKind::too_large:
            return "too_large";
        case ErrorKind::storage:
            return "storage";
    }
    return "unknown";
}

std::optional<ErrorKind> parse_error_kind(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::storage); ++i)
        if (const auto kind = static_cast<ErrorKind>(i); to_string(kind) == text) return kind;
    return std::nullopt;
}

}  // namespace spokeswatch
