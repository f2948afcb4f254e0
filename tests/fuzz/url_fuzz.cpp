#include <algorithm>

#include "base/check.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/url.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    // A base and a reference, one a line.
    const std::size_t line = std::min(text.find('\n'), text.size());
    const std::string_view base = text.substr(0, line);
    const std::string_view reference = text.substr(std::min(line + 1, text.size()));

    for (const std::string_view written : {base, reference, text}) {
        const auto normal = normalise_url(written);
        check(normal.has_value() == is_http_url(written), "two answers to one question");
        check(normal.has_value() == !canonical_url(written).empty(), "a page without a key");
        if (!normal) continue;
        check(normalise_url(*normal) == normal, "a normal URL is normalised to another");
        check(url_host(*normal) == url_host(written), "normalising changes the host");
        check(!url_host(*normal).empty(), "an http URL has no host");
        const bool printable = std::all_of(normal->begin(), normal->end(), [](char c) {
            return c > 0x20 && c < 0x7F;
        });
        check(printable, "a normal URL holds what must be encoded");
        const std::string key = canonical_url(written);
        check(canonical_url(key) == key, "a key is no key of itself");
    }
    const auto resolved = resolve_url(base, reference);
    if (resolved && is_http_url(*resolved))
        check(resolve_url({}, *resolved) == resolved, "a resolved URL resolves to another");
    return 0;
}
