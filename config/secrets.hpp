#pragma once

#include <string>

#include "base/secret.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"

namespace spokeswatch {

// Reads credentials: `x` in plain text, `x_file` or `x_env`. None of them is ever shown.
class SecretReader {
  public:
    // `read`: false where secrets are not needed; then every secret is an empty one.
    SecretReader(const Files& files, bool read, Diagnostics& diagnostics)
        : files_(files), read_(read), diagnostics_(diagnostics) {}

    struct Found {
        Secret value;
        Span span;
    };
    // nullopt when no key of the three is there, or when it is wrong (then it is reported, and
    // `wrong` is set where given).
    std::optional<Found> read(const Mapping& map, const std::string& key, bool* wrong = nullptr);

  private:
    std::optional<Secret> from_file(Yaml name);
    std::optional<Secret> from_environment(Yaml name);
    std::optional<Secret> plain(Yaml value);

    const Files& files_;
    bool read_;
    Diagnostics& diagnostics_;
    std::vector<const SourceText*> warned_;  // files already told to be readable by others
};

// The keys under which a secret may stand.
std::vector<std::string> secret_keys(const std::string& name);

}  // namespace spokeswatch
