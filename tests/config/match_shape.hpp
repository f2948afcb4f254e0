#pragma once

#include <string>

#include "config/config.hpp"

namespace spokeswatch::testing {

// A tree of conditions on one line: `all(a, none(exact[WHO]), near/5(title:b, $c))`.
inline std::string shape(const MatchNode& node) {
    const auto members = [&node] {
        std::string out;
        for (const MatchNode& child : node.children)
            out += (out.empty() ? "" : ", ") + shape(child);
        return out;
    };
    const std::string in_field = node.field.empty() ? "" : node.field + ":";
    const std::string forms = node.forms == Forms::none ? "=" : "";
    switch (node.kind) {
        case MatchNode::Kind::all:
            return "all(" + members() + ")";
        case MatchNode::Kind::any:
            return "any" + (node.at_least > 1 ? std::to_string(node.at_least) : "") + "(" +
                   members() + ")";
        case MatchNode::Kind::none:
            return "none(" + members() + ")";
        case MatchNode::Kind::near:
            return "near/" + std::to_string(node.within) + "(" + members() + ")";
        case MatchNode::Kind::before:
            return "before/" + std::to_string(node.within) + "(" + members() + ")";
        case MatchNode::Kind::phrase:
            return forms + node.text;
        case MatchNode::Kind::exact:
            return in_field + "exact[" + node.text + "]";
        case MatchNode::Kind::regex:
            return in_field + "/" + node.text + "/" + (node.ignore_case ? "i" : "");
        case MatchNode::Kind::concept_:
            return forms + in_field + "$" + node.text;
        case MatchNode::Kind::field:
            return forms + in_field + node.text;
        case MatchNode::Kind::everything:
            break;
    }
    return "everything";
}

}  // namespace spokeswatch::testing
