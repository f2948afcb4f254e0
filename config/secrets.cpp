#include "config/secrets.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

#include "config/codes.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t secret_bytes_max = 64 * 1024;
constexpr unsigned others_may_read = 0004;
constexpr const char* service_user = "spokeswatch";

// Where a name is looked for, in this order.
std::vector<fs::path> places(const std::string& name, const fs::path& folder) {
    std::vector<fs::path> out;
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    if (credentials != nullptr && *credentials != '\0' && name.find('/') == std::string::npos) {
        out.push_back(fs::path(credentials) / ("spokeswatch_" + name));
        out.push_back(fs::path(credentials) / name);
    }
    out.push_back(folder / name);
    return out;
}

std::string octal(unsigned mode) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04o", mode);
    return buffer.data();
}

std::string current_user() {
    const passwd* user = getpwuid(geteuid());
    return user != nullptr ? user->pw_name : std::to_string(geteuid());
}

void explain(
    Diagnostic& fault, const ReadFile& file, const fs::path& path, const std::string& name
) {
    if (file.error == EACCES && !file.owner.empty()) {
        std::string note = "the file is " + octal(file.mode) + ' ' + file.owner + "; ";
        const std::string user = current_user();
        if (user != service_user) note += "you are " + cited(user) + ", ";
        fault.notes.push_back(note + "the service runs as user " + cited(service_user));
        fault.helps.push_back(
            std::string("chgrp ") + service_user + ' ' + path.string() + " && chmod 0640 " +
            path.string()
        );
    }
    if (name.find('/') == std::string::npos) {
        fault.helps.push_back(
            (fault.helps.empty() ? "hand it" : "or hand it") +
            (" over with systemd: LoadCredential=" + name + ':' + path.string())
        );
    }
}

}  // namespace

std::vector<std::string> secret_keys(const std::string& name) {
    return {name, name + "_file", name + "_env"};
}

std::optional<SecretReader::Found> SecretReader::read(
    const Mapping& map, const std::string& key, bool* wrong
) {
    std::optional<Found> out;
    std::string set_by;
    for (const std::string& name : secret_keys(key)) {
        const Yaml value = map[name];
        if (!value) continue;
        if (!set_by.empty()) {
            Diagnostic& fault = diagnostics_.error(
                code::set_twice,
                map.key_span(name),
                cited(name) + " and " + cited(set_by) + " are two values for one secret"
            );
            fault.label = "remove one of them";
            fault.secondary.push_back({map.key_span(set_by), "the other one"});
            if (name == key && value.is_scalar()) files_.of(value.span()).tree->hide(value);
            if (wrong != nullptr) *wrong = true;
            continue;
        }
        set_by = name;
        std::optional<Secret> secret;
        if (!value.is_scalar() || value.text().empty())
            wrong_type(diagnostics_, cited(name), "a text", value);
        else if (name == key)
            secret = plain(value);
        else if (!read_)
            secret = Secret();
        else
            secret = name.ends_with("_file") ? from_file(value) : from_environment(value);
        if (secret) out = Found{std::move(*secret), value.span()};
        if (!secret && wrong != nullptr) *wrong = true;
    }
    return out;
}

std::optional<Secret> SecretReader::plain(Yaml value) {
    const ConfigFile& document = files_.of(value.span());
    document.tree->hide(value);
    const SourceText* file = document.tree->file().get();
    if ((document.mode & others_may_read) != 0 &&
        std::find(warned_.begin(), warned_.end(), file) == warned_.end()) {
        warned_.push_back(file);
        Diagnostic& fault = diagnostics_.warning(
            code::readable_secret, value.span(), "a secret stands in a file that everybody can read"
        );
        fault.label = "the file is " + octal(document.mode);
        fault.helps.emplace_back("put it into a file of its own and name that with `..._file`");
    }
    return Secret(value.text());
}

std::optional<Secret> SecretReader::from_file(Yaml name) {
    const std::vector<fs::path> all = places(name.text(), files_.of(name.span()).folder);
    ReadFile file;
    fs::path path;
    for (const fs::path& place : all) {
        path = place;
        file = read_regular_file(place, secret_bytes_max);
        if (file.bytes || file.error != ENOENT) break;
    }
    if (!file.bytes) {
        Diagnostic& fault = diagnostics_.error(
            code::secret, name.span(), "cannot read secret file: " + file.problem
        );
        fault.label = path.string();
        if (file.error == ENOENT && all.size() > 1)
            fault.notes.push_back("not in " + all.front().parent_path().string() + " either");
        explain(fault, file, path, name.text());
        return std::nullopt;
    }
    if (file.bytes->ends_with('\n')) file.bytes->pop_back();
    if (file.bytes->ends_with('\r')) file.bytes->pop_back();
    if (file.bytes->empty()) {
        diagnostics_.error(code::secret, name.span(), "the secret file is empty").label =
            path.string();
        return std::nullopt;
    }
    if ((file.mode & others_may_read) != 0) {
        Diagnostic& fault = diagnostics_.warning(
            code::readable_secret, name.span(), "everybody can read this secret file"
        );
        fault.label = path.string() + " is " + octal(file.mode);
        fault.helps.push_back("chmod o= " + path.string());
    }
    return Secret(std::move(*file.bytes));
}

std::optional<Secret> SecretReader::from_environment(Yaml name) {
    const char* value = std::getenv(name.text().c_str());
    if (value != nullptr && *value != '\0') return Secret(value);
    diagnostics_
        .error(
            code::secret,
            name.span(),
            "the environment variable " + cited(name.text()) +
                (value == nullptr ? " is not set" : " is empty")
        )
        .label = "set it for the service: `Environment=` or `EnvironmentFile=`";
    return std::nullopt;
}

}  // namespace spokeswatch
