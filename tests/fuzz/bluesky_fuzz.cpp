#include "tests/fuzz/statements.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    testing::check_parser(parse_bluesky, SourceConfig(), data, size);
    return 0;
}
