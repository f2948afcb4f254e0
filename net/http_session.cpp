#include "net/http_session.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>

#include "base/log.hpp"
#include "net/percent.hpp"
#include "net/transport.hpp"
#include "net/with_timeout.hpp"

namespace spokeswatch {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds drain_max{1000};
constexpr std::size_t drain_bytes_max = 1024 * 1024;

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    // Not strftime: its names follow the locale.
    static constexpr std::array<const char*, 7> days{
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "%s, %02d %s %04d %02d:%02d:%02d GMT",
        days[static_cast<std::size_t>(parts.tm_wday)],
        parts.tm_mday,
        months[static_cast<std::size_t>(parts.tm_mon)],
        parts.tm_year + 1900,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec
    );
    return text.data();
}

std::string one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

// What goes over the wire. A HEAD is told the length of what a GET would get.
std::string wire_form(const ServerResponse& response, bool head_only, bool keep_alive) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
    std::string wire = "HTTP/1.1 " + std::to_string(response.status) + " " +
                       std::string(reason.data(), reason.size()) + "\r\nDate: " + http_date() +
                       "\r\n";
    const bool no_content =
        response.status / 100 == 1 || response.status == 204 || response.status == 304;
    if (!no_content) {
        if (!response.content_type.empty()) {
            wire += "Content-Type: " + one_line(response.content_type) + "\r\n";
        }
        wire += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        wire += one_line(name) + ": " + one_line(value) + "\r\n";
    }
    wire += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (!no_content && !head_only) wire += response.body;
    return wire;
}

ServerResponse plain_answer(int status, std::string text) {
    ServerResponse response;
    response.status = status;
    response.body = std::move(text);
    response.body += '\n';
    return response;
}

// A request or the answer that says why there is none; neither: the connection ends in silence.
struct Incoming {
    std::optional<ServerRequest> request;
    std::optional<ServerResponse> refusal;
    bool head_only = false;
    bool keep_alive = false;
};

Incoming refused(int status, std::string text) {
    Incoming incoming;
    incoming.refusal = plain_answer(status, std::move(text));
    return incoming;
}

using Parser = http::request_parser<http::string_body>;

Incoming translate(Parser& parser, bool from_loopback) {
    auto message = parser.release();
    ServerRequest request;
    request.method.assign(message.method_string().data(), message.method_string().size());
    for (const auto& field : message) {
        const auto name = field.name_string();
        request.headers.emplace_back(
            std::string(name.data(), name.size()),
            std::string(field.value().data(), field.value().size())
        );
    }
    const bool is_1_1 = message.version() == 11;
    if (is_1_1 && !request.header("Host")) return refused(400, "the Host header is missing");

    std::string_view target(message.target().data(), message.target().size());
    if (target.starts_with("http://")) {
        const std::size_t slash = target.find('/', 7);
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    target = target.substr(0, target.find('#'));
    const std::size_t question = std::min(target.find('?'), target.size());
    auto path = percent_decode_strictly(target.substr(0, question));
    if (!path || !path->starts_with('/')) return refused(400, "the path is not valid");
    request.path = std::move(*path);
    if (question < target.size()) request.query = target.substr(question + 1);
    request.body = std::move(message.body());
    request.from_loopback = from_loopback;

    Incoming incoming;
    incoming.keep_alive = message.keep_alive();
    incoming.head_only = request.method == "HEAD";
    if (incoming.head_only) request.method = "GET";
    incoming.request = std::move(request);
    return incoming;
}

Incoming refusal_for(const error_code& error) {
    if (error == http::error::header_limit) return refused(431, "the head is too large");
    if (error == http::error::body_limit) return refused(413, "the body is too large");
    return refused(400, "the request is not valid HTTP/1.1");
}

bool is_loopback(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

// One client. Requests that come ahead of their turn wait in `unparsed_`.
class Session {
  public:
    Session(tcp::socket socket, const HttpServer::Handler& handler, const ServerLimits& limits)
        : handler_(handler), limits_(limits) {
        error_code unknown;
        const auto peer = socket.remote_endpoint(unknown);
        from_loopback_ = !unknown && is_loopback(peer.address());
        transport_ = make_plain_transport(std::move(socket));
    }

    awaitable<void> run();

  private:
    awaitable<Result<Incoming>> read_request();
    awaitable<Result<void>> read_part(Parser* parser, bool head_only);
    awaitable<Result<std::size_t>> read_more();
    awaitable<bool> write(std::string wire);
    awaitable<Result<void>> drain();
    awaitable<ServerResponse> answer(ServerRequest request);

    const HttpServer::Handler& handler_;
    ServerLimits limits_;
    std::unique_ptr<Transport> transport_;
    bool from_loopback_ = false;
    std::array<char, 8 * 1024> buffer_;
    std::string unparsed_;
    error_code parse_error_;
};

awaitable<Result<std::size_t>> Session::read_more() {
    auto count = co_await transport_->read_some(buffer_.data(), buffer_.size());
    if (count) unparsed_.append(buffer_.data(), *count);
    co_return count;
}

// Reads until the head, or the whole request, is there. Ends early with `parse_error_` set.
awaitable<Result<void>> Session::read_part(Parser* parser, bool head_only) {
    while (!(head_only ? parser->is_header_done() : parser->is_done())) {
        if (!unparsed_.empty()) {
            parse_error_ = {};
            const std::size_t used = parser->put(asio::buffer(unparsed_), parse_error_);
            unparsed_.erase(0, used);
            if (parse_error_ && parse_error_ != http::error::need_more) co_return Result<void>();
            const bool stuck = unparsed_.size() >= limits_.head_bytes_max + limits_.body_bytes_max;
            if (stuck) parse_error_ = http::error::bad_chunk;
            if (stuck) co_return Result<void>();
            if (used > 0 && !parse_error_) continue;
        }
        parse_error_ = {};
        auto count = co_await read_more();
        if (!count) co_return count.error();
        if (*count == 0) co_return Error{ErrorKind::network, "closed"};
    }
    co_return Result<void>();
}

awaitable<Result<Incoming>> Session::read_request() {
    const Error late{ErrorKind::timeout, "too late"};
    if (unparsed_.empty()) {
        auto first = read_more();
        auto began = co_await with_timeout(limits_.idle, std::move(first), late);
        if (!began) co_return began.error();
        if (*began == 0) co_return Error{ErrorKind::network, "closed"};
    }
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes_max));
    parser.body_limit(limits_.body_bytes_max);
    for (const bool head_only : {true, false}) {
        parser.eager(!head_only);
        auto part = read_part(&parser, head_only);
        auto came = co_await with_timeout(limits_.idle, std::move(part), late);
        if (!came && came.error().kind == ErrorKind::timeout) {
            co_return refused(408, "the request did not come in time");
        }
        if (!came) co_return came.error();
        if (parse_error_) co_return refusal_for(parse_error_);
        const auto expect = parser.get().find(http::field::expect);
        if (head_only && !parser.is_done() && expect != parser.get().end()) {
            const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
            if (!written) co_return Error{ErrorKind::network, "closed"};
        }
    }
    co_return translate(parser, from_loopback_);
}

awaitable<bool> Session::write(std::string wire) {
    std::size_t written = 0;
    auto work = transport_->write(wire, &written);
    // Big answers to slow clients get more time, in proportion.
    const auto limit = limits_.idle * (1 + static_cast<long>(wire.size() / (1024 * 1024)));
    Error stuck{ErrorKind::timeout, "the client does not read"};
    auto done = co_await with_timeout(limit, std::move(work), std::move(stuck));
    co_return done.has_value();
}

awaitable<ServerResponse> Session::answer(ServerRequest request) {
    const std::string path = request.path;
    std::string what;
    try {
        co_return co_await handler_(std::move(request));
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        what = error.what();
    } catch (const std::exception& error) {
        what = error.what();
    }
    log_error("a request to our own server failed", {{"url", path}, {"error", what}});
    co_return plain_answer(500, "internal error");
}

// A client that still sends when we close would get a reset before it has read the answer.
awaitable<Result<void>> Session::drain() {
    for (std::size_t drained = 0; drained < drain_bytes_max;) {
        unparsed_.clear();
        auto count = co_await read_more();
        if (!count || *count == 0) break;
        drained += *count;
    }
    co_return Result<void>();
}

awaitable<void> Session::run() {
    bool keep_alive = true;
    bool refused_one = false;
    while (keep_alive) {
        auto incoming = co_await read_request();
        if (!incoming) break;
        ServerResponse response;
        if (incoming->request) {
            response = co_await answer(std::move(*incoming->request));
        } else {
            response = std::move(*incoming->refusal);
            refused_one = true;
        }
        keep_alive = incoming->keep_alive;
        const bool written = co_await write(wire_form(response, incoming->head_only, keep_alive));
        if (!written) break;
    }
    if (!refused_one) co_return;
    auto rest = drain();
    const Error late{ErrorKind::timeout, "too late"};
    const auto limit = std::min(limits_.idle, drain_max);
    const auto drained = co_await with_timeout(limit, std::move(rest), late);
    (void)drained;  // however much came: the connection ends now
}

}  // namespace

awaitable<void> serve_http(
    tcp::socket socket, const HttpServer::Handler* handler, ServerLimits limits
) {
    const auto session = std::make_unique<Session>(std::move(socket), *handler, limits);
    co_await session->run();
}

std::string busy_answer() {
    return wire_form(plain_answer(503, "too many connections"), false, false);
}

}  // namespace spokeswatch
