#include "net/mail_dialogue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "base/log.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t reply_lines_max = 128;
constexpr std::size_t reply_text_bytes_max = 200;

// "5.1.1" at the beginning of a reply's text (RFC 3463); empty when there is none.
std::string enhanced_code(std::string_view text) {
    const std::string_view word = text.substr(0, text.find(' '));
    const bool known =
        word.size() >= 5 && word.size() <= 9 && word[1] == '.' &&
        (word[0] == '2' || word[0] == '4' || word[0] == '5') &&
        std::count(word.begin(), word.end(), '.') == 2 && word.back() != '.' &&
        std::all_of(word.begin(), word.end(), [](char c) { return ascii_digit(c) || c == '.'; });
    return known ? std::string(word) : std::string();
}

bool is_host(std::string_view text) {
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f ||
               std::string_view("/?#@\\%\"<>").find(c) != std::string_view::npos;
    });
}

bool is_address(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>';
    });
}

// A lone CR or LF is how one message is made to look like two (SMTP smuggling).
bool has_only_crlf(std::string_view message) {
    for (std::size_t i = 0; i < message.size(); ++i) {
        if (message[i] == '\r' && (i + 1 == message.size() || message[i + 1] != '\n')) return false;
        if (message[i] == '\n' && (i == 0 || message[i - 1] != '\r')) return false;
    }
    return true;
}

}  // namespace

std::string mail_problem(const MailRequest& request) {
    if (!is_host(request.host)) return "the relay's name is not valid";
    if (!request.hello.empty() && !is_host(request.hello)) return "the EHLO name is not valid";
    if (request.recipients.empty()) return "there is no recipient";
    if (!is_address(request.from)) return "the sender's address is not valid";
    for (const std::string& recipient : request.recipients)
        if (recipient.empty() || !is_address(recipient))
            return "a recipient's address is not valid";
    if (!has_only_crlf(request.message)) return "the message has a line break that is not CRLF";
    return {};
}

bool MailDialogue::take_reply(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (stage_ == "quit") return true;
    if (replies_.size() >= reply_lines_max) return false;
    MailReply reply;
    reply.stage = stage_;
    const bool has_code =
        line.size() >= 3 && ascii_digit(line[0]) && ascii_digit(line[1]) && ascii_digit(line[2]);
    if (has_code) reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    const std::string_view text = line.substr(has_code ? std::min<std::size_t>(4, line.size()) : 0);
    reply.enhanced = enhanced_code(text);
    reply.text = printable(text, reply_text_bytes_max);
    if (stage_ == "rcpt") reply.recipient = recipient_;
    replies_.push_back(std::move(reply));

    const bool last_line = line.size() <= 3 || line[3] != '-';
    if (!last_line) return true;
    const int code = replies_.back().code;
    if (stage_ == "end") {
        ended_at_ = std::chrono::steady_clock::now();
        accepted_ = code / 100 == 2;
    }
    if (stage_ == "data" && code == 354) stage_ = "end";
    return true;
}

// What the client says tells which command the next replies belong to.
void MailDialogue::take_command(std::string_view line) {
    constexpr std::array<std::pair<std::string_view, const char*>, 8> stages{{
        {"EHLO", "ehlo"},
        {"HELO", "ehlo"},
        {"STARTTLS", "starttls"},
        {"AUTH", "auth"},
        {"MAIL FROM:", "mail"},
        {"RCPT TO:", "rcpt"},
        {"DATA", "data"},
        {"QUIT", "quit"},
    }};
    // An answer to a challenge is base64 and may begin like anything.
    if (stage_ == "auth" && !replies_.empty() && replies_.back().code == 334) return;
    for (const auto& [word, name] : stages) {
        if (!line.starts_with(word)) continue;
        stage_ = name;
        if (stage_ == "rcpt") {
            const std::size_t open = line.find('<');
            const std::size_t close = line.find('>');
            if (open < close && close != std::string_view::npos) {
                recipient_.assign(line.substr(open + 1, close - open - 1));
            }
        }
        return;
    }
}

}  // namespace spokeswatch
