#pragma once

#include <memory>
#include <string>
#include <vector>

namespace spokeswatch::testing {

// Hyperscan's matcher of literals with a check of the borders of words behind it, where its headers
// were found: a yardstick. Texts and phrases are normalised (normalised_text), so that it finds
// exactly what the rules find in such texts.
class Hyperscan {
  public:
    explicit Hyperscan(const std::vector<std::string>& phrases);
    ~Hyperscan();
    Hyperscan(const Hyperscan&) = delete;
    Hyperscan& operator=(const Hyperscan&) = delete;

    // False: not built in, or it refused the phrases.
    [[nodiscard]] bool usable() const { return impl_ != nullptr; }
    // Places at which a phrase stands.
    [[nodiscard]] std::size_t count(const std::string& text) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch::testing
