#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/transport.hpp"

namespace spokeswatch {

// TLS for clients: 1.2 or newer, SNI, the chain and the host name verified, always. One context
// with the system's trust for the process and one more per `ca_file`, made when first needed.
class TlsClient {
  public:
    // Empty `default_ca_file`: the system's trust store.
    explicit TlsClient(std::string default_ca_file);
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    // Shakes hands over a connected socket. `host` is the name (A-labels) or address to verify;
    // `ca_file` adds trust (PEM), empty for none. Errors are of kind `tls` and say why, or
    // `network` when the peer went away.
    awaitable<Result<std::unique_ptr<Transport>>> handshake(
        boost::asio::ip::tcp::socket socket, std::string host, std::string ca_file
    );

  private:
    struct Context;
    Result<std::shared_ptr<Context>> context(const std::string& ca_file);

    std::string default_ca_file_;
    std::map<std::string, std::shared_ptr<Context>> contexts_;
};

}  // namespace spokeswatch
