#pragma once

namespace spokeswatch {

// What we did wrong ends the process, in release builds too: systemd restarts it, and the store
// holds everything that was accepted. Never used on anything that comes from outside.
void check(bool condition, const char* what);

}  // namespace spokeswatch
