#include "model/source.hpp"

#include <algorithm>

namespace spokeswatch {

const std::string& SourceInfo::org() const {
    const auto label = labels.find("org");
    return label == labels.end() || label->second.empty() ? name : label->second;
}

bool Cursor::knows(const std::string& native_id) const {
    return std::find(seen.begin(), seen.end(), native_id) != seen.end();
}

void Cursor::remember(const std::string& native_id) {
    const auto known = std::find(seen.begin(), seen.end(), native_id);
    if (known != seen.end()) {
        std::rotate(known, known + 1, seen.end());
        return;
    }
    seen.push_back(native_id);
    if (seen.size() > seen_ids_max)
        seen.erase(seen.begin(), seen.end() - static_cast<std::ptrdiff_t>(seen_ids_max));
}

std::string Cursor::get(const std::string& key) const {
    const auto found = state.find(key);
    return found == state.end() ? std::string() : found->second;
}

}  // namespace spokeswatch
