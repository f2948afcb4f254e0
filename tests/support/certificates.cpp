#include "tests/support/certificates.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/check.hpp"

namespace spokeswatch::testing {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long day_seconds = 24 * 60 * 60;

Key make_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void set_name(X509_NAME* name, const std::string& common_name) {
    X509_NAME_add_entry_by_txt(
        name,
        "CN",
        MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(common_name.c_str()),
        -1,
        -1,
        0
    );
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    check(extension != nullptr, "a certificate extension was not made");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& common_name, int from, int to) {
    static long serial = 1;
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from * day_seconds);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), to * day_seconds);
    X509_set_pubkey(made.get(), key);
    set_name(X509_get_subject_name(made.get()), common_name);
    return made;
}

template <class Write>
void write_pem(const std::string& path, Write write) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(path.c_str(), "w"), std::fclose
    );
    check(file != nullptr, "a test certificate cannot be written");
    write(file.get());
}

}  // namespace

struct CertificateAuthority::Impl {
    explicit Impl(std::filesystem::path f) : folder(std::move(f)) {}

    std::filesystem::path folder;
    Key key{make_key()};
    Certificate root{make_certificate(key.get(), "Test Root", -1, 3650)};
};

CertificateAuthority::CertificateAuthority(std::filesystem::path folder)
    : impl_(std::make_unique<Impl>(std::move(folder))) {
    X509* root = impl_->root.get();
    X509_set_issuer_name(root, X509_get_subject_name(root));
    add_extension(root, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(root, NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(root, impl_->key.get(), EVP_sha256());
    write_pem(file(), [root](std::FILE* out) { PEM_write_X509(out, root); });
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::file() const { return (impl_->folder / "root.pem").string(); }

CertificateFiles CertificateAuthority::issue(
    const std::string& label, const CertificateOptions& options
) {
    const Key key = make_key();
    const Certificate made = make_certificate(
        key.get(), options.common_name, options.valid_from_days, options.valid_to_days
    );
    X509* subject = made.get();
    X509* issuer = options.self_signed ? subject : impl_->root.get();
    X509_set_issuer_name(subject, X509_get_subject_name(issuer));
    std::string names;
    for (const std::string& name : options.names) {
        names += (names.empty() ? "" : ",") + (name.starts_with("IP:") ? name : "DNS:" + name);
    }
    if (!names.empty()) add_extension(subject, NID_subject_alt_name, names);
    X509_sign(subject, options.self_signed ? key.get() : impl_->key.get(), EVP_sha256());

    CertificateFiles files;
    files.certificate = (impl_->folder / (label + ".pem")).string();
    files.key = (impl_->folder / (label + ".key")).string();
    write_pem(files.certificate, [subject](std::FILE* out) { PEM_write_X509(out, subject); });
    write_pem(files.key, [&key](std::FILE* out) {
        PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return files;
}

}  // namespace spokeswatch::testing
