#include "config/options.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "config/secrets.hpp"

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

std::vector<std::string> option_keys(const std::vector<OptionSpec>& specs) {
    std::vector<std::string> out;
    for (const OptionSpec& spec : specs) {
        if (spec.type == OptionType::secret) {
            for (std::string& key : secret_keys(spec.name)) out.push_back(std::move(key));
        } else {
            out.push_back(spec.name);
        }
    }
    return out;
}

const OptionSpec* find_option(const std::vector<OptionSpec>& specs, std::string_view name) {
    const auto dot = name.find('.');
    const auto spec = std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& candidate) {
        return candidate.name == name.substr(0, dot);
    });
    if (spec == specs.end()) return nullptr;
    return dot == std::string_view::npos ? &*spec : find_option(spec->keys, name.substr(dot + 1));
}

std::vector<OptionSpec> global_options(const KindSpecs& kinds) {
    std::vector<OptionSpec> out;
    for (const auto* list : {&kinds.connectors, &kinds.notifiers}) {
        for (const KindSpec& kind : *list) {
            for (const OptionSpec& spec : kind.options) {
                const bool known = std::any_of(out.begin(), out.end(), [&spec](const auto& other) {
                    return other.name == spec.global;
                });
                if (spec.global.empty() || known) continue;
                OptionSpec global = spec;
                global.name = spec.global;
                global.global.clear();
                global.required = false;
                out.push_back(std::move(global));
            }
        }
    }
    return out;
}

}  // namespace spokeswatch
