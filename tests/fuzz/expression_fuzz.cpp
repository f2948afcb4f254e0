#include <algorithm>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "config/expression.hpp"
#include "config/expression_tokens.hpp"
#include "config/match_tree.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

void look_at(const MatchNode& node, std::size_t depth) {
    check(node.span.file != nullptr && node.span.line > 0, "a condition has no place");
    // Parentheses and NOT take turns, and a pair of parentheses is AND, OR or NEAR at most.
    check(depth <= 3 * yaml_depth_max, "the tree is deeper than its parentheses");
    const bool leaf = node.children.empty();
    check(!leaf || !node.text.empty(), "a condition asks for nothing");
    for (const MatchNode& child : node.children) look_at(child, depth + 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = std::make_shared<SourceText>();
    file->path = "rules.yml";
    file->bytes = repair_utf8(testing::fuzz_text(data, size));
    const std::shared_ptr<const SourceText> shown = file;
    YamlNode scalar;
    scalar.kind = YamlNode::Kind::scalar;
    scalar.text = file->bytes;

    std::size_t end = 0;
    for (const ExpressionToken& token : expression_tokens(scalar.text).tokens) {
        check(end <= token.start && token.start <= token.end, "tokens are out of order");
        check(token.end <= scalar.text.size(), "a token ends behind the text");
        check(
            token.start <= token.inner_start && token.inner_end <= token.end,
            "what is inside a token is outside"
        );
        end = token.end;
    }
    Diagnostics diagnostics;
    MatchNode tree;
    const bool good = parse_expression(Yaml(&scalar, &shown), Forms::light, diagnostics, tree);
    check(good == !diagnostics.has_errors(), "two answers to one question");
    if (good) {
        look_at(tree, 0);
        check(asks_for_something(tree), "NOT alone was taken");
    }
    const auto lines = 1 + std::count(file->bytes.begin(), file->bytes.end(), '\n');
    for (const Diagnostic& fault : diagnostics.all())
        check(
            fault.span.line >= 1 && fault.span.line <= static_cast<std::size_t>(lines) &&
                fault.span.column >= 1,
            "a fault stands outside the text"
        );
    (void)render(diagnostics, DiagnosticFormat::human);
    return 0;
}
