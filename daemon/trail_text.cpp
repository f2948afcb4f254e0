#include "daemon/trail_text.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "config/diagnostic.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t verdict_column = 69;
constexpr std::size_t label_cells = 7;
constexpr std::size_t shown_hits_max = 3;
constexpr std::size_t shown_terms_max = 8;

bool is_group(const TrailNode& node) {
    return node.condition == "all" || node.condition == "any" || node.condition == "none";
}

// The condition in the rule's own words.
std::string named(const TrailNode& node) {
    if (node.condition == "phrase" || node.condition == "source") return printable(node.term);
    if (node.condition == "everything" || node.condition == "never") return node.condition;
    return node.condition + (node.term.empty() ? "" : ' ' + printable(node.term));
}

std::string place(const TrailHit& hit) {
    const std::string field = hit.place.field == "text" ? "chars" : hit.place.field + " chars";
    return '"' + printable(hit.text, 80) + "\"  " + field + ' ' + std::to_string(hit.place.start) +
           '-' + std::to_string(hit.place.end) +
           (hit.place.look_alike ? " (letters that only look like it)" : "");
}

std::string places(const TrailNode& node) {
    std::string text;
    const std::size_t count = std::min(node.hits.size(), shown_hits_max);
    for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + place(node.hits[i]);
    const std::size_t more = node.hits.size() + node.more - count;
    return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string terms(const std::vector<TrailNode>& nodes, std::size_t left_out) {
    std::string text;
    const std::size_t count = std::min(nodes.size(), shown_terms_max);
    for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + named(nodes[i]);
    const std::size_t more = nodes.size() + left_out - count;
    return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

class Writer {
  public:
    void line(const std::string& left, const std::string& verdict) {
        text_ += verdict.empty() ? left : padded(left, verdict_column) + verdict;
        text_ += '\n';
    }

    void condition(const TrailNode& node) {
        const std::string indent = "  ";
        const bool keys = node.condition == "all" &&
                          std::any_of(node.children.begin(), node.children.end(), is_group);
        // Several keys of one mapping: each is a line of its own, as in the rule.
        if (!keys) return this->node(node, indent, indent);
        for (const TrailNode& child : node.children) this->node(child, indent, indent);
    }

    std::string text() && { return std::move(text_); }

  private:
    // `first` stands before the first line, `rest` before the others.
    void node(const TrailNode& node, const std::string& first, const std::string& rest) {
        if (!is_group(node)) return leaf(node, first + padded("match", label_cells), false);
        const std::string label = padded(node.condition, label_cells);
        const bool forbids = node.condition == "none";
        const bool simple =
            std::none_of(node.children.begin(), node.children.end(), [](const TrailNode& child) {
                return is_group(child);
            });
        if (simple && forbids && node.holds)
            return line(first + label + terms(node.children, node.more), "absent");
        if (simple && node.condition == "any" && !node.holds) {
            const std::string least = node.term.empty() ? "" : node.term + " of ";
            return line(first + label + least + terms(node.children, node.more), "no");
        }
        std::string start = first + label;
        const std::string next = rest + std::string(label_cells, ' ');
        for (const TrailNode& child : node.children) {
            // Alternatives that are not there say nothing where another one is.
            if (node.condition == "any" && node.holds && !child.holds) continue;
            if (is_group(child))
                this->node(child, start, next);
            else
                leaf(child, start, forbids);
            start = next;
        }
        if (node.more > 0) line(next + "and " + std::to_string(node.more) + " more", "");
    }

    void leaf(const TrailNode& node, const std::string& start, bool forbidden) {
        const bool distance = node.condition == "near" || node.condition == "before";
        std::string left = start + named(node);
        if (distance || node.hits.empty()) {
            const bool obvious = !node.holds && node.note.ends_with(" was not found");
            if (!node.note.empty() && !obvious) left += "  " + printable(node.note);
        } else {
            left += "  " + places(node);
        }
        const char* verdict = node.holds ? "yes" : "no";
        if (forbidden) verdict = node.holds ? "there" : "absent";
        line(left, verdict);
    }

    std::string text_;
};

}  // namespace

std::string padded(const std::string& text, std::size_t cells) {
    const std::size_t width = display_cells(text);
    return text + std::string(width < cells ? cells - width : 2, ' ');
}

std::string verdict_text(const RuleTrail& trail) {
    if (trail.matched) return "MATCHED";
    return trail.missing == 1 ? "ALMOST" : "no";
}

std::string trail_text(const RuleTrail& trail) {
    Writer out;
    out.line(trail.rule, verdict_text(trail));
    for (const TrailNode& node : trail.conditions) {
        if (node.condition == "statements") {
            if (!node.holds) out.line("  " + node.note, "no");
            continue;
        }
        if (node.condition == "from" || node.condition == "not_from") {
            out.line(
                "  " + padded(node.condition, label_cells) + printable(node.term),
                node.holds ? "yes" : "no"
            );
            continue;
        }
        out.condition(node);
    }
    if (!trail.matched) out.line("  nearest miss: " + nearest_miss_text(trail), "");
    return std::move(out).text();
}

std::string nearest_miss_text(const RuleTrail& trail) {
    const TrailNode* missing = trail.nearest_miss();
    if (missing == nullptr) return "";
    if (missing->note.empty()) return cited(named(*missing));
    const bool distance = missing->condition == "near" || missing->condition == "before";
    return printable(distance ? cited(missing->condition) + ": " + missing->note : missing->note);
}

const RuleTrail* nearest_of(const std::vector<RuleTrail>& trails) {
    const RuleTrail* nearest = nullptr;
    for (const RuleTrail& trail : trails)
        if (!trail.matched && (nearest == nullptr || trail.missing < nearest->missing))
            nearest = &trail;
    return nearest;
}

}  // namespace spokeswatch
