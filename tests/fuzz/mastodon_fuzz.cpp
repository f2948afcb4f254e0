#include "tests/fuzz/statements.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SourceConfig source;
    source.options.set("server", std::string("social.example"), Span());
    testing::check_parser(parse_mastodon, source, data, size);
    return 0;
}
