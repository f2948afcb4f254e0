#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/fixtures.hpp"

namespace spokeswatch::testing {

// aiosmtpd in a process of its own (smtp_server.py says which arguments there are), ended with the
// object.
class SmtpServer {
  public:
    explicit SmtpServer(std::vector<std::string> arguments = {});
    ~SmtpServer();
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // The messages accepted so far, one JSON object each.
    [[nodiscard]] std::vector<std::string> messages() const;

  private:
    TempDir folder_;
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace spokeswatch::testing
