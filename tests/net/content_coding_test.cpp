#include "net/content_coding.hpp"

#include <filesystem>
#include <string>

#include <brotli/encode.h>
#include <catch2/catch.hpp>
#include <zlib.h>

#include "tests/net/http_bench.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

constexpr int gzip_bits = MAX_WBITS + 16;
constexpr int zlib_bits = MAX_WBITS;
constexpr int raw_bits = -MAX_WBITS;

std::string compress(const std::string& text, int bits) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string compress_brotli(const std::string& text) {
    std::string out(BrotliEncoderMaxCompressedSize(text.size()), '\0');
    std::size_t size = out.size();
    const bool done = BrotliEncoderCompress(
                          BROTLI_DEFAULT_QUALITY,
                          BROTLI_DEFAULT_WINDOW,
                          BROTLI_MODE_TEXT,
                          text.size(),
                          reinterpret_cast<const std::uint8_t*>(text.data()),
                          &size,
                          reinterpret_cast<std::uint8_t*>(out.data())
                      ) == BROTLI_TRUE;
    REQUIRE(done);
    out.resize(size);
    return out;
}

// The body behind a coding, given in pieces of `piece` bytes.
Result<std::string> decode(
    const std::string& coding,
    const std::string& body,
    std::size_t piece = 1 << 20,
    HttpLimits limits = {}
) {
    Headers headers;
    if (!coding.empty()) headers.emplace_back("content-encoding", coding);
    auto decoder = ContentDecoder::make(headers, limits);
    if (!decoder) return decoder.error();
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        (*decoder)->give(std::string_view(body).substr(at, piece));
        for (bool more = true; more;) {
            const std::size_t before = out.size();
            auto step = (*decoder)->step(out);
            if (!step) return step.error();
            CHECK(out.size() - before <= ContentDecoder::block_bytes);
            more = *step;
        }
    }
    auto end = (*decoder)->finish();
    if (!end) return end.error();
    return out;
}

std::string varied_text() {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
    return text;
}

}  // namespace

TEST_CASE("every coding that is asked for is removed, in whatever pieces it comes") {
    const std::string text = varied_text();
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1 << 20}}) {
        CHECK(*decode("", text, piece) == text);
        CHECK(*decode("identity", text, piece) == text);
        CHECK(*decode("gzip", compress(text, gzip_bits), piece) == text);
        CHECK(*decode("x-gzip", compress(text, gzip_bits), piece) == text);
        CHECK(*decode("GZip", compress(text, gzip_bits), piece) == text);
        CHECK(*decode("deflate", compress(text, zlib_bits), piece) == text);
        CHECK(*decode("deflate", compress(text, raw_bits), piece) == text);
        CHECK(*decode("br", compress_brotli(text), piece) == text);
    }
}

TEST_CASE("several gzip members are one body, and zero bytes behind it are nothing") {
    const std::string two = compress("one ", gzip_bits) + compress("two", gzip_bits);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
        CHECK(*decode("gzip", two, piece) == "one two");
        CHECK(*decode("gzip", two + std::string(512, '\0'), piece) == "one two");
    }
}

TEST_CASE("damaged, cut and prolonged bodies are malformed") {
    const std::string text = varied_text();
    const std::string good = compress(text, gzip_bits);
    std::string bad_sum = good;
    bad_sum[bad_sum.size() - 8] = static_cast<char>(bad_sum[bad_sum.size() - 8] ^ 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1 << 20}}) {
        for (const std::string& body :
             {good.substr(0, good.size() / 2),
              good.substr(0, good.size() - 1),
              good.substr(0, 1),
              bad_sum,
              good + "x",
              good + "garbage",
              std::string("no gzip at all")}) {
            auto out = decode("gzip", body, piece);
            REQUIRE_FALSE(out);
            CHECK(out.error().kind == ErrorKind::malformed);
        }
        const std::string raw = compress(text, raw_bits);
        CHECK_FALSE(decode("deflate", raw.substr(0, raw.size() - 3), piece));
        const std::string brotli = compress_brotli(text);
        CHECK_FALSE(decode("br", brotli.substr(0, brotli.size() - 1), piece));
        CHECK_FALSE(decode("br", brotli + "x", piece));
        CHECK_FALSE(decode("br", "no brotli", piece));
    }
}

TEST_CASE("an empty body has no coding") {
    CHECK(decode("gzip", "")->empty());
    CHECK(decode("br", "")->empty());
}

TEST_CASE("two codings and unknown ones are refused") {
    for (const char* coding : {"gzip, gzip", "gzip, br", "zstd", "compress", "gzip;q=1"}) {
        auto out = decode(coding, "x");
        REQUIRE_FALSE(out);
        CHECK(out.error().kind == ErrorKind::malformed);
    }
    CHECK(decode("gzip, identity", compress("a", gzip_bits)));
}

TEST_CASE("a bomb stops at the ratio, a big body at the size") {
    const std::string zeros(50 * 1024 * 1024, '\0');
    const std::string bomb = compress(zeros, gzip_bits);
    auto ratio = decode("gzip", bomb, 16 * 1024);
    REQUIRE_FALSE(ratio);
    CHECK(ratio.error().kind == ErrorKind::too_large);

    CHECK(decode("br", compress_brotli(zeros)).error().kind == ErrorKind::too_large);

    HttpLimits any_ratio;
    any_ratio.ratio_max = 1'000'000;
    auto size = decode("gzip", bomb, 16 * 1024, any_ratio);
    REQUIRE_FALSE(size);
    CHECK(size.error().kind == ErrorKind::too_large);

    // Below 64 KiB any ratio is fine.
    CHECK(decode("gzip", compress(std::string(60 * 1024, 'a'), gzip_bits))->size() == 60 * 1024);
}

TEST_CASE("a coded answer comes decoded over the wire") {
    const std::string text = varied_text();
    RawServer server([&](const std::string&, int) {
        RawReply made;
        made.bytes = http_ok(compress(text, gzip_bits), "Content-Encoding: gzip\r\n");
        return made;
    });
    HttpBench bench;
    auto answer = bench.get(server.url("/"));
    REQUIRE(answer);
    CHECK(answer->body == text);
}

TEST_CASE("every recorded answer of the platforms is read") {
    const auto folder = shared_fixtures("mastodon");
    if (!folder) return;
    int answers = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder->parent_path())) {
        if (entry.path().extension() != ".http") continue;
        const std::string bytes = read_file(entry.path());
        if (!bytes.starts_with("HTTP/")) continue;
        INFO(entry.path());
        CHECK(parse_recorded_response(bytes));
        ++answers;
    }
    CHECK(answers > 50);
}

TEST_CASE("a recorded answer is read like a live one") {
    const std::string body = compress("text", gzip_bits);
    auto answer = parse_recorded_response(http_ok(body, "Content-Encoding: gzip\r\nX: y\r\n"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "text");
    CHECK(answer->header("x") == "y");
    auto cut = parse_recorded_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    REQUIRE(cut);
    CHECK(cut->body == "abc");
    CHECK_FALSE(parse_recorded_response(http_ok(body.substr(0, 10), "Content-Encoding: gzip\r\n")));
    CHECK_FALSE(parse_recorded_response("no HTTP"));
    CHECK_FALSE(parse_recorded_response(""));
}
