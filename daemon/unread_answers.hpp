#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace spokeswatch {

inline constexpr std::size_t unread_bytes_max = 256 * 1024;  // of one answer
inline constexpr std::size_t unread_files_max = 20;

// Keeps answers that a connector could not read, for whoever has to find out what changed there:
// the last one of each source, its first unread_bytes_max, and of at most unread_files_max sources,
// the newest. The files are 0640, as the store is.
class UnreadAnswers {
  public:
    explicit UnreadAnswers(std::filesystem::path directory) : directory_(std::move(directory)) {}

    // The file that holds the body now; empty when it could not be written.
    [[nodiscard]] std::string keep(const std::string& source, std::string_view body) const;

  private:
    void forget_oldest() const;

    std::filesystem::path directory_;
};

// Remembers the beginning of the last answer that went through it.
class RememberingClient : public HttpClient {
  public:
    explicit RememberingClient(HttpClient& client) : client_(client) {}

    awaitable<Result<HttpResponse>> send(HttpRequest request) override;
    [[nodiscard]] const std::string& body() const { return body_; }
    void forget() { std::string().swap(body_); }

  private:
    HttpClient& client_;
    std::string body_;
};

}  // namespace spokeswatch
