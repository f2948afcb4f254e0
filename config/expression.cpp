#include "config/expression.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/expression_tokens.hpp"
#include "config/loader.hpp"
#include "config/match_tree.hpp"
#include "config/scalar_places.hpp"

namespace spokeswatch {

namespace {

using Kind = ExpressionToken::Kind;
using Node = MatchNode::Kind;

constexpr std::size_t depth_max = yaml_depth_max;
constexpr std::size_t reading_bytes_max = 200;  // longer ones help nobody

bool joins(Kind kind) { return kind == Kind::and_ || kind == Kind::or_; }
bool counts(Kind kind) { return kind == Kind::near || kind == Kind::before; }
bool begins_operand(Kind kind) {
    return !joins(kind) && !counts(kind) && kind != Kind::close && kind != Kind::end;
}
bool is_text(Kind kind) { return kind == Kind::word || kind == Kind::phrase; }

// A condition and the tokens that it was read from, both ends included.
struct Operand {
    MatchNode node;
    std::size_t first = 0, last = 0;
};

class Parser {
  public:
    Parser(Yaml scalar, Forms forms, Diagnostics& diagnostics)
        : text_(scalar.text()), places_(scalar), forms_(forms), diagnostics_(diagnostics) {}

    bool run(MatchNode& into) {
        if (text_.size() > expression_bytes_max) {
            Diagnostic& large = report(0, 1, "this expression is larger than 256 KiB");
            large.code = code::too_much;
            large.label = "long lists of terms belong into a concept";
            return false;
        }
        ExpressionTokens read = expression_tokens(text_);
        if (read.fault) return fail(*read.fault);
        tokens_ = std::move(read.tokens);
        // In one go: places that rise cost little.
        for (const ExpressionToken& token : tokens_)
            spans_.push_back(places_.at(token.start, token.end));
        Operand whole;
        if (!level(whole)) return false;
        if (now().kind == Kind::close)
            return fail({now().start, now().end, "this `)` closes nothing", "remove it"});
        if (!asks_for_something(whole.node))
            return fail(
                {start(whole),
                 end(whole),
                 "NOT alone is true of nearly every statement",
                 "join it to what is looked for: `a AND NOT b`"}
            );
        into = std::move(whole.node);
        return good_;
    }

  private:
    [[nodiscard]] const ExpressionToken& now() const { return tokens_[at_]; }
    [[nodiscard]] const ExpressionToken& next() const {
        return tokens_[std::min(at_ + 1, tokens_.size() - 1)];
    }
    [[nodiscard]] std::string written(std::size_t start, std::size_t end) const {
        return text_.substr(start, end - start);
    }
    [[nodiscard]] std::string written(const ExpressionToken& token) const {
        return written(token.start, token.end);
    }
    [[nodiscard]] std::string written(const Operand& operand) const {
        return written(start(operand), end(operand));
    }
    [[nodiscard]] std::size_t start(const Operand& operand) const {
        return tokens_[operand.first].start;
    }
    [[nodiscard]] std::size_t end(const Operand& operand) const {
        return tokens_[operand.last].end;
    }
    // Of all its tokens; of the first one where they stand on several lines.
    [[nodiscard]] Span span(const Operand& operand) const {
        Span out = spans_[operand.first];
        const Span& last = spans_[operand.last];
        if (last.line == out.line && last.column >= out.column)
            out.length = last.column + last.length - out.column;
        return out;
    }

    Diagnostic& report(std::size_t start, std::size_t end, std::string message) {
        return diagnostics_.error(code::expression, places_.at(start, end), std::move(message));
    }
    bool fail(const ExpressionFault& fault) {
        Diagnostic& told = report(fault.start, fault.end, fault.message);
        told.code = fault.code;
        told.label = fault.label;
        if (!fault.help.empty()) told.helps.push_back(fault.help);
        return false;
    }

    // Operands joined by operators of one sort.
    bool level(Operand& into) {
        std::vector<Operand> operands;
        std::vector<std::size_t> operators;  // tokens
        while (true) {
            if (!unary(operands.emplace_back())) return false;
            if (!joins(now().kind)) break;
            operators.push_back(at_++);
        }
        if (begins_operand(now().kind)) return side_by_side(operands.back());
        const auto odd = std::find_if(operators.begin(), operators.end(), [&](std::size_t one) {
            return tokens_[one].kind != tokens_[operators.front()].kind;
        });
        if (odd != operators.end()) return mixed(operands, operators, tokens_[*odd]);
        into.first = operands.front().first;
        into.last = operands.back().last;
        if (operands.size() == 1) {
            into.node = std::move(operands.front().node);
            return true;
        }
        const bool all = tokens_[operators.front()].kind == Kind::and_;
        into.node.kind = all ? Node::all : Node::any;
        into.node.span = span(into);
        for (Operand& operand : operands) into.node.children.push_back(std::move(operand.node));
        return true;
    }

    bool unary(Operand& into) {
        if (now().kind != Kind::not_) return near(into);
        into.first = at_;
        const ExpressionToken& sign = tokens_[at_++];
        if (now().kind == Kind::not_)
            return fail(
                {sign.start, now().end, "two NOT say nothing", "leave both out, or one of them"}
            );
        Operand inner;
        if (!near(inner)) return false;
        into.last = inner.last;
        into.node.kind = Node::none;
        into.node.span = span(into);
        // NOT (a OR b) and `none: [a, b]` are one tree.
        if (inner.node.kind == Node::any && inner.node.at_least == 1)
            into.node.children = std::move(inner.node.children);
        else
            into.node.children.push_back(std::move(inner.node));
        return true;
    }

    bool near(Operand& into) {
        if (!primary(into)) return false;
        if (!counts(now().kind)) return true;
        const ExpressionToken& sign = tokens_[at_++];
        if (now().kind == Kind::not_) return not_inside(into, sign);
        Operand right;
        if (!primary(right)) return false;
        if (counts(now().kind)) return chained(into, sign, right);
        if (!fits_distance(into, sign) || !fits_distance(right, sign)) return false;
        into.last = right.last;
        MatchNode node;
        node.kind = sign.kind == Kind::near ? Node::near : Node::before;
        node.within = sign.within;
        node.span = span(into);
        node.children.push_back(std::move(into.node));
        node.children.push_back(std::move(right.node));
        into.node = std::move(node);
        return true;
    }

    bool fits_distance(const Operand& side, const ExpressionToken& sign) {
        if (has_place(side.node)) return true;
        const bool negative = side.node.kind == Node::none;
        return fail(
            {start(side),
             end(side),
             negative ? "NOT cannot stand inside " + written(sign)
                      : "a side of " + written(sign) + " is a term, a concept or OR of these",
             negative ? "say it beside: `... AND NOT ...`" : "this is something else"}
        );
    }

    bool not_inside(const Operand& left, const ExpressionToken& sign) {
        const ExpressionToken& negated = next();
        std::string label = "say it beside: `... AND NOT ...`";
        if (is_text(negated.kind))
            label = "write " + cited(written(left) + " AND NOT " + written(negated)) + " or " +
                    cited(
                        written(left) + " AND NOT (" + written(left) + " " + written(sign) + " " +
                        written(negated) + ")"
                    );
        return fail(
            {now().start, now().end, "NOT cannot stand inside " + written(sign), std::move(label)}
        );
    }

    bool chained(const Operand& left, const ExpressionToken& sign, const Operand& middle) {
        const ExpressionToken& second = now();
        ExpressionFault fault{
            second.start,
            second.end,
            written(sign) + " and " + written(second) + " in a row: each joins two sides",
            "write each with its own sides and join them by AND"};
        if (is_text(next().kind))
            fault.label =
                "write " + cited(
                               "(" + written(start(left), end(middle)) + ") AND (" +
                               written(middle) + " " + written(second) + " " + written(next()) + ")"
                           );
        return fail(fault);
    }

    bool primary(Operand& into) {
        const ExpressionToken& token = now();
        into.first = into.last = at_;
        into.node.forms = forms_;
        switch (token.kind) {
            case Kind::open:
                return parentheses(into);
            case Kind::field:
                return field(into);
            case Kind::word:
                // A tag, handle or address is what it is.
                if (behind_entity_field()) return leaf(into, Node::phrase);
                if (const auto fault = odd_word(token)) return fail(*fault);
                return leaf(into, Node::phrase) && prefix_fits(into.node);
            case Kind::phrase:
                return leaf(into, Node::phrase) && prefix_fits(into.node);
            case Kind::exact:
                return leaf(into, Node::exact);
            case Kind::regex:
                into.node.ignore_case = token.ignore_case;
                return leaf(into, Node::regex);
            case Kind::concept_:
                return leaf(into, Node::concept_);
            case Kind::tag:
                into.node.field = "tag";
                return leaf(into, Node::field);
            case Kind::mention:
                into.node.field = "mention";
                return leaf(into, Node::field);
            default:
                return nothing_here();
        }
    }

    [[nodiscard]] bool behind_entity_field() const {
        return at_ > 0 && tokens_[at_ - 1].kind == Kind::field &&
               holds_entities(tokens_[at_ - 1].text);
    }

    bool leaf(Operand& into, Node kind) {
        const ExpressionToken& token = tokens_[at_++];
        into.node.kind = kind;
        into.node.text = token.text;
        into.node.span = places_.at(token.inner_start, token.inner_end);
        return true;
    }

    // A wrong `*` is told, and reading goes on: more may be wrong.
    bool prefix_fits(const MatchNode& node) {
        good_ = check_term({node.text, node.span}, diagnostics_) && good_;
        return true;
    }

    bool parentheses(Operand& into) {
        const std::size_t first = at_;
        const ExpressionToken& open = tokens_[at_++];
        if (++depth_ > depth_max) {
            ExpressionFault fault{
                open.start, open.end, "parentheses are nested more than 64 levels deep", ""};
            fault.code = code::too_much;
            return fail(fault);
        }
        if (now().kind == Kind::close)
            return fail({open.start, now().end, "there is nothing between these parentheses", ""});
        if (!level(into)) return false;
        if (now().kind != Kind::close)
            return fail(
                {open.start, open.end, "this `(` is never closed", "a `)` is missing behind it"}
            );
        into.first = first;
        into.last = at_++;
        --depth_;
        return true;
    }

    bool field(Operand& into) {
        const std::size_t first = at_;
        const ExpressionToken& name = tokens_[at_++];
        if (now().kind == Kind::field)
            return fail(
                {now().start,
                 now().end,
                 cited(now().text) + " cannot stand inside " + cited(name.text),
                 "join the two by AND"}
            );
        if (!begins_operand(now().kind) || now().kind == Kind::not_)
            return fail(
                {name.start,
                 name.end,
                 cited(name.text + ":") + " needs something to look for",
                 "write " + cited(name.text + ":word") + " or " +
                     cited(name.text + ":\"a phrase\"")}
            );
        if (!primary(into)) return false;
        into.first = first;
        return narrow_to_field(into.node, name.text, diagnostics_);
    }

    bool nothing_here() {
        const ExpressionToken& token = now();
        const bool at_end = token.kind == Kind::end;
        if (at_ == 0 || (tokens_[at_ - 1].kind == Kind::open && !at_end))
            return fail(
                {token.start,
                 std::max(token.end, token.start + 1),
                 token.kind == Kind::close ? "this `)` closes nothing"
                                           : written(token) + " needs something before it",
                 "put the word itself in quotes to search it"}
            );
        const ExpressionToken& before = tokens_[at_ - 1];
        return fail(
            {before.start,
             before.end,
             written(before) + " needs something behind it",
             at_end || token.kind == Kind::close
                 ? "the expression ends here"
                 : written(token) + " follows: is one of the two too many?"}
        );
    }

    // Words without an operator between.
    bool side_by_side(const Operand& left) {
        const ExpressionToken& right = now();
        if (right.kind == Kind::word) {
            if (const auto fault = odd_word(right)) return fail(*fault);
        }
        if (right.kind == Kind::not_)
            return fail(
                {right.start,
                 right.end,
                 "NOT stands here without AND or OR before it",
                 "write `AND NOT`"}
            );
        const bool words = is_text(right.kind) && is_text(tokens_[at_ - 1].kind);
        if (!words)
            return fail(
                {start(left),
                 right.end,
                 "two conditions stand side by side without an operator",
                 "put AND or OR between them"}
            );
        std::size_t last = at_;
        while (tokens_[last + 1].kind == Kind::word) ++last;
        const ExpressionToken& one = tokens_[at_ - 1];
        for (std::size_t i = at_; i <= last; ++i) {
            const std::string small = ascii_lower(tokens_[i].text);
            if (tokens_[i].kind != Kind::word ||
                (small != "and" && small != "or" && small != "not"))
                continue;
            ExpressionFault fault{
                tokens_[i].start,
                tokens_[i].end,
                cited(tokens_[i].text) + " is a word here: operators are written in capitals",
                "write " + cited(
                               small == "and"  ? "AND"
                               : small == "or" ? "OR"
                                               : "AND NOT"
                           )};
            fault.help = "to search the words themselves, write " + cited(phrase_of(at_ - 1, last));
            return fail(fault);
        }
        const std::string two = last == at_ ? "two words stand" : "words stand";
        return fail(
            {one.start,
             tokens_[last].end,
             two + " side by side without an operator",
             "write " + cited(phrase_of(at_ - 1, last)) + ", " + cited(joined(" AND ", last)) +
                 " or " + cited("(" + joined(" OR ", last) + ")")}
        );
    }

    // Tokens [first, last] as one phrase in quotes.
    [[nodiscard]] std::string phrase_of(std::size_t first, std::size_t last) const {
        std::string out;
        for (std::size_t i = first; i <= last; ++i)
            out += (i == first ? "" : " ") + tokens_[i].text;
        return '"' + out + '"';
    }
    [[nodiscard]] std::string joined(const char* by, std::size_t last) const {
        std::string out;
        for (std::size_t i = at_ - 1; i <= last; ++i)
            out += (i == at_ - 1 ? "" : by) + written(tokens_[i]);
        return out;
    }

    // AND and OR on one level: which binds first?
    bool mixed(
        const std::vector<Operand>& operands,
        const std::vector<std::size_t>& operators,
        const ExpressionToken& odd
    ) {
        ExpressionFault fault{
            odd.start,
            odd.end,
            "AND and OR stand on one level: which belongs together?",
            "put parentheses around what belongs together"};
        if (end(operands.back()) - start(operands.front()) <= reading_bytes_max)
            fault.label = "write `" + reading(operands, operators, Kind::and_) + "` or `" +
                          reading(operands, operators, Kind::or_) + "`";
        return fail(fault);
    }

    // The level with parentheses around all that `first` joins.
    [[nodiscard]] std::string reading(
        const std::vector<Operand>& operands, const std::vector<std::size_t>& operators, Kind first
    ) const {
        std::string out;
        for (std::size_t i = 0; i < operands.size(); ++i) {
            const bool joins_before = i > 0 && tokens_[operators[i - 1]].kind == first;
            const bool joins_behind = i < operators.size() && tokens_[operators[i]].kind == first;
            if (joins_behind && !joins_before) out += '(';
            out += written(operands[i]);
            if (joins_before && !joins_behind) out += ')';
            if (i < operators.size()) out += ' ' + written(tokens_[operators[i]]) + ' ';
        }
        return out;
    }

    const std::string& text_;
    ScalarPlaces places_;
    Forms forms_;
    Diagnostics& diagnostics_;
    std::vector<ExpressionToken> tokens_;
    std::vector<Span> spans_;
    std::size_t at_ = 0, depth_ = 0;
    bool good_ = true;
};

}  // namespace

bool parse_expression(Yaml scalar, Forms forms, Diagnostics& diagnostics, MatchNode& into) {
    return Parser(scalar, forms, diagnostics).run(into);
}

}  // namespace spokeswatch
