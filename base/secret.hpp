#pragma once

#include <string>
#include <utility>

namespace spokeswatch {

// A credential. It has no formatter and no stream operator: only `reveal()` shows it, and every
// call of that is a place to review. Webhook URLs are credentials too.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }
    bool operator==(const Secret&) const = default;

  private:
    std::string value_;
};

}  // namespace spokeswatch
