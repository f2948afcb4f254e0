#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "store/records.hpp"

namespace spokeswatch {

struct ReceiverTally {
    std::size_t notifications = 0;
    std::size_t changes = 0;  // alerts that were told of in them: more where groups gather them
};

// How often receivers would have been told, by the times of the groups alone (Database::commit and
// Database::flush): as if every receiver took everything at once and in one piece.
class GroupTally {
  public:
    explicit GroupTally(const std::vector<ReceiverConfig>& receivers);

    void add(const Ingest& ingest);
    // Tells what is due until then, or ever.
    void run_until(std::optional<Time> until);

    [[nodiscard]] const std::map<std::string, ReceiverTally>& receivers() const {
        return receivers_;
    }

  private:
    struct Group {
        std::string receiver;
        Duration interval{};
        std::optional<Time> flush_at;
        std::optional<Time> last_flush_at;
        std::set<std::string> waiting;  // ids of alerts
    };

    std::unordered_map<std::string, Group> groups_;
    std::set<std::pair<Time, std::string>> due_;  // of the groups that wait
    std::map<std::string, ReceiverTally> receivers_;
};

}  // namespace spokeswatch
