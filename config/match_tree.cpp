#include "config/match_tree.hpp"

#include <algorithm>

#include "config/codes.hpp"

namespace spokeswatch {

namespace {

using Kind = MatchNode::Kind;

bool refuse(
    const MatchNode& node, std::string message, std::string label, Diagnostics& diagnostics
) {
    diagnostics.error(code::match_form, node.span, std::move(message)).label = std::move(label);
    return false;
}

}  // namespace

bool has_place(const MatchNode& node) {
    if (node.kind == Kind::phrase || node.kind == Kind::concept_) return true;
    if (node.kind == Kind::field) return !holds_entities(node.field);
    return node.kind == Kind::any && node.at_least == 1 &&
           std::all_of(node.children.begin(), node.children.end(), has_place);
}

bool asks_for_something(const MatchNode& node) {
    if (node.kind == Kind::none) return false;
    if (node.kind == Kind::all)
        return std::any_of(node.children.begin(), node.children.end(), asks_for_something);
    if (node.kind == Kind::any)
        return std::all_of(node.children.begin(), node.children.end(), asks_for_something);
    return true;
}

bool holds_entities(std::string_view field) {
    return field == "tag" || field == "mention" || field == "link";
}

bool narrow_to_field(MatchNode& node, const std::string& field, Diagnostics& diagnostics) {
    if (!node.field.empty() && node.field != field)
        return refuse(
            node,
            cited(node.field) + " cannot stand inside " + cited(field),
            "join the two by AND",
            diagnostics
        );
    bool good = true;
    switch (node.kind) {
        case Kind::all:
        case Kind::any:
        case Kind::none:
            break;
        case Kind::near:
        case Kind::before:
        case Kind::exact:
        case Kind::regex:
        case Kind::concept_:
            if (holds_entities(field))
                return refuse(
                    node,
                    cited(field) + " is compared as a whole: this cannot be searched in it",
                    "write a text, or several joined by `any` or OR",
                    diagnostics
                );
            if (node.children.empty()) node.field = field;
            break;
        case Kind::phrase:
            node.kind = Kind::field;
            node.field = field;
            break;
        case Kind::field:
            break;
        case Kind::everything:
            return refuse(node, "`everything` has no field", "leave it out", diagnostics);
    }
    for (MatchNode& child : node.children)
        good = narrow_to_field(child, field, diagnostics) && good;
    return good;
}

}  // namespace spokeswatch
