#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace spokeswatch::testing {

struct CertificateOptions {
    std::vector<std::string> names{"localhost"};  // DNS names; "IP:127.0.0.1" for an address
    std::string common_name = "localhost";
    int valid_from_days = -1;  // from now
    int valid_to_days = 30;
    bool self_signed = false;
};

struct CertificateFiles {
    std::string certificate;  // PEM, with the chain but without the root
    std::string key;
};

// A certificate authority of the test's own, made when the test runs; files go into `folder`.
class CertificateAuthority {
  public:
    explicit CertificateAuthority(std::filesystem::path folder);
    ~CertificateAuthority();
    CertificateAuthority(const CertificateAuthority&) = delete;
    CertificateAuthority& operator=(const CertificateAuthority&) = delete;

    [[nodiscard]] std::string file() const;  // the root, PEM
    CertificateFiles issue(const std::string& label, const CertificateOptions& options = {});

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch::testing
