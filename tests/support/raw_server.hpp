#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace spokeswatch::testing {

// What happens when a reply is out.
enum class After {
    read_next,  // keep the connection for another request
    close,      // in good order
    cut,        // close without the TLS farewell
    reset,      // RST
    hang        // keep it open and say nothing until the client leaves
};

struct RawReply {
    std::string bytes;
    After after = After::close;
    std::size_t piece_bytes = 0;  // 0: everything at once; otherwise pieces with `pause` between
    std::chrono::milliseconds pause{0};
    // After `bytes`: more and more, until it returns nothing or the client leaves.
    std::function<std::string()> endless;
};

struct RawOptions {
    std::string address = "127.0.0.1";
    std::string greeting;          // sent before anything is read
    bool silent = false;           // accept and do nothing, not even a TLS handshake
    std::string certificate_file;  // PEM chain; not empty: TLS
    std::string key_file;
    int tls_version_max = 0;        // of OpenSSL; 0 = the library's
    std::uint16_t tunnel_port = 0;  // the first request is answered 200, then bytes go to this port
    std::string alpn;               // protocol that is chosen whatever was offered
};

// A server that sends exactly the bytes it is told to, right or wrong. It runs on a thread of its
// own, so it serves a test's own loop as well as a program under test. `answer` is called on that
// thread with the whole request (head and body by Content-Length) and the number of the connection,
// counted from 0.
class RawServer {
  public:
    using Answer = std::function<RawReply(const std::string& request, int connection)>;

    explicit RawServer(Answer answer, RawOptions options = {});
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    // "http://127.0.0.1:PORT" + path, or https with the name that is given.
    [[nodiscard]] std::string url(const std::string& path, const std::string& host = "") const;
    [[nodiscard]] std::vector<std::string> requests() const;
    [[nodiscard]] int connections() const;  // accepted so far

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

// "HTTP/1.1 200 OK" with Content-Length and this body; `headers` are whole lines with CRLF.
std::string http_ok(const std::string& body, const std::string& headers = "");

}  // namespace spokeswatch::testing
