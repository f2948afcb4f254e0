#include "base/check.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/date.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    const auto date = parse_date(text);
    const auto elsewhere = parse_date(text, 480);
    check(date.has_value() == elsewhere.has_value(), "the default zone makes a date");
    if (!date) return 0;
    using std::chrono::sys_days;
    using std::chrono::year;
    check(date->time > Time(sys_days(year(0) / 1 / 1)), "a date is before all years");
    check(date->time < Time(sys_days(year(2201) / 1 / 3)), "a date is after all years");
    // What we write ourselves reads as the same moment.
    if (date->time < Time(sys_days(year(1970) / 1 / 1))) return 0;
    if (date->time >= Time(sys_days(year(2201) / 1 / 1))) return 0;
    const auto again = parse_date(format_time(date->time));
    check(again && again->time == date->time, "our own form reads as another moment");
    return 0;
}
