#include <cstdlib>
#include <iostream>
#include <set>

#include <boost/json.hpp>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include "base/log.hpp"
#include "daemon/client.hpp"
#include "daemon/commands.hpp"
#include "daemon/doctor.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/status.hpp"

namespace spokeswatch {

namespace {

constexpr const char* trust_file = "/etc/ssl/certs/ca-certificates.crt";  // Debian's

const char* word(Finding::State state) {
    switch (state) {
        case Finding::State::ok:
            return "ok";
        case Finding::State::warning:
            return "warning";
        case Finding::State::fault:
            return "fault";
    }
    return "";
}

Finding disk_of(const std::filesystem::path& store) {
    const std::filesystem::path folder =
        store.has_parent_path() ? store.parent_path() : std::filesystem::path(".");
    struct statvfs about {};
    if (statvfs(folder.c_str(), &about) != 0)
        return {"disk", Finding::State::fault, "nothing can be said of " + folder.string()};
    return look_at_disk(
        std::uint64_t{about.f_bavail} * about.f_frsize,
        std::uint64_t{about.f_blocks} * about.f_frsize
    );
}

Finding clock_now() {
    timex state{};  // no mode set: only asks
    const bool synchronised = adjtimex(&state) != TIME_ERROR;
    return look_at_clock(SystemClock().now(), synchronised);
}

Finding trust() {
    const char* given = std::getenv("SSL_CERT_FILE");
    return look_at_trust(given != nullptr ? given : trust_file);
}

Finding dictionaries_of(const Snapshot& snapshot) {
    std::set<std::string> missing;
    for (std::string& package : snapshot.rules.missing_dictionaries())
        missing.insert(std::move(package));
    for (std::string& package : snapshot.watches.missing_dictionaries())
        missing.insert(std::move(package));
    return look_at_dictionaries({missing.begin(), missing.end()});
}

// The daemon where it should listen. That it does not run is no fault of the machine, that somebody
// else listens there is one.
Finding daemon_of(const CommonOptions& common) {
    DaemonClient client(common);
    const auto answer = client.get("/api/v1/status");
    if (!answer) {
        const bool silent = answer.error().kind == ErrorKind::network;
        return {
            "daemon",
            silent ? Finding::State::warning : Finding::State::fault,
            silent ? "does not run: " + answer.error().message
                   : "something else listens there: " + answer.error().message};
    }
    if (answer->status != 200)
        return {"daemon", Finding::State::fault, "something else listens there"};
    if (!status_screen(answer->body).well)
        return {"daemon", Finding::State::fault, "runs and is unwell: spokeswatch status"};
    return {"daemon", Finding::State::ok, "runs and is well"};
}

// Only a message proves a receiver, and nobody asked for one.
Finding receivers_of(const Config& config) {
    std::string names;
    for (const ReceiverConfig& receiver : config.receivers)
        names += (names.empty() ? "" : ", ") + receiver.name.value;
    return {
        "receivers",
        Finding::State::ok,
        names.empty() ? "none" : names + "; not tried: spokeswatch receivers test NAME"};
}

}  // namespace

int run_doctor(const CommonOptions& common) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, true);
    if (!snapshot) return exit_config;
    const Config& config = snapshot->config;
    const Finding findings[] = {
        {"configuration", Finding::State::ok, common.config_file.string() + " can be loaded"},
        look_at_store(config.storage.path),
        disk_of(config.storage.path),
        clock_now(),
        trust(),
        dictionaries_of(*snapshot),
        daemon_of(common),
        receivers_of(config),
    };
    bool well = true;
    for (const Finding& finding : findings) {
        well = well && finding.state != Finding::State::fault;
        if (common.json) {
            boost::json::object object;
            object["subject"] = finding.subject;
            object["state"] = word(finding.state);
            object["message"] = finding.message;
            std::cout << boost::json::serialize(object) << '\n';
        } else {
            std::cout << padded(word(finding.state), 8) << ' ' << padded(finding.subject, 14) << ' '
                      << printable(finding.message, 500) << '\n';
        }
    }
    return well ? exit_ok : exit_no;
}

}  // namespace spokeswatch
