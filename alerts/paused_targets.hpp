#pragma once

#include <map>
#include <string>
#include <vector>

#include "alerts/receivers.hpp"
#include "base/metrics.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// The targets that refuse what is sent to them: shown, and tried with one row now and then. What
// changes is kept here until the store has it.
class PausedTargets {
  public:
    explicit PausedTargets(Metrics& metrics) : metrics_(metrics) {}

    // As the store knew them at start.
    void restore(std::vector<TargetRecord> records);
    // A reload: the targets there are now show whether they are paused.
    void show(const Receivers& receivers) const;

    void pause(const Target& target, const std::string& reason, Time now);
    // False: it was not paused.
    bool resume(const Target& target);
    // One row is on its way to see whether it works again.
    void probing(const Target& target, Time now);

    [[nodiscard]] bool contains(const std::string& target_id) const {
        return records_.contains(target_id);
    }
    // When the target may be tried: the past for one that is not paused.
    [[nodiscard]] Time probe_at(const std::string& target_id) const;
    [[nodiscard]] std::vector<TargetRecord> all() const;

    [[nodiscard]] const std::vector<TargetRecord>& unsaved() const { return unsaved_; }
    void saved(std::size_t count);  // the first `count` of them

  private:
    void set_metric(const Target& target, bool paused) const;

    Metrics& metrics_;
    std::map<std::string, TargetRecord> records_;  // by target id
    std::vector<TargetRecord> unsaved_;
};

}  // namespace spokeswatch
