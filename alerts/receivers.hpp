#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "notifiers/kinds.hpp"

namespace spokeswatch {

// Every target of every receiver, made once from the configuration. Immutable but for what the
// notifiers keep inside; a delivery holds on to the set it started with.
class Receivers {
  public:
    Receivers() = default;
    static Receivers build(const Config& config, const NotifierDeps& deps);

    void add(Target target);
    [[nodiscard]] bool has(const std::string& receiver) const;
    // In the order of the configuration; empty for a receiver that sends nothing.
    [[nodiscard]] std::vector<const Target*> targets_of(const std::string& receiver) const;
    [[nodiscard]] const Target* find(const std::string& target_id) const;
    [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  private:
    std::vector<Target> targets_;
    std::map<std::string, std::size_t> by_id_;
    std::vector<std::string> names_;
};

}  // namespace spokeswatch
