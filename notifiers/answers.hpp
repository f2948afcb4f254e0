#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "model/notification.hpp"
#include "net/http_client.hpp"
#include "net/mail_sender.hpp"

// What a receiver's answer means, and what of it may be shown.

namespace spokeswatch {

inline constexpr std::size_t answer_bytes_shown_max = 256;
inline constexpr std::chrono::seconds receiver_retry_after_max{3600};

// Takes every secret of a target out of a text before anyone sees it: receivers echo what they were
// sent, and a webhook's URL is its password.
class Redactor {
  public:
    void add(const Secret& secret);
    void add_login(const std::string& username, const Secret& password);  // as AUTH PLAIN sends it
    void add_url(const Secret& url);  // whole, path and query, and each long part of them
    // Masked, printable, at most answer_bytes_shown_max bytes.
    [[nodiscard]] std::string operator()(std::string_view text) const;

  private:
    void add_text(std::string text, std::size_t bytes_min);
    std::vector<std::string> secrets_;  // longest first
};

// No answer came.
Answer answer_to_error(const Error& error, const Redactor& redact);

// The common reading of a status (RFC 9110, Standard Webhooks): what a kind knows better, it says
// itself. 404 is permanent_target and 409 permanent_message here. `now` stands in for a missing
// Date when Retry-After is a date.
Answer answer_to_status(const HttpResponse& response, Time now, const Redactor& redact);

// One mail to one recipient. The reply that decides is the last refusal (RFC 5321), read with its
// enhanced code (RFC 3463) and the stage it came at. A retry with `retry_after` set concerns this
// recipient alone (greylisting), not the relay.
Answer answer_to_mail(const MailResult& result, const Redactor& redact);

}  // namespace spokeswatch
