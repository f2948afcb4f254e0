#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SourceConfig source;
    source.options.set("channel", std::string("UCabcdefghijklmnopqrstuv"), Span());
    ParseInput input;
    input.source = &source;
    input.response.body = testing::fuzz_text(data, size);
    const auto batch = parse_youtube(input);
    if (!batch) {
        check(!batch.error().message.empty(), "a refusal without a reason");
        return 0;
    }
    for (const Statement& video : batch->statements) {
        check(!video.native_id.empty(), "a video without an id");
        check(video.media.size() == 1, "a video without itself");
        check(video.text.starts_with(video.title), "a text without its title");
        check(valid_utf8(video.text), "a text is not UTF-8");
        check(video.text.size() <= text_bytes_max, "a text is too long");
    }
    return 0;
}
