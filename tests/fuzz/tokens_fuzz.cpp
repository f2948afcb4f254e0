#include "base/check.hpp"
#include "base/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/tokens.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string original = repair_utf8(testing::fuzz_text(data, size));
    const Tokens cut = tokenise(original);
    check(valid_utf8(cut.folded), "folded text is not UTF-8");
    std::uint32_t before = 0;
    for (const Token& token : cut.tokens) {
        check(before <= token.start && token.start <= token.end, "tokens are out of order");
        check(token.end <= original.size(), "a token ends behind its text");
        check(token.folded_end <= cut.folded.size(), "a form ends behind the folded text");
        check(valid_utf8(cut.form(token)), "a form is cut within a character");
        check(token.hash == token_hash(cut.form(token)), "a hash is not that of its form");
        before = token.start;
    }
    const std::string once = normalised_text(original);
    check(normalised_text(once) == once, "normalising is not idempotent");

    const SurfaceText surface = surface_text(original);
    check(valid_utf8(surface.text), "surface text is not UTF-8");
    check(surface.original_offsets.size() == surface.text.size() + 1, "offsets are missing");
    for (const std::uint32_t offset : surface.original_offsets)
        check(offset <= original.size(), "an offset lies behind the text");
    (void)extract_entities(original);
    return 0;
}
