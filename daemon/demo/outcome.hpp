#pragma once

#include <string>

#include "daemon/demo/inbox.hpp"
#include "daemon/demo/outlets.hpp"
#include "daemon/demo/script.hpp"

namespace spokeswatch::demo {

struct Outcome {
    bool complete = false;     // everything that was due has come
    std::size_t problems = 0;  // missed, twice, or told although it must not be
    std::string text;          // for people
};

// Compares what the inboxes got with what the script expects: every expected (rule, statement) at
// each receiver once, and nothing else.
Outcome judge(const Script& script, const Press& press, const Inbox& inbox);

}  // namespace spokeswatch::demo
