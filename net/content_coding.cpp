#include "net/content_coding.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include <brotli/decode.h>
#include <zlib.h>

namespace spokeswatch {

namespace {

constexpr std::size_t ratio_free_bytes = 64 * 1024;

Error broken(std::string message) { return Error{ErrorKind::malformed, std::move(message)}; }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

class IdentityDecoder : public ContentDecoder {
  public:
    explicit IdentityDecoder(const HttpLimits& limits) : ContentDecoder(limits) {}

  protected:
    Result<Progress> decode(std::string_view in, char* out, std::size_t size) override {
        const std::size_t count = std::min(in.size(), size);
        std::copy_n(in.data(), count, out);
        return Progress{count, count, false};
    }
    [[nodiscard]] bool ends_anywhere() const override { return true; }
};

// gzip and deflate. "deflate" means zlib (RFC 9110 8.4.1.2), but some servers send it raw: the
// first two bytes tell.
class ZlibDecoder : public ContentDecoder {
  public:
    ZlibDecoder(const HttpLimits& limits, bool gzip) : ContentDecoder(limits), gzip_(gzip) {}
    ~ZlibDecoder() override {
        if (open_) inflateEnd(&stream_);
    }
    ZlibDecoder(const ZlibDecoder&) = delete;
    ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  protected:
    Result<Progress> decode(std::string_view in, char* out, std::size_t size) override {
        if (!open_) {
            if (in.size() < 2) return Progress{};
            if (!open(in)) return broken("the decoder could not be set up");
        }
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out);
        stream_.avail_out = static_cast<uInt>(size);
        const int status = inflate(&stream_, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return broken("the compressed body is damaged");
        }
        return Progress{
            in.size() - stream_.avail_in, size - stream_.avail_out, status == Z_STREAM_END};
    }

    // gzip bodies may have several members (RFC 1952 section 2.2).
    Result<bool> restart(std::string_view rest) override {
        const bool member = gzip_ && rest.size() >= 2 && rest[0] == '\x1f' && rest[1] == '\x8b';
        if (!member) return ContentDecoder::restart(rest);
        inflateReset(&stream_);
        return true;
    }

  private:
    bool open(std::string_view in) {
        const auto first = static_cast<unsigned char>(in[0]);
        const auto second = static_cast<unsigned char>(in[1]);
        const bool zlib_header = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
        const int gzip_or_zlib = MAX_WBITS + 32;
        const int raw = -MAX_WBITS;
        open_ = inflateInit2(&stream_, gzip_ || zlib_header ? gzip_or_zlib : raw) == Z_OK;
        return open_;
    }

    z_stream stream_{};
    bool gzip_;
    bool open_ = false;
};

class BrotliDecoder : public ContentDecoder {
  public:
    explicit BrotliDecoder(const HttpLimits& limits)
        : ContentDecoder(limits),
          state_(
              BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance
          ) {}

  protected:
    Result<Progress> decode(std::string_view in, char* out, std::size_t size) override {
        if (!state_) return broken("the decoder could not be set up");
        const auto* next_in = reinterpret_cast<const std::uint8_t*>(in.data());
        auto* next_out = reinterpret_cast<std::uint8_t*>(out);
        std::size_t left_in = in.size();
        std::size_t left_out = size;
        const auto status = BrotliDecoderDecompressStream(
            state_.get(), &left_in, &next_in, &left_out, &next_out, nullptr
        );
        if (status == BROTLI_DECODER_RESULT_ERROR) return broken("the compressed body is damaged");
        return Progress{
            in.size() - left_in, size - left_out, status == BROTLI_DECODER_RESULT_SUCCESS};
    }

  private:
    std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state_;
};

std::vector<std::string> codings(const Headers& headers) {
    std::vector<std::string> found;
    for (const auto& [name, value] : headers) {
        if (!same_name(name, "Content-Encoding")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            std::string_view one = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            const std::size_t start = std::min(one.find_first_not_of(" \t"), one.size());
            one.remove_prefix(start);
            one = one.substr(0, one.find_last_not_of(" \t") + 1);
            if (!one.empty() && !same_name(one, "identity")) found.emplace_back(one);
        }
    }
    return found;
}

}  // namespace

Result<std::unique_ptr<ContentDecoder>> ContentDecoder::make(
    const Headers& headers, const HttpLimits& limits
) {
    const auto found = codings(headers);
    std::unique_ptr<ContentDecoder> decoder;
    if (found.empty()) {
        decoder = std::make_unique<IdentityDecoder>(limits);
    } else if (found.size() > 1) {
        return broken("the body has more than one content coding");
    } else if (same_name(found[0], "gzip") || same_name(found[0], "x-gzip")) {
        decoder = std::make_unique<ZlibDecoder>(limits, true);
    } else if (same_name(found[0], "deflate")) {
        decoder = std::make_unique<ZlibDecoder>(limits, false);
    } else if (same_name(found[0], "br")) {
        decoder = std::make_unique<BrotliDecoder>(limits);
    } else {
        return broken("the body has a content coding that was not asked for");
    }
    return decoder;
}

Result<bool> ContentDecoder::restart(std::string_view rest) {
    const bool zeros = std::all_of(rest.begin(), rest.end(), [](char c) { return c == '\0'; });
    if (!zeros) return broken("bytes follow the end of the compressed body");
    return false;
}

Result<void> ContentDecoder::check_limits(std::size_t decoded) const {
    if (decoded > limits_.decoded_bytes_max) {
        return Error{
            ErrorKind::too_large,
            "the decoded body is larger than " + std::to_string(limits_.decoded_bytes_max) +
                " bytes"};
    }
    if (decoded > ratio_free_bytes && decoded / limits_.ratio_max > wire_) {
        return Error{
            ErrorKind::too_large,
            "the body is compressed more than " + std::to_string(limits_.ratio_max) + " to 1"};
    }
    return {};
}

Result<bool> ContentDecoder::step(std::string& out) {
    const std::string_view rest = std::string_view(input_).substr(used_);
    if (ended_ && rest.size() < 2 && rest != std::string_view("\0", 1)) {
        return false;  // too little to tell what follows; finish() decides
    }
    if (ended_) {
        auto more = restart(rest);
        if (!more) return more.error();
        if (!*more) {
            used_ = input_.size();
            return false;
        }
        ended_ = false;
    }
    std::array<char, block_bytes> block;
    auto progress = decode(rest, block.data(), block.size());
    if (!progress) return progress.error();
    used_ += progress->used;
    wire_ += progress->used;
    ended_ = progress->end;
    out.append(block.data(), progress->produced);
    auto within = check_limits(out.size());
    if (!within) return within.error();
    return progress->used > 0 || progress->produced > 0;
}

Result<void> ContentDecoder::finish() {
    const std::string_view rest = std::string_view(input_).substr(used_);
    if (ended_) {
        auto more = restart(rest);
        if (!more) return more.error();
        return {};
    }
    const bool empty = wire_ == 0 && rest.empty();
    if (empty || ends_anywhere()) return {};
    return broken("truncated: the compressed body ends too early");
}

}  // namespace spokeswatch
