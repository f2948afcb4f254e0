#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "base/task_scope.hpp"
#include "net/http_server.hpp"

namespace spokeswatch::demo {

// What a receiver of the demo was sent.
struct Received {
    std::string receiver;  // webhook slack email
    std::string text;      // readable text of the message
    std::string id;        // webhook-id or Message-ID; empty where there is none
    bool update = false;
    std::string rule, severity, title;  // of the webhook
    std::vector<std::string> urls;      // of its evidence
};

// The other end of the demo: a webhook that checks signatures, a Slack channel and a mailbox.
class Inbox {
  public:
    Inbox(std::string webhook_secret, std::function<void(const Received&)> told)
        : webhook_secret_(std::move(webhook_secret)), told_(std::move(told)) {}

    // POST /webhook and /slack.
    ServerResponse answer(const ServerRequest& request);
    void take_mail(const std::string& message);

    [[nodiscard]] const std::vector<Received>& all() const { return received_; }
    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

  private:
    ServerResponse take_webhook(const ServerRequest& request);
    ServerResponse take_slack(const ServerRequest& request);
    void keep(Received received);

    std::string webhook_secret_;  // raw key
    std::function<void(const Received&)> told_;
    std::vector<Received> received_;
    std::set<std::string> ids_;
    std::vector<std::string> complaints_;  // bad signatures, repeated ids
};

// A mail server of the demo: takes everything, keeps nothing.
class SmtpServer {
  public:
    SmtpServer(boost::asio::any_io_executor executor, std::function<void(std::string)> taken);
    [[nodiscard]] std::uint16_t port() const;
    awaitable<void> run();

  private:
    awaitable<void> talk(boost::asio::ip::tcp::socket socket);

    boost::asio::ip::tcp::acceptor acceptor_;
    std::function<void(std::string)> taken_;
    TaskScope talks_;
};

// Body of a message with its transfer coding (quoted-printable, base64) removed, all text parts.
std::string readable_mail(const std::string& message);

}  // namespace spokeswatch::demo
