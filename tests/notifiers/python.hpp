#pragma once

#include <string>

namespace spokeswatch::testing {

// What /usr/bin/python3 prints when it runs tests/notifiers/<script> with `input` on its standard
// input. Fails the test when the script fails.
std::string run_python(
    const std::string& script, const std::string& input, const std::string& argument = ""
);

}  // namespace spokeswatch::testing
