#include "daemon/played_silences.hpp"

#include <utility>

#include "base/log.hpp"

namespace spokeswatch {

PlayedSilences::PlayedSilences(Clock& clock, Pipeline& pipeline, SnapshotPtr snapshot)
    : clock_(clock), silences_(clock, pipeline, [this] { return sources(); }) {
    silences_.use(std::move(snapshot));
}

void PlayedSilences::heard(const SourceInfo& source, const std::string& account_key) {
    const auto [place, is_new] = heard_.try_emplace(source.name);
    if (!is_new) return;
    place->second.source = source;
    place->second.account_key = account_key;
    due_ = clock_.now();
}

std::vector<Listened> PlayedSilences::sources() const {
    std::vector<Listened> all;
    for (const auto& [name, source] : heard_) {
        all.push_back(source);
        all.back().read_at = clock_.now();
    }
    return all;
}

awaitable<void> PlayedSilences::judge() {
    auto next = co_await silences_.judge_due();
    if (!next) log_warn("silences were not judged", {{"error", next.error().message}});
    due_ = next ? *next : std::nullopt;
}

}  // namespace spokeswatch
