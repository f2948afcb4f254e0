#include "daemon/arrivals.hpp"

#include "daemon/input.hpp"

namespace spokeswatch {

std::optional<Time> Arrival::at(Time now) const {
    if (statement.observed_at != Time{}) return statement.observed_at;
    if (statement.published_at && *statement.published_at > now) return std::nullopt;
    return statement.published_at;
}

Arrivals::Arrivals(const Snapshot& snapshot) : snapshot_(snapshot) {
    for (const SourceConfig& source : snapshot_.config.sources)
        sources_.emplace(source.name.value, &source);
}

SourceInfo Arrivals::source_of(const Arrival& arrival) const {
    const Statement& statement = arrival.statement;
    SourceInfo source =
        source_info(snapshot_, statement.source.empty() ? "replay" : statement.source);
    if (source.kind.empty()) source.kind = statement.kind.empty() ? "replay" : statement.kind;
    if (arrival.labels) source.labels = *arrival.labels;
    return source;
}

Intake Arrivals::intake_for(const Arrival& arrival) const {
    Intake intake;
    intake.source = source_of(arrival);
    intake.account_key = arrival.account_key.empty() ? intake.source.name : arrival.account_key;
    intake.baseline = arrival.mode != ArrivalMode::live;
    intake.max_age = snapshot_.config.global.max_age;
    const auto source = sources_.find(intake.source.name);
    if (source != sources_.end()) {
        intake.max_age = source->second->max_age;
        if (arrival.mode == ArrivalMode::first_poll) intake.backfill = source->second->backfill;
        intake.ignore = source->second->ignore;
        intake.lang = source->second->lang;
    }
    return intake;
}

}  // namespace spokeswatch
