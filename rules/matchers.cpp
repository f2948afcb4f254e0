#include "rules/matchers.hpp"

#include <algorithm>

#include "config/codes.hpp"

namespace spokeswatch {

Matchers Matchers::compile(
    const std::vector<MatcherConfig>& config,
    const std::string& bare_label,
    Diagnostics& diagnostics
) {
    Matchers matchers;
    for (const MatcherConfig& item : config) {
        std::vector<Part> parts;
        for (const MatcherConfig::Part& given : item.parts) {
            Part part;
            part.label = given.label.empty() ? bare_label : given.label;
            part.bare = given.label.empty();
            part.op = given.op;
            part.value = given.value;
            if (part.label.empty()) {
                diagnostics.error(code::matcher, item.span, "a matcher here needs a label").label =
                    "write `label=" + given.value + "`";
                continue;
            }
            if (part.op == MatcherOp::regex || part.op == MatcherOp::not_regex) {
                std::optional<Pattern::Problem> problem;
                part.pattern = Pattern::compile(part.value, false, problem);
                if (problem) {
                    Diagnostic& fault = diagnostics.error("SW131", item.span, problem->message);
                    fault.notes.emplace_back("RE2 syntax; the whole value must match");
                    continue;
                }
            }
            parts.push_back(std::move(part));
        }
        matchers.items_.push_back(std::move(parts));
    }
    return matchers;
}

bool Matchers::holds(const Part& part, const Labels& labels) {
    static const std::string missing;
    const auto found = labels.find(part.label);
    const std::string& value = found == labels.end() ? missing : found->second;
    switch (part.op) {
        case MatcherOp::equal:
            return value == part.value;
        case MatcherOp::not_equal:
            return value != part.value;
        case MatcherOp::regex:
            return part.pattern.full_match(value);
        case MatcherOp::not_regex:
            return !part.pattern.full_match(value);
    }
    return false;
}

bool Matchers::holds(const std::vector<Part>& parts, const Labels& labels) {
    return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
        return holds(part, labels);
    });
}

std::vector<std::string> Matchers::items() const {
    static constexpr const char* signs[] = {"=", "!=", "=~", "!~"};
    std::vector<std::string> items;
    for (const auto& parts : items_) {
        std::string& text = items.emplace_back();
        for (const Part& part : parts) {
            if (!text.empty()) text += ',';
            if (!part.bare) text += part.label + signs[static_cast<std::size_t>(part.op)];
            text += part.value;
        }
    }
    return items;
}

bool Matchers::all(const Labels& labels) const {
    return std::all_of(items_.begin(), items_.end(), [&](const auto& item) {
        return holds(item, labels);
    });
}

bool Matchers::any(const Labels& labels) const {
    return std::any_of(items_.begin(), items_.end(), [&](const auto& item) {
        return holds(item, labels);
    });
}

Labels source_labels(const SourceInfo& source) {
    Labels labels = source.labels;
    labels["source"] = source.name;
    labels["kind"] = source.kind;
    return labels;
}

bool listens_to(const Matchers& from, const Matchers& not_from, const Labels& labels) {
    if (!from.empty() && !from.any(labels)) return false;
    return not_from.empty() || !not_from.any(labels);
}

}  // namespace spokeswatch
