#include "alerts/receivers.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace spokeswatch {

Receivers Receivers::build(const Config& config, const NotifierDeps& deps) {
    Receivers receivers;
    for (const ReceiverConfig& receiver : config.receivers) {
        receivers.names_.push_back(receiver.name.value);
        for (std::size_t i = 0; i < receiver.targets.size(); ++i) {
            const TargetConfig& target = receiver.targets[i];
            const auto kind = std::ranges::find(notifier_kinds, target.kind, &NotifierKind::name);
            check(kind != notifier_kinds.end(), "the loader let an unknown notifier kind pass");
            for (Target& made : kind->make(receiver.name.value, target, i, deps)) {
                receivers.add(std::move(made));
            }
        }
    }
    return receivers;
}

void Receivers::add(Target target) {
    if (!has(target.receiver)) names_.push_back(target.receiver);
    // The same address twice in one receiver is one target.
    if (!by_id_.emplace(target.id, targets_.size()).second) return;
    targets_.push_back(std::move(target));
}

bool Receivers::has(const std::string& receiver) const {
    return std::ranges::find(names_, receiver) != names_.end();
}

std::vector<const Target*> Receivers::targets_of(const std::string& receiver) const {
    std::vector<const Target*> found;
    for (const Target& target : targets_) {
        if (target.receiver == receiver) found.push_back(&target);
    }
    return found;
}

const Target* Receivers::find(const std::string& target_id) const {
    const auto found = by_id_.find(target_id);
    return found == by_id_.end() ? nullptr : &targets_[found->second];
}

}  // namespace spokeswatch
