#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "base/check.hpp"
#include "config/config.hpp"
#include "config/format.hpp"
#include "config/yaml_tree.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

// Through the very loader, from a file that exists in memory alone.
void load(const std::string& bytes) {
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    check(file >= 0, "no file in memory");
    check(
        write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
        "the file is cut"
    );
    LoadOptions options;
    options.file = "/proc/self/fd/" + std::to_string(file);
    options.read_secrets = false;
    Diagnostics diagnostics;
    const Config config = load_config(options, diagnostics);
    for (const RuleConfig& rule : config.rules)
        check(rule.match.span.file != nullptr, "a rule without a condition is left");
    (void)render(diagnostics, DiagnosticFormat::human);
    (void)render(diagnostics, DiagnosticFormat::short_lines);
    close(file);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(testing::fuzz_text(data, size));
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse("a.yml", bytes, diagnostics);
    check((tree == nullptr) == diagnostics.has_errors(), "two answers to one question");
    // What names other files would read whatever is on this machine.
    const bool names_files =
        bytes.find("include") != bytes.npos || bytes.find("_file") != bytes.npos;
    if (!names_files) load(bytes);

    Diagnostics faults;
    const auto formatted = format_config("a.yml", bytes, faults);
    check(formatted.has_value() == !faults.has_errors(), "a file is refused without a reason");
    if (!formatted) return 0;
    check(YamlTree::parse("a.yml", *formatted, faults) != nullptr, "a formatted file is no YAML");
    check(format_config("a.yml", *formatted, faults) == formatted, "formatting is not idempotent");
    return 0;
}
