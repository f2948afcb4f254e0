#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/snapshot.hpp"
#include "rules/silence.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// A source as far as its silence is concerned.
struct Listened {
    SourceInfo source;
    std::string account_key;        // empty: nothing came of it yet
    std::optional<Time> read_at;    // last poll that worked
    std::optional<Time> missed_at;  // statements may have been missed then
    std::string fault;              // of the last poll
};
Listened listened(const SourceRecord& record, SourceInfo source);

// What the store knows of a silence, and the statement before it.
struct KnownSilence {
    SilenceFacts facts;
    std::optional<KnownUse> last;
};
Result<KnownSilence> known_silence(
    Database& database, const WatchSet& watches, const WatchRule& rule, const Listened& source
);

// What a silence is remembered by: the account.
std::string silence_key(const Listened& source);

// Looks after the `silent` rules: asks about each source when its silence may have become long
// enough, not before. Nothing has to be told to it: what is said meanwhile is in the store.
class Silences {
  public:
    // `sources`: where each of them stands now.
    Silences(Clock& clock, Pipeline& pipeline, std::function<std::vector<Listened>()> sources);

    // The configuration from here on.
    void use(SnapshotPtr snapshot);
    // For ever.
    awaitable<void> run();
    // Judges what is due. When something is due next; nullopt: there is nothing to look after.
    awaitable<Result<std::optional<Time>>> judge_due();

  private:
    Clock& clock_;
    Pipeline& pipeline_;
    std::function<std::vector<Listened>()> sources_;
    SnapshotPtr snapshot_;
    std::map<std::pair<std::string, std::string>, Time> due_;  // by rule and source
};

}  // namespace spokeswatch
