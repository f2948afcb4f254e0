#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace spokeswatch {

void check(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "spokeswatch: internal error: %s\n", what);
    std::abort();
}

}  // namespace spokeswatch
