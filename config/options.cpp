#include "config/options.hpp"

#include "base/check.hpp"

namespace spokeswatch {

namespace {

template <typename T>
const T& as(const Options::Value& value) {
    const T* held = std::get_if<T>(&value);
    check(held != nullptr, "an option is read as a type it does not have");
    return *held;
}

}  // namespace

void Options::set(const std::string& name, Value value, Span span) {
    values_.insert_or_assign(name, std::pair(std::move(value), std::move(span)));
}

bool Options::set_from(
    const Options& other, const std::string& other_name, const std::string& name
) {
    const auto found = other.values_.find(other_name);
    if (found == other.values_.end()) return false;
    values_.insert_or_assign(name, found->second);
    return true;
}

bool Options::has(const std::string& name) const { return values_.contains(name); }

std::string Options::text(const std::string& name, std::string otherwise) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return otherwise;
    return as<std::string>(found->second.first);
}

std::int64_t Options::whole(const std::string& name, std::int64_t otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : as<std::int64_t>(found->second.first);
}

bool Options::flag(const std::string& name, bool otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : as<bool>(found->second.first);
}

Duration Options::duration(const std::string& name, Duration otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : as<Duration>(found->second.first);
}

Secret Options::secret(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? Secret() : as<Secret>(found->second.first);
}

std::vector<std::string> Options::texts(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return {};
    return as<std::vector<std::string>>(found->second.first);
}

Span Options::span(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? mapping : found->second.second;
}

}  // namespace spokeswatch
