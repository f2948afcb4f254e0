#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// Takes one HTTP/1.x answer apart (RFC 9112), fed with bytes as they come. Strict: whatever two
// readers could understand differently is `malformed`. Interim answers (1xx) are skipped.
class ResponseParser {
  public:
    // `without_body`: the answer to HEAD or CONNECT, where the head is all.
    ResponseParser(const HttpLimits& limits, bool without_body);
    ~ResponseParser();
    ResponseParser(const ResponseParser&) = delete;
    ResponseParser& operator=(const ResponseParser&) = delete;

    // Returns how many of the bytes were used; the rest must come again with more behind it.
    Result<std::size_t> put(std::string_view bytes);
    // The peer closed. An error when the answer is not complete without more.
    Result<void> put_end();

    [[nodiscard]] bool head_done() const;
    [[nodiscard]] bool done() const;
    // Ends at the close of the connection, not at a length.
    [[nodiscard]] bool ends_with_connection() const;
    [[nodiscard]] bool keep_alive() const;  // may the connection be used again, when done()
    [[nodiscard]] int status() const;
    [[nodiscard]] const std::string& reason() const;
    [[nodiscard]] const Headers& headers() const;
    // Body bytes since the last call, content coding still on.
    std::string take_body();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
