#include "rules/judgement.hpp"

#include <algorithm>
#include <map>

#include "config/diagnostic.hpp"

namespace spokeswatch {

namespace {

// The day is enough for what lies so far back.
std::string day_text(Time time) { return format_time(time).substr(0, 10); }

std::string last_text(const std::optional<Time>& last) {
    return last ? "the last was " + day_text(*last) : "there was none before";
}

}  // namespace

std::string not_ready(bool counted, Time watched_since, Duration needed, Time at) {
    if (!counted) return "the archive is still being counted";
    if (needed == Duration{}) return "";
    const Duration watched = at - watched_since;
    if (watched >= needed) return "";
    return "watched since " + day_text(watched_since) + ", " + format_duration(needed) +
           " are needed: ready on " + day_text(watched_since + needed);
}

Judgement judge_first_use(const FirstUse& watch, Time at, std::optional<Time> last) {
    const std::string what = cited(watch.of.value);
    if (last && *last > at)
        return {false, what + " was already seen in a later statement, of " + day_text(*last)};
    if (last && at - *last < watch.in)
        return {
            false,
            what + " was last used " + day_text(*last) + ", less than " +
                format_duration(watch.in) + " before"};
    return {
        true, "first use of " + what + " in " + format_duration(watch.in) + ", " + last_text(last)};
}

Judgement judge_shift(
    const Shift& watch, Time at, std::optional<Time> last_from, std::optional<Time> last_to
) {
    const std::string from = cited(watch.from.value);
    const std::string to = cited(watch.to.value);
    if (last_to && *last_to > at)
        return {false, to + " was already seen in a later statement, of " + day_text(*last_to)};
    if (last_to && at - *last_to < watch.baseline)
        return {
            false,
            to + " is not new: it was last used " + day_text(*last_to) + ", less than " +
                format_duration(watch.baseline) + " before"};
    if (!last_from || *last_from > at || at - *last_from >= watch.baseline)
        return {
            false,
            from + " was not used in the " + format_duration(watch.baseline) +
                " before: there is nothing to shift from"};
    return {
        true,
        "from " + from + " to " + to + ": first use in " + format_duration(watch.baseline) + "; " +
            from + " was last used " + day_text(*last_from)};
}

std::optional<Stretch> dense_stretch(
    const std::vector<Time>& times, std::size_t index, const Frequency& watch
) {
    const auto size = static_cast<std::size_t>(watch.at_least);
    for (std::size_t first = std::min(index, times.size() - std::min(size, times.size()));;
         --first) {
        const std::size_t last = first + size - 1;
        if (last < index) break;
        if (last < times.size() && times[last] - times[first] < watch.within)
            return Stretch{first, last};
        if (first == 0) break;
    }
    return std::nullopt;
}

std::optional<Stretch> common_stretch(
    const std::vector<Said>& said, std::size_t index, const Chorus& watch
) {
    std::optional<Stretch> best;
    std::size_t most = static_cast<std::size_t>(watch.orgs) - 1;
    std::map<std::string_view, std::size_t> orgs;  // in [first, last]
    std::size_t first = 0;
    for (std::size_t last = 0; last < said.size(); ++last) {
        ++orgs[said[last].org];
        while (said[last].at - said[first].at >= watch.within) {
            const auto left = orgs.find(said[first++].org);
            if (--left->second == 0) orgs.erase(left);
        }
        if (last < index || first > index || orgs.size() <= most) continue;
        most = orgs.size();
        best = Stretch{first, last};
    }
    return best;
}

}  // namespace spokeswatch
