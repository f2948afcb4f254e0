#pragma once

#include "config/page.hpp"

namespace CLI {
class App;
}

namespace spokeswatch {

// spokeswatch(1), made of the command line as it is parsed: every verb, its options and arguments.
Page commands_page(const CLI::App& app);

}  // namespace spokeswatch
