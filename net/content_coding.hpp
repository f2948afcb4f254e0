#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// Removes the content coding of one body, block by block, so that a limit can be checked and memory
// be asked for after every block. gzip (several members too), deflate (zlib and raw), br, or none;
// one coding only.
class ContentDecoder {
  public:
    static constexpr std::size_t block_bytes = 16 * 1024;

    // The coding is read from Content-Encoding; two of them or an unknown one are `malformed`.
    static Result<std::unique_ptr<ContentDecoder>> make(
        const Headers& headers, const HttpLimits& limits
    );
    virtual ~ContentDecoder() = default;

    // More bytes from the wire.
    void give(std::string_view wire) {
        input_.erase(0, used_);
        used_ = 0;
        input_ += wire;
    }
    // Appends at most one block to `out`. False: all that was given is used up.
    Result<bool> step(std::string& out);
    // The body is complete: is the coded stream complete as well?
    Result<void> finish();

  protected:
    explicit ContentDecoder(const HttpLimits& limits) : limits_(limits) {}
    struct Progress {
        std::size_t used = 0;
        std::size_t produced = 0;
        bool end = false;
    };
    // Decodes from `in` into at most `size` bytes at `out`.
    virtual Result<Progress> decode(std::string_view in, char* out, std::size_t size) = 0;
    // The rest of the input after an end of the stream: more of it (true), padding, or an error.
    virtual Result<bool> restart(std::string_view rest);
    // May end here, as a body without any coding does anywhere.
    [[nodiscard]] virtual bool ends_anywhere() const { return false; }

  private:
    Result<void> check_limits(std::size_t decoded) const;

    HttpLimits limits_;
    std::string input_;
    std::size_t used_ = 0;  // of input_
    std::size_t wire_ = 0;  // consumed since the beginning
    bool ended_ = false;
};

}  // namespace spokeswatch
