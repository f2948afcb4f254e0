#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/pipeline.hpp"
#include "daemon/snapshot.hpp"

namespace spokeswatch {

// How a statement of the past comes.
enum class ArrivalMode {
    live,
    first_poll,  // in the silent baseline of its source
    before,      // known from before the time that is looked at: never alerts
};

// A statement on its way in.
struct Arrival {
    Statement statement;
    std::optional<Labels> labels;  // of its source, instead of those of the configuration
    std::string account_key;       // empty: the name of its source
    ArrivalMode mode = ArrivalMode::live;

    // When it was seen, else when it was said; nullopt when neither is known. `now`: what was said
    // later than that has a wrong date.
    [[nodiscard]] std::optional<Time> at(Time now) const;
};

// What the configuration says of the sources of statements that no poller brought.
class Arrivals {
  public:
    // `snapshot` outlives it.
    explicit Arrivals(const Snapshot& snapshot);

    [[nodiscard]] SourceInfo source_of(const Arrival& arrival) const;
    [[nodiscard]] Intake intake_for(const Arrival& arrival) const;

  private:
    const Snapshot& snapshot_;
    std::map<std::string, const SourceConfig*> sources_;
};

}  // namespace spokeswatch
