#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/silences.hpp"

namespace spokeswatch {

// Silences between statements that are played: nobody polls, so every source that spoke is taken
// for healthy.
class PlayedSilences {
  public:
    PlayedSilences(Clock& clock, Pipeline& pipeline, SnapshotPtr snapshot);

    // A statement of that source comes now.
    void heard(const SourceInfo& source, const std::string& account_key);
    // When a silence may be long enough.
    [[nodiscard]] std::optional<Time> due() const { return due_; }
    awaitable<void> judge();

  private:
    [[nodiscard]] std::vector<Listened> sources() const;

    Clock& clock_;
    Silences silences_;
    std::map<std::string, Listened> heard_;  // by name
    std::optional<Time> due_;
};

}  // namespace spokeswatch
