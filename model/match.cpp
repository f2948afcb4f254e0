#include "model/match.hpp"

#include "model/enum_names.hpp"

namespace spokeswatch {

namespace {

constexpr EnumNames<3> severity_names{"info", "warning", "critical"};

}  // namespace

std::string_view to_string(Severity severity) { return enum_name(severity_names, severity); }

std::optional<Severity> parse_severity(std::string_view text) {
    return enum_value<Severity>(severity_names, text);
}

}  // namespace spokeswatch
