#include "daemon/doctor.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <unistd.h>

#include "store/database.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mib = 1024 * 1024;
constexpr std::uint64_t disk_low_bytes = 512 * mib;
constexpr std::uint64_t disk_out_bytes = 64 * mib;
constexpr std::uint64_t disk_low_percent = 5;
constexpr std::string_view clock_sane_from = "2026-01-01T00:00:00Z";  // this program is younger

Finding finding(std::string subject, Finding::State state, std::string message) {
    return Finding{std::move(subject), state, std::move(message)};
}

}  // namespace

Finding look_at_store(const fs::path& store) {
    const fs::path folder = store.has_parent_path() ? store.parent_path() : fs::path(".");
    if (access(folder.c_str(), W_OK | X_OK) != 0)
        return finding(
            "store",
            Finding::State::fault,
            "this user cannot write to " + folder.string() + ": " + std::strerror(errno) +
                "; ask as the service's user (runuser -u spokeswatch)"
        );
    std::error_code failed;
    if (!fs::exists(store, failed))
        return finding(
            "store", Finding::State::ok, store.string() + " is made when the daemon first runs"
        );
    auto database = Database::open_read_only(store);
    if (!database) return finding("store", Finding::State::fault, database.error().message);
    return finding("store", Finding::State::ok, store.string() + " can be read");
}

Finding look_at_disk(std::uint64_t available_bytes, std::uint64_t all_bytes) {
    const std::string left = std::to_string(available_bytes / mib) + " MiB of " +
                             std::to_string(all_bytes / mib) + " MiB are free";
    if (available_bytes < disk_out_bytes)
        return finding("disk", Finding::State::fault, left + "; make room");
    if (available_bytes < disk_low_bytes || available_bytes < all_bytes / 100 * disk_low_percent)
        return finding("disk", Finding::State::warning, left);
    return finding("disk", Finding::State::ok, left);
}

Finding look_at_clock(Time now, bool synchronised) {
    if (now < *parse_time(clock_sane_from))
        return finding(
            "clock",
            Finding::State::fault,
            format_time(now) + " is before this program was made: set the clock"
        );
    if (!synchronised)
        return finding(
            "clock",
            Finding::State::warning,
            "the kernel says that nobody sets it (timedatectl set-ntp true): times of statements "
            "and signatures of webhooks need it within seconds"
        );
    return finding("clock", Finding::State::ok, "set by a time service");
}

Finding look_at_trust(const fs::path& file) {
    std::ifstream bundle(file);
    std::string line;
    while (std::getline(bundle, line))
        if (line.starts_with("-----BEGIN CERTIFICATE"))
            return finding("tls", Finding::State::ok, "trusts " + file.string());
    return finding(
        "tls",
        Finding::State::fault,
        file.string() +
            " holds no certificate, so no server can be trusted: install "
            "ca-certificates"
    );
}

Finding look_at_dictionaries(const std::vector<std::string>& missing) {
    if (missing.empty())
        return finding("dictionaries", Finding::State::ok, "all that the rules use are installed");
    std::string packages;
    for (const std::string& package : missing) packages += " " + package;
    return finding(
        "dictionaries",
        Finding::State::warning,
        "only regular word endings are known; install" + packages
    );
}

}  // namespace spokeswatch
