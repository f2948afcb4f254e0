#include <string>

#include <catch2/catch.hpp>
#include <openssl/ssl.h>

#include "tests/net/http_bench.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

RawReply page(After after = After::read_next) {
    RawReply made;
    made.bytes = http_ok("secret page");
    made.after = after;
    return made;
}

class TlsBench {
  public:
    RawOptions options(const CertificateOptions& certificate = {}) {
        const auto files = authority.issue("server", certificate);
        RawOptions made;
        made.certificate_file = files.certificate;
        made.key_file = files.key;
        return made;
    }

    Result<HttpResponse> fetch(const RawServer& server, const std::string& host = "localhost") {
        auto request = HttpBench::request(server.url("/", host));
        request.ca_file = authority.file();
        return bench.send(std::move(request));
    }

    // What becomes of a server with this certificate.
    Result<HttpResponse> fetch(
        const CertificateOptions& certificate, const std::string& host = "localhost"
    ) {
        RawServer server([](const std::string&, int) { return page(); }, options(certificate));
        auto answer = fetch(server, host);
        CHECK(server.requests().size() == (answer ? 1 : 0));
        return answer;
    }

    TempDir folder;
    CertificateAuthority authority{folder.path()};
    HttpBench bench;
};

}  // namespace

TEST_CASE("a certificate of a trusted authority for the right name is taken") {
    TlsBench bench;
    auto answer = bench.fetch(CertificateOptions{});
    REQUIRE(answer);
    CHECK(answer->body == "secret page");
    CertificateOptions address;
    address.names = {"IP:127.0.0.1"};
    CHECK(bench.fetch(address, "127.0.0.1"));
    CertificateOptions wildcard;
    wildcard.names = {"*.localhost", "localhost"};
    CHECK(bench.fetch(wildcard));
}

TEST_CASE("a certificate that proves nothing is refused with its reason") {
    TlsBench bench;
    const auto reason = [&](const CertificateOptions& options,
                            const std::string& host = "localhost") {
        auto answer = bench.fetch(options, host);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::tls);
        CHECK_FALSE(answer.error().request_sent);
        return answer.error().message;
    };
    CertificateOptions expired;
    expired.valid_from_days = -10;
    expired.valid_to_days = -1;
    CHECK(holds(reason(expired), "expired"));
    CertificateOptions early;
    early.valid_from_days = 5;
    CHECK(holds(reason(early), "not yet valid"));
    CertificateOptions wrong;
    wrong.names = {"example.org"};
    CHECK(holds(reason(wrong), "hostname mismatch"));
    CertificateOptions own;
    own.self_signed = true;
    CHECK(holds(reason(own), "self-signed"));
    CertificateOptions no_names;
    no_names.names = {};
    CHECK(holds(reason(no_names), "hostname mismatch"));
    CHECK(holds(reason(CertificateOptions{}, "127.0.0.1"), "mismatch"));
}

TEST_CASE("an authority that nobody trusts is refused") {
    TlsBench bench;
    RawServer server([](const std::string&, int) { return page(); }, bench.options());
    auto answer = bench.bench.get(server.url("/", "localhost"));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::tls);
    CHECK(holds(answer.error().message, "certificate refused"));
}

TEST_CASE("a file of authorities that cannot be read is an error of TLS") {
    TlsBench bench;
    RawServer server([](const std::string&, int) { return page(); }, bench.options());
    auto request = HttpBench::request(server.url("/", "localhost"));
    request.ca_file = "/nonexistent.pem";
    auto answer = bench.bench.send(std::move(request));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::tls);
}

TEST_CASE("old protocol versions are refused, 1.2 is taken") {
    TlsBench bench;
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION}) {
        RawOptions options = bench.options();
        options.tls_version_max = version;
        RawServer server([](const std::string&, int) { return page(); }, options);
        auto answer = bench.fetch(server);
        CHECK(answer.has_value() == (version == TLS1_2_VERSION));
        if (!answer) CHECK(answer.error().kind == ErrorKind::tls);
    }
}

TEST_CASE("a protocol that was not offered is refused") {
    TlsBench bench;
    RawOptions options = bench.options();
    options.alpn = "h2";
    RawServer server([](const std::string&, int) { return page(); }, options);
    auto answer = bench.fetch(server);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::tls);
}

TEST_CASE("plain text where TLS is due is an error of TLS, silence a timeout") {
    TlsBench bench;
    RawOptions plain;
    plain.greeting = "HTTP/1.1 400 Bad Request\r\n\r\n";
    RawServer server([](const std::string&, int) { return page(); }, plain);
    const std::string url = "https://localhost:" + std::to_string(server.port()) + "/";
    auto answer = bench.bench.get(url);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::tls);

    RawOptions silent;
    silent.silent = true;
    RawServer mute([](const std::string&, int) { return page(); }, silent);
    auto request = HttpBench::request("https://localhost:" + std::to_string(mute.port()) + "/");
    request.limits.tls = 200ms;
    auto late = bench.bench.send(std::move(request));
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == ErrorKind::timeout);
    CHECK(holds(late.error().message, "TLS"));
}

TEST_CASE("a TLS connection is kept for the next request") {
    TlsBench bench;
    RawServer server([](const std::string&, int) { return page(); }, bench.options());
    for (int i = 0; i < 3; ++i) REQUIRE(bench.fetch(server));
    CHECK(server.connections() == 1);
}

TEST_CASE("a connection made under another trust is not used") {
    TlsBench bench;
    RawServer server([](const std::string&, int) { return page(); }, bench.options());
    REQUIRE(bench.fetch(server));
    CHECK_FALSE(bench.bench.get(server.url("/", "localhost")));
}

TEST_CASE("a TLS end without farewell matters only where the end is the length") {
    TlsBench bench;
    for (const bool with_length : {true, false}) {
        RawReply cut = page(After::cut);
        if (!with_length) cut.bytes = "HTTP/1.1 200 OK\r\n\r\nhalf";
        RawServer server([cut](const std::string&, int) { return cut; }, bench.options());
        auto answer = bench.fetch(server);
        CHECK(answer.has_value() == with_length);
        if (!answer) CHECK(answer.error().kind == ErrorKind::malformed);
    }
    RawReply whole = page(After::close);
    whole.bytes = "HTTP/1.1 200 OK\r\n\r\nall";
    RawServer server([whole](const std::string&, int) { return whole; }, bench.options());
    auto answer = bench.fetch(server);
    REQUIRE(answer);
    CHECK(answer->body == "all");
}

TEST_CASE("a redirect from https to http is refused") {
    TlsBench bench;
    RawServer open([](const std::string&, int) { return page(); });
    RawReply down;
    down.bytes = "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + open.url("/") + "\r\n\r\n";
    RawServer server([down](const std::string&, int) { return down; }, bench.options());
    auto answer = bench.fetch(server);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::rejected);
    CHECK(open.connections() == 0);
}
