#include "tests/notifiers/python.hpp"

#include <cstdio>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"

namespace spokeswatch::testing {

std::string run_python(
    const std::string& script, const std::string& input, const std::string& argument
) {
    const TempDir folder;
    const std::string file = (folder.path() / "input").string();
    std::ofstream(file, std::ios::binary) << input;
    const std::string command = "/usr/bin/python3 '" SPOKESWATCH_SOURCE_DIR "/tests/notifiers/" +
                                script + "' '" + argument + "' < '" + file + "'";
    std::FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string out;
    char buffer[4096];
    for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        out.append(buffer, count);
    REQUIRE(pclose(pipe) == 0);
    return out;
}

}  // namespace spokeswatch::testing
