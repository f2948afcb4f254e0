#pragma once

#include <memory>
#include <string>

#include "daemon/commands.hpp"

namespace spokeswatch {

// A verb's line to the running daemon: --server, else web.listen_address of the configuration.
class DaemonClient {
  public:
    explicit DaemonClient(const CommonOptions& common);
    [[nodiscard]] bool good() const { return good_; }  // false: the faults are on stderr

    Result<HttpResponse> get(const std::string& path);
    // Sends a change and prints the answer; returns the exit code.
    int change(const std::string& path, std::string body);
    // Says on stderr that the daemon cannot be reached; returns the exit code.
    [[nodiscard]] int explain(const Error& error) const;

  private:
    Result<HttpResponse> send(HttpRequest request);

    std::string base_;
    Secret token_;
    bool good_ = true;
};

}  // namespace spokeswatch
