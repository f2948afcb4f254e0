#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/mail_sender.hpp"

namespace spokeswatch {

// Why a request must not be sent (addresses that could break out of a command, line breaks that
// could end the message early); empty when it may.
std::string mail_problem(const MailRequest& request);

// Follows one SMTP session and keeps its replies with the stage to which each belongs.
class MailDialogue {
  public:
    // What we said: tells to which command the next replies belong.
    void take_command(std::string_view line);
    // One line of the server. False: too many of them.
    bool take_reply(std::string_view line);

    [[nodiscard]] bool accepted() const { return accepted_; }
    // When the last reply to the message came; after that only QUIT is left.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> ended_at() const {
        return ended_at_;
    }
    std::vector<MailReply> take_replies() { return std::move(replies_); }

  private:
    std::string stage_ = "banner";
    std::string recipient_;
    std::vector<MailReply> replies_;
    bool accepted_ = false;
    std::optional<std::chrono::steady_clock::time_point> ended_at_;
};

}  // namespace spokeswatch
