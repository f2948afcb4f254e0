#include "net/http_response.hpp"

#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>

namespace spokeswatch {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// A Beast body that hands the bytes on as they come. Beast's string_body would keep them all.
struct PassingBody {
    using value_type = std::string;  // NOLINT(readability-identifier-naming): Beast asks for it

    class reader {  // NOLINT(readability-identifier-naming)
      public:
        template <bool is_request, class Fields>
        reader(http::header<is_request, Fields>&, value_type& out) : out_(out) {}
        void init(const boost::optional<std::uint64_t>&, error_code& error) { error = {}; }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, error_code& error) {
            error = {};
            std::size_t count = 0;
            for (const auto buffer : beast::buffers_range_ref(buffers)) {
                out_.append(static_cast<const char*>(buffer.data()), buffer.size());
                count += buffer.size();
            }
            return count;
        }
        void finish(error_code& error) { error = {}; }

      private:
        value_type& out_;
    };
};

using Parser = http::response_parser<PassingBody>;

// A line of chunked framing, or all trailers.
constexpr std::size_t chunk_line_bytes_max = 16 * 1024;
// No sender means such a chunk; it is an attempt at an overflow.
constexpr std::uint64_t chunk_bytes_sane = std::uint64_t{1} << 40;

Error malformed(std::string message) { return Error{ErrorKind::malformed, std::move(message)}; }

}  // namespace

struct ResponseParser::Impl {
    Impl(const HttpLimits& l, bool no_body) : limits(l), without_body(no_body) { restart(); }

    void restart() {
        parser.emplace();
        parser->eager(false);
        parser->skip(without_body);
        parser->header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
        parser->body_limit(boost::none);  // counted here: a cut answer is not an error
        parser->on_chunk_header(chunk_check);
    }

    Error translate(const error_code& error) const {
        if (error == http::error::header_limit) return head_too_large();
        return malformed("the answer is not valid HTTP/1.1: " + error.message());
    }

    Error head_too_large() const {
        return Error{
            ErrorKind::too_large,
            "the answer's head is larger than " + std::to_string(limits.head_bytes_max) + " bytes"};
    }

    // Called once for every head. True: the head of the answer itself, not of an interim one.
    Result<bool> take_head();
    Result<void> check_framing() const;

    HttpLimits limits;
    bool without_body;
    std::function<void(std::uint64_t, beast::string_view, error_code&)> chunk_check =
        [](std::uint64_t size, beast::string_view, error_code& error) {
            if (size > chunk_bytes_sane) error = http::error::bad_chunk;
        };
    std::optional<Parser> parser;
    std::size_t interim = 0;
    bool head_done = false;
    int status = 0;
    std::string reason;
    Headers headers;
};

Result<bool> ResponseParser::Impl::take_head() {
    const auto& message = parser->get();
    status = static_cast<int>(message.result_int());
    if (status < 100 || status > 599) return malformed("the answer's status is out of range");
    if (status == 101) return malformed("the server switched protocols unasked (101)");
    if (status < 200) {
        if (++interim > limits.informational_max) {
            return Error{ErrorKind::too_large, "too many interim answers (1xx)"};
        }
        restart();
        return false;
    }
    for (const auto& field : message) {
        if (headers.size() == limits.headers_max) {
            return Error{
                ErrorKind::too_large,
                "the answer has more than " + std::to_string(limits.headers_max) + " headers"};
        }
        const auto name = field.name_string();
        const auto value = field.value();
        headers.emplace_back(
            std::string(name.data(), name.size()), std::string(value.data(), value.size())
        );
    }
    reason.assign(message.reason().data(), message.reason().size());
    auto framing = check_framing();
    if (!framing) return framing.error();
    head_done = true;
    parser->eager(true);
    return true;
}

// Beast refuses two lengths that differ and a length beside chunks. What is left: codings of the
// transfer that we never asked for, behind which a body of another length hides.
Result<void> ResponseParser::Impl::check_framing() const {
    for (const auto& [name, value] : headers) {
        if (beast::iequals(name, "Transfer-Encoding") && !beast::iequals(value, "chunked")) {
            return malformed("the answer has a transfer coding other than chunked");
        }
    }
    return {};
}

ResponseParser::ResponseParser(const HttpLimits& limits, bool without_body)
    : impl_(std::make_unique<Impl>(limits, without_body)) {}
ResponseParser::~ResponseParser() = default;

Result<std::size_t> ResponseParser::put(std::string_view bytes) {
    std::size_t used = 0;
    while (!done() && used < bytes.size()) {
        const std::string_view rest = bytes.substr(used);
        error_code error;
        used += impl_->parser->put(boost::asio::buffer(rest), error);
        if (error && error != http::error::need_more) return impl_->translate(error);
        if (!impl_->head_done && impl_->parser->is_header_done()) {
            auto own_head = impl_->take_head();
            if (!own_head) return own_head.error();
            continue;
        }
        if (error == http::error::need_more) break;
    }
    // A line that never ends is held back here, byte after byte.
    const std::size_t held = done() ? 0 : bytes.size() - used;
    if (!head_done() && held >= impl_->limits.head_bytes_max) return impl_->head_too_large();
    if (head_done() && held >= chunk_line_bytes_max) {
        return malformed("a line of the chunked body has no end");
    }
    return used;
}

Result<void> ResponseParser::put_end() {
    if (done()) return {};
    if (!head_done()) return malformed("truncated: the answer ends within its head");
    error_code error;
    impl_->parser->put_eof(error);
    if (error) return malformed("truncated: the answer ends before its body is complete");
    return {};
}

bool ResponseParser::head_done() const { return impl_->head_done; }
bool ResponseParser::done() const { return impl_->head_done && impl_->parser->is_done(); }
bool ResponseParser::ends_with_connection() const { return impl_->parser->need_eof(); }
bool ResponseParser::keep_alive() const { return impl_->parser->keep_alive(); }
int ResponseParser::status() const { return impl_->status; }
const std::string& ResponseParser::reason() const { return impl_->reason; }
const Headers& ResponseParser::headers() const { return impl_->headers; }
std::string ResponseParser::take_body() { return std::exchange(impl_->parser->get().body(), {}); }

}  // namespace spokeswatch
