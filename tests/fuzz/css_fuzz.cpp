#include "base/check.hpp"
#include "connectors/html.hpp"
#include "connectors/selector.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

// A selector, which finds something on a small page or says what is wrong with it and where.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Document page = parse_html(
        "<html><body><ul class='a b'><li id=x lang=en>one<li><a "
        "href='/1'>two</a></ul></body></html>",
        "utf-8"
    );
    const std::string_view text = testing::fuzz_text(data, size);
    std::optional<SelectorProblem> problem;
    const Selector selector = Selector::compile(text, problem);
    check(static_cast<bool>(selector) != problem.has_value(), "neither a selector nor a problem");
    if (problem) {
        check(!problem->message.empty(), "a refusal without a reason");
        check(problem->offset <= text.size(), "a place behind the selector");
        return 0;
    }
    SelectorBudget budget;
    budget.steps = 1'000'000;
    (void)selector.find(page.root(), budget);
    return 0;
}
