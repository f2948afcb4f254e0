#include "net/tls.hpp"

#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace spokeswatch {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

struct TlsClient::Context {
    ssl::context context{ssl::context::tls_client};
    std::filesystem::file_time_type ca_time{};  // a renewed file is read again
};

namespace {

using Stream = ssl::stream<asio::ip::tcp::socket>;

Error tls_error(std::string message) { return Error{ErrorKind::tls, std::move(message)}; }

Error stream_error(const error_code& error) {
    if (error == ssl::error::stream_truncated) {
        return Error{ErrorKind::malformed, "truncated: the TLS stream ended without a close"};
    }
    if (error.category() == asio::error::get_ssl_category()) return tls_error(error.message());
    return socket_error(error);
}

class TlsTransport : public Transport {
  public:
    // The context must outlive the stream.
    TlsTransport(std::shared_ptr<void> context, std::unique_ptr<Stream> stream)
        : context_(std::move(context)), stream_(std::move(stream)) {}

    awaitable<Result<std::size_t>> read_some(char* data, std::size_t size) override {
        error_code error;
        const std::size_t count = co_await stream_->async_read_some(
            asio::buffer(data, size), asio::redirect_error(use_awaitable, error)
        );
        if (error == asio::error::eof) co_return std::size_t{0};
        if (error) co_return stream_error(error);
        co_return count;
    }

    awaitable<Result<void>> write(std::string_view data, std::size_t* written) override {
        while (!data.empty()) {
            error_code error;
            const std::size_t count = co_await stream_->async_write_some(
                asio::buffer(data), asio::redirect_error(use_awaitable, error)
            );
            *written += count;
            if (error) co_return stream_error(error);
            data.remove_prefix(count);
        }
        co_return Result<void>();
    }

    // Anything that waits on an idle TLS connection is almost always the peer's close_notify.
    bool is_quiet() override {
        return SSL_pending(stream_->native_handle()) == 0 &&
               spokeswatch::is_quiet(stream_->next_layer());
    }

  private:
    std::shared_ptr<void> context_;
    std::unique_ptr<Stream> stream_;
};

// SNI and the name that the certificate must hold; an address is compared with the address names.
bool set_peer_name(SSL* handle, const std::string& host) {
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    X509_VERIFY_PARAM* param = SSL_get0_param(handle);
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
    );
    if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
    return SSL_set_tlsext_host_name(handle, host.c_str()) == 1 &&
           SSL_set1_host(handle, host.c_str()) == 1;
}

Error handshake_error(SSL* handle, const error_code& error) {
    const long verdict = SSL_get_verify_result(handle);
    if (verdict != X509_V_OK) {
        return tls_error(
            std::string("certificate refused: ") + X509_verify_cert_error_string(verdict)
        );
    }
    if (error == asio::error::eof || error == ssl::error::stream_truncated) {
        return Error{ErrorKind::network, "the connection was closed during the TLS handshake"};
    }
    return stream_error(error);
}

// A peer that picks a protocol that was not offered would speak something else from here on.
bool protocol_is_http_1(SSL* handle) {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(handle, &name, &length);
    const std::string_view chosen(reinterpret_cast<const char*>(name), length);
    return length == 0 || chosen == "http/1.1";
}

void set_up(ssl::context& context) {
    SSL_CTX* handle = context.native_handle();
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
    // Without a store of sessions a resumed one cannot skip the verification of its peer.
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
    static constexpr std::array<unsigned char, 9> http_1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(handle, http_1.data(), static_cast<unsigned>(http_1.size()));
    context.set_verify_mode(ssl::verify_peer);
}

}  // namespace

TlsClient::TlsClient(std::string default_ca_file) : default_ca_file_(std::move(default_ca_file)) {}
TlsClient::~TlsClient() = default;

Result<std::shared_ptr<TlsClient::Context>> TlsClient::context(const std::string& ca_file) {
    std::error_code no_time;
    std::filesystem::file_time_type time{};
    if (!ca_file.empty()) time = std::filesystem::last_write_time(ca_file, no_time);
    auto& slot = contexts_[ca_file];
    if (slot && slot->ca_time == time) return slot;

    auto fresh = std::make_shared<Context>();
    fresh->ca_time = time;
    set_up(fresh->context);
    error_code error;
    if (default_ca_file_.empty()) {
        fresh->context.set_default_verify_paths(error);
    } else {
        fresh->context.load_verify_file(default_ca_file_, error);
    }
    if (!error && !ca_file.empty()) fresh->context.load_verify_file(ca_file, error);
    if (error) {
        contexts_.erase(ca_file);
        return tls_error("cannot read the certificates to trust: " + error.message());
    }
    slot = std::move(fresh);
    return slot;
}

awaitable<Result<std::unique_ptr<Transport>>> TlsClient::handshake(
    asio::ip::tcp::socket socket, std::string host, std::string ca_file
) {
    auto trust = context(ca_file);
    if (!trust) co_return trust.error();
    auto stream = std::make_unique<Stream>(std::move(socket), (*trust)->context);
    SSL* handle = stream->native_handle();
    if (!set_peer_name(handle, host)) co_return tls_error("the host name cannot be verified");

    error_code error;
    co_await stream->async_handshake(
        ssl::stream_base::client, asio::redirect_error(use_awaitable, error)
    );
    if (error) co_return handshake_error(handle, error);
    if (!protocol_is_http_1(handle)) {
        co_return tls_error("the server chose a protocol that was not offered (ALPN)");
    }
    std::unique_ptr<Transport> transport =
        std::make_unique<TlsTransport>(*trust, std::move(stream));
    co_return transport;
}

}  // namespace spokeswatch
