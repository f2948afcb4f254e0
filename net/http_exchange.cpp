#include "net/http_exchange.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/ascii.hpp"
#include "base/time.hpp"
#include "net/content_coding.hpp"
#include "net/http_response.hpp"
#include "net/with_timeout.hpp"

namespace spokeswatch {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t read_bytes = 16 * 1024;

bool is_token(std::string_view text) {
    constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return ascii_alphanumeric(c) || signs.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

bool is_ours(std::string_view name) {
    constexpr std::array<std::string_view, 7> ours{
        "Host",
        "Content-Length",
        "Accept-Encoding",
        "Connection",
        "Transfer-Encoding",
        "TE",
        "Proxy-Authorization"};
    const Headers one{{std::string(name), ""}};
    return std::any_of(ours.begin(), ours.end(), [&](auto n) { return find_header(one, n); });
}

// An answer with these has no content that anyone asked for (205, and 207 outside of WebDAV).
bool never_has_content(int status) { return status == 204 || status == 205 || status == 207; }

class AnswerReader {
  public:
    AnswerReader(Transport& transport, const HttpRequest& request, ByteBudget& budget, Progress& p)
        : transport_(transport),
          request_(request),
          progress_(p),
          share_(budget),
          parser_(request.limits, request.method == "HEAD") {}

    awaitable<Result<HttpResponse>> read();

  private:
    awaitable<Result<void>> read_body();
    awaitable<Result<void>> read_once();
    awaitable<Result<void>> read_stretch(std::size_t bytes);
    awaitable<Result<void>> decode();
    Error broken_off(Error error);
    Result<void> make_decoder();
    [[nodiscard]] bool is_partial() const {
        return parser_.status() == 206 && (request_.method == "GET" || request_.method == "HEAD");
    }
    HttpResponse take_response();

    Transport& transport_;
    const HttpRequest& request_;
    Progress& progress_;
    ByteBudget::Share share_;
    ResponseParser parser_;
    std::unique_ptr<ContentDecoder> decoder_;
    std::array<char, read_bytes> buffer_;
    std::string unparsed_;
    std::size_t bytes_read_ = 0;
    std::size_t wire_bytes_ = 0;  // of the body
    std::string body_;
};

// What a failed read means for the answer so far.
Error AnswerReader::broken_off(Error error) {
    if (!progress_.answer_began) {
        if (error.kind != ErrorKind::tls) error.kind = ErrorKind::network;
        error.message = "the connection was closed without an answer: " + error.message;
        return error;
    }
    if (error.kind != ErrorKind::malformed) {
        error.message = "the connection broke within the answer: " + error.message;
        return error;
    }
    auto end = parser_.put_end();
    return end ? error : end.error();
}

awaitable<Result<void>> AnswerReader::read_once() {
    auto count = co_await transport_.read_some(buffer_.data(), buffer_.size());
    if (!count) co_return broken_off(count.error());
    if (*count == 0) {
        if (!progress_.answer_began) {
            co_return Error{ErrorKind::network, "the connection was closed without an answer"};
        }
        co_return parser_.put_end();
    }
    progress_.answer_began = true;
    bytes_read_ += *count;
    unparsed_.append(buffer_.data(), *count);
    auto used = parser_.put(unparsed_);
    if (!used) co_return used.error();
    unparsed_.erase(0, *used);
    co_return Result<void>();
}

// Reads until so many bytes came or the answer is complete: this must not take longer than the
// window of the minimum rate.
awaitable<Result<void>> AnswerReader::read_stretch(std::size_t bytes) {
    std::size_t done = 0;
    while (done < bytes && !parser_.done()) {
        const std::size_t before = bytes_read_;
        auto read = co_await read_once();
        if (!read) co_return read.error();
        done += bytes_read_ - before;
    }
    co_return Result<void>();
}

Result<void> AnswerReader::make_decoder() {
    if (decoder_) return {};
    auto made = ContentDecoder::make(parser_.headers(), request_.limits);
    if (!made) return made.error();
    decoder_ = std::move(*made);
    return {};
}

awaitable<Result<void>> AnswerReader::decode() {
    const std::string wire = parser_.take_body();
    if (wire.empty()) co_return Result<void>();
    wire_bytes_ += wire.size();
    auto made = make_decoder();
    if (!made) co_return made.error();

    const std::size_t max = request_.limits.body_bytes_max;
    const std::size_t over = wire_bytes_ > max ? std::min(wire_bytes_ - max, wire.size()) : 0;
    decoder_->give(std::string_view(wire).substr(0, wire.size() - over));
    for (bool more = true; more;) {
        auto room = co_await share_.grow_to(body_.size() + ContentDecoder::block_bytes);
        if (!room) co_return room.error();
        auto step = decoder_->step(body_);
        if (!step) co_return step.error();
        more = *step;
    }
    if (over > 0) {
        co_return Error{
            ErrorKind::too_large, "the body is larger than " + std::to_string(max) + " bytes"};
    }
    co_return Result<void>();
}

awaitable<Result<void>> AnswerReader::read_body() {
    const HttpLimits& limits = request_.limits;
    const auto window = std::max(limits.rate_window, milliseconds(1));
    const auto seconds = std::chrono::duration<double>(window).count();
    const auto stretch_bytes = std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(limits.rate_bytes_min) * seconds)
    );
    const Error too_slow{
        ErrorKind::timeout,
        "the answer comes slower than " + std::to_string(limits.rate_bytes_min) +
            " bytes per second"};
    while (true) {
        if (parser_.head_done()) {
            if (is_partial()) {
                co_return Error{ErrorKind::malformed, "a part (206) came that was not asked for"};
            }
            if (never_has_content(parser_.status())) co_return Result<void>();
            auto decoded = co_await decode();
            if (!decoded) co_return decoded.error();
        }
        if (parser_.done()) break;
        auto stretch = read_stretch(stretch_bytes);
        auto came = co_await with_timeout(window, std::move(stretch), too_slow);
        if (!came) co_return came.error();
    }
    if (decoder_) co_return decoder_->finish();
    co_return Result<void>();
}

HttpResponse AnswerReader::take_response() {
    HttpResponse response;
    response.status = parser_.status();
    response.reason = parser_.reason();
    response.headers = parser_.headers();
    response.body = std::move(body_);
    return response;
}

awaitable<Result<HttpResponse>> AnswerReader::read() {
    const auto limit = request_.limits.first_byte;
    Error silent{ErrorKind::timeout, "no answer within " + format_duration(limit)};
    auto first = read_once();
    auto began = co_await with_timeout(limit, std::move(first), std::move(silent));
    if (!began) co_return began.error();

    auto body = co_await read_body();
    if (!body && !(request_.cut_body && parser_.head_done())) co_return body.error();
    HttpResponse response = take_response();
    progress_.reusable =
        body.has_value() && parser_.done() && parser_.keep_alive() && unparsed_.empty();
    co_return response;
}

}  // namespace

Result<std::string> wire_form(
    const HttpRequest& request,
    const std::string& host,
    const std::string& target,
    const Headers& extra
) {
    check(is_token(request.method), "an HTTP method is not a token");
    std::string wire = request.method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    const auto append = [&wire](const std::string& name, const std::string& value) {
        wire += name;
        wire += ": ";
        wire += value;
        wire += "\r\n";
    };
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_value(value)) {
            return Error{
                ErrorKind::rejected, "a header of the request has characters that none may have"};
        }
        if (!is_ours(name)) append(name, value);
    }
    for (const auto& [name, value] : extra) {
        if (!find_header(request.headers, name)) append(name, value);
    }
    if (!find_header(request.headers, "Accept")) append("Accept", "*/*");
    append("Accept-Encoding", "gzip, deflate, br");
    const bool wants_body = request.method != "GET" && request.method != "HEAD";
    if (wants_body || !request.body.empty()) {
        append("Content-Length", std::to_string(request.body.size()));
    }
    wire += "\r\n";
    wire += request.body;
    return wire;
}

awaitable<Result<HttpResponse>> exchange(
    Transport* transport,
    const HttpRequest* request,
    std::string wire,
    ByteBudget* budget,
    Progress* progress
) {
    auto written = co_await transport->write(wire, &progress->written);
    if (!written) {
        Error error = written.error();
        error.message = "sending the request: " + error.message;
        co_return error;
    }
    progress->request_sent = true;
    const auto reader = std::make_unique<AnswerReader>(*transport, *request, *budget, *progress);
    co_return co_await reader->read();
}

Result<HttpResponse> parse_recorded_response(std::string_view bytes) {
    const HttpLimits limits;
    ResponseParser parser(limits, false);
    auto used = parser.put(bytes);
    if (!used) return used.error();
    auto end = parser.put_end();
    if (!end && !parser.head_done()) return end.error();

    HttpResponse response;
    response.status = parser.status();
    response.reason = parser.reason();
    response.headers = parser.headers();
    const std::string wire = parser.take_body();
    if (wire.empty() || never_has_content(response.status)) return response;
    if (wire.size() > limits.body_bytes_max) {
        return Error{ErrorKind::too_large, "the recorded body is larger than 8 MiB"};
    }
    auto decoder = ContentDecoder::make(response.headers, limits);
    if (!decoder) return decoder.error();
    (*decoder)->give(wire);
    for (bool more = true; more;) {
        auto step = (*decoder)->step(response.body);
        if (!step) return step.error();
        more = *step;
    }
    auto finished = (*decoder)->finish();
    if (!finished) return finished.error();
    return response;
}

}  // namespace spokeswatch
