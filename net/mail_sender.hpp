#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/async.hpp"
#include "base/secret.hpp"

namespace spokeswatch {

enum class MailTls { implicit, starttls_required, starttls_if_offered, none };

// One message to one or several recipients through one relay.
struct MailRequest {
    std::string host;  // relay
    std::uint16_t port = 587;
    MailTls tls = MailTls::starttls_required;
    std::string ca_file;  // trusted besides the system's store (PEM)
    bool verify = true;
    std::string hello;  // EHLO name; empty = the machine's
    std::string username;
    Secret password;
    std::string from;                     // envelope sender
    std::vector<std::string> recipients;  // envelope
    std::string message;                  // whole RFC 5322 message, CRLF line ends, not dot-stuffed
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds whole_timeout{120'000};
};

// One reply line of the server, in order.
struct MailReply {
    std::string stage;  // banner ehlo starttls auth mail rcpt data end
    int code = 0;
    std::string enhanced;   // "5.1.1" or empty
    std::string text;       // first 200 bytes, printable
    std::string recipient;  // for rcpt
};

struct MailResult {
    bool accepted = false;    // the final 2yz after the dot came
    bool body_sent = false;   // all bytes went up: without `accepted` the fate is unknown
    bool tls_failed = false;  // TLS required and not to be had, or a bad certificate
    bool login_denied = false;
    bool connected = false;
    std::vector<MailReply> replies;  // every one, in order
    std::string problem;             // for people; empty when accepted
};

// Sends mail with libcurl on one thread of its own; nothing blocks the I/O thread. At most two
// messages go to one relay at a time, and a relay that hangs does not hold up the others.
// Link-local metadata addresses are never connected to. A send() that is cancelled gives its
// message up.
class MailSender {
  public:
    explicit MailSender(boost::asio::any_io_executor executor);
    ~MailSender();  // aborts the messages under way
    MailSender(const MailSender&) = delete;
    MailSender& operator=(const MailSender&) = delete;

    awaitable<MailResult> send(MailRequest request);

  private:
    struct Impl;
    class CancelAtEnd;
    std::shared_ptr<Impl> impl_;
};

}  // namespace spokeswatch
