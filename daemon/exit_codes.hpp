#pragma once

namespace spokeswatch {

// sysexits.h; systemd prints these names in `systemctl status`.
inline constexpr int exit_ok = 0;
inline constexpr int exit_no = 1;            // the answer is no
inline constexpr int exit_usage = 64;        // command line
inline constexpr int exit_data = 65;         // the input is not of that kind
inline constexpr int exit_no_input = 66;     // input missing
inline constexpr int exit_unavailable = 69;  // unreachable
inline constexpr int exit_software = 70;     // our bug
inline constexpr int exit_io = 74;
inline constexpr int exit_try_again = 75;
inline constexpr int exit_permission = 77;
inline constexpr int exit_config = 78;

}  // namespace spokeswatch
