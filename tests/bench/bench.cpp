// Speeds of the parts that a statement passes, each beside yardsticks taken in the same run: ratios
// hold on any machine, the figures beside them do not. CPU seconds; the median of rounds in turn.

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "tests/bench/benches.hpp"

using namespace spokeswatch::testing;

namespace {

constexpr const char* usage =
    "usage: bench [match|store] [--corpus FILE.ndjson] [--sizes 1000,10000] [--statements N]\n"
    "             [--rounds N] [--no-programs] [--json FILE]\n";

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

bool read_sizes(std::string_view list, std::vector<std::size_t>& sizes) {
    sizes.clear();
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const auto size = number(list.substr(0, comma));
        if (!size) return false;
        sizes.push_back(*size);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return !sizes.empty();
}

bool read_option(std::string_view name, const char* value, Options& options) {
    if (value == nullptr) return false;
    if (name == "--sizes") return read_sizes(value, options.sizes);
    if (name == "--corpus") options.corpus = value;
    if (name == "--json") options.json = value;
    if (name == "--corpus" || name == "--json") return true;
    const auto count = number(value);
    if (!count) return false;
    if (name == "--statements") options.statements = *count;
    if (name == "--rounds") options.rounds = static_cast<int>(*count);
    return name == "--statements" || name == "--rounds";
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::string_view which;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "match" || word == "store") {
            which = word;
        } else if (word == "--no-programs") {
            options.programs = false;
        } else if (read_option(word, i + 1 < argc ? argv[i + 1] : nullptr, options)) {
            ++i;
        } else {
            std::fputs(usage, stderr);
            return 64;
        }
    }
    if (which != "store") bench_match(options);
    if (which != "match") bench_store(options);
    return 0;
}
