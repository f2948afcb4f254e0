#include "notifiers/answers.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t secret_bytes_min = 4;
constexpr std::size_t url_part_bytes_min = 8;
constexpr auto greylist_wait = 5min;  // servers that greylist refuse anything earlier

Answer make_answer(Verdict verdict, std::string detail) {
    Answer answer;
    answer.verdict = verdict;
    answer.detail = std::move(detail);
    return answer;
}

Verdict verdict_of_status(int status) {
    if (status >= 200 && status < 300) return Verdict::delivered;
    // Redirects are not followed on POST: an operator must change the URL.
    if (status >= 300 && status < 400) return Verdict::permanent_target;
    switch (status) {
        case 401:
        case 402:
        case 403:
        case 404:
        case 405:
        case 407:
        case 410:  // Standard Webhooks: the endpoint is to be disabled
        case 501:
            return Verdict::permanent_target;
        case 408:
        case 425:
        case 429:
            return Verdict::retry;
        case 504:
            return Verdict::ambiguous;  // the gateway gave up, what is behind it may not have
        default:
            break;
    }
    return status >= 400 && status < 500 ? Verdict::permanent_message : Verdict::retry;
}

// --- mail ---------------------------------------------------------------------------------------

bool is_permanent(const MailReply& reply) { return reply.code >= 500; }

bool says_too_many_recipients(const MailReply& reply) {
    if (reply.code != 452 && reply.code != 552) return false;
    if (!reply.enhanced.empty()) return reply.enhanced.ends_with(".5.3");
    return ascii_lower(reply.text).find("too many recipients") != std::string::npos;
}

// Before a mail is begun the relay is the one that refuses, and a relay can be mended.
Verdict verdict_of_login(const MailReply& reply) {
    return is_permanent(reply) ? Verdict::permanent_target : Verdict::retry;
}

Verdict verdict_of_sender(const MailReply& reply) {
    if (!is_permanent(reply)) return Verdict::retry;
    const bool too_large = reply.code == 552 || reply.enhanced == "5.3.4";
    return too_large ? Verdict::permanent_message : Verdict::permanent_target;
}

Verdict verdict_of_recipient(const MailReply& reply) {
    if (says_too_many_recipients(reply)) return Verdict::partial;
    if (!is_permanent(reply)) return Verdict::retry;
    const std::string& enhanced = reply.enhanced;
    // A full mailbox is emptied and a broken route mended, mostly within the day.
    if (enhanced == "5.2.2" || enhanced.starts_with("5.4.")) return Verdict::retry;
    if (enhanced == "5.3.4" || enhanced == "5.2.3") return Verdict::permanent_message;  // too large
    return Verdict::permanent_target;
}

Verdict verdict_of_content(const MailReply& reply) {
    if (!is_permanent(reply)) return Verdict::retry;
    const std::string& enhanced = reply.enhanced;
    if (enhanced == "5.2.2" || enhanced.starts_with("5.4.")) return Verdict::retry;
    if (enhanced == "5.7.8" || enhanced == "5.7.9") return Verdict::permanent_target;
    return Verdict::permanent_message;
}

Verdict verdict_of_reply(const MailReply& reply) {
    if (reply.code == 421) return Verdict::retry;  // "closing the channel", at any stage
    if (reply.stage == "auth") return verdict_of_login(reply);
    if (reply.stage == "mail") return verdict_of_sender(reply);
    if (reply.stage == "rcpt") return verdict_of_recipient(reply);
    if (reply.stage == "data" || reply.stage == "end") return verdict_of_content(reply);
    return Verdict::retry;  // banner, ehlo, starttls
}

bool is_greylisting(const MailReply& reply) {
    return reply.stage == "rcpt" && (reply.code == 450 || reply.code == 451);
}

// Lines of the last reply must share one code; a server that contradicts itself has said nothing.
bool end_contradicts(const MailResult& result) {
    int code = 0;
    for (const MailReply& reply : result.replies) {
        if (reply.stage != "end") continue;
        if (code != 0 && reply.code != code) return true;
        code = reply.code;
    }
    return false;
}

std::string shown(const MailReply& reply, const Redactor& redact) {
    std::string text = std::to_string(reply.code);
    if (!reply.text.empty()) text += " " + reply.text;  // the enhanced code is in it
    return redact(text) + " (" + reply.stage + ")";
}

Answer answer_without_refusal(const MailResult& result, const Redactor& redact) {
    if (result.tls_failed) {
        const bool tls_began =
            std::any_of(result.replies.begin(), result.replies.end(), [](const MailReply& reply) {
                return reply.stage == "starttls" && reply.code == 220;
            });
        const bool tls_offered =
            tls_began || result.replies.empty();  // implicit: no line before it
        return tls_offered
                   ? make_answer(Verdict::permanent_target, "TLS: " + redact(result.problem))
                   : make_answer(Verdict::retry, "the relay does not offer STARTTLS");
    }
    if (result.login_denied)
        return make_answer(Verdict::permanent_target, "login: " + redact(result.problem));
    if (result.body_sent)
        return make_answer(
            Verdict::ambiguous, "no reply to the end of the message: " + redact(result.problem)
        );
    return make_answer(Verdict::retry, redact(result.problem));
}

}  // namespace

void Redactor::add_text(std::string text, std::size_t bytes_min) {
    if (text.size() < bytes_min) return;
    secrets_.push_back(std::move(text));
    std::sort(secrets_.begin(), secrets_.end(), [](const std::string& a, const std::string& b) {
        return a.size() > b.size();
    });
}

void Redactor::add(const Secret& secret) {
    add_text(secret.reveal(), secret_bytes_min);
    // As AUTH sends it: a server may quote the line that it refused.
    if (secret.reveal().size() >= secret_bytes_min)
        add_text(base64(secret.reveal()), secret_bytes_min);
}

void Redactor::add_login(const std::string& username, const Secret& password) {
    if (password.empty()) return;
    std::string message(1, '\0');
    message += username + '\0' + password.reveal();
    add_text(base64(message), secret_bytes_min);
}

void Redactor::add_url(const Secret& url) {
    const std::string& whole = url.reveal();
    add_text(whole, url_part_bytes_min);
    const std::size_t scheme = whole.find("://");
    const std::size_t authority = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t path = whole.find_first_of("/?#", authority);
    const std::size_t user_info = whole.rfind('@', path);
    if (user_info != std::string::npos && user_info > authority) {
        const std::string credentials = whole.substr(authority, user_info - authority);
        add_text(credentials, secret_bytes_min);
        const std::size_t colon = credentials.find(':');
        if (colon != std::string::npos) add_text(credentials.substr(colon + 1), secret_bytes_min);
    }
    if (path == std::string::npos) return;
    add_text(whole.substr(path + 1), url_part_bytes_min);
    for (std::size_t at = path; at < whole.size();) {
        const std::size_t end = std::min(whole.find_first_of("/?#&=", at + 1), whole.size());
        add_text(whole.substr(at + 1, end - at - 1), url_part_bytes_min);
        at = end;
    }
}

std::string Redactor::operator()(std::string_view text) const {
    std::string masked(text);
    for (const std::string& secret : secrets_) {
        static constexpr std::string_view mask = "(redacted)";
        for (std::size_t at = masked.find(secret); at != std::string::npos;
             at = masked.find(secret, at + mask.size()))
            masked.replace(at, secret.size(), mask);
    }
    return printable(masked, answer_bytes_shown_max);
}

Answer answer_to_error(const Error& error, const Redactor& redact) {
    Answer answer;
    answer.detail = std::string(to_string(error.kind)) + ": " + redact(error.message);
    switch (error.kind) {
        case ErrorKind::tls:       // never downgraded
        case ErrorKind::rejected:  // an address nobody may send to
            answer.verdict = Verdict::permanent_target;
            break;
        default:
            answer.verdict = error.request_sent ? Verdict::ambiguous : Verdict::retry;
    }
    return answer;
}

Answer answer_to_status(const HttpResponse& response, Time now, const Redactor& redact) {
    Answer answer;
    answer.verdict = verdict_of_status(response.status);
    answer.detail = "HTTP " + std::to_string(response.status);
    if (answer.verdict == Verdict::delivered) return answer;

    if (!response.body.empty()) answer.detail += ": " + redact(response.body);
    const auto wait = retry_after(
        response, std::chrono::floor<std::chrono::seconds>(now), receiver_retry_after_max
    );
    if (wait && answer.verdict == Verdict::retry) {
        answer.verdict = Verdict::retry_after;
        answer.retry_after = *wait;
    }
    return answer;
}

Answer answer_to_mail(const MailResult& result, const Redactor& redact) {
    if (end_contradicts(result))
        return make_answer(Verdict::ambiguous, "two codes in one reply to the end of the message");
    if (result.accepted) {
        Answer answer = make_answer(Verdict::delivered, "accepted by the relay");
        if (!result.replies.empty()) {
            answer.detail = shown(result.replies.back(), redact);
            answer.remote_id = redact(result.replies.back().text);
        }
        return answer;
    }
    // The last one: EHLO may have been refused and HELO taken.
    const auto refusal =
        std::find_if(result.replies.rbegin(), result.replies.rend(), [](const MailReply& reply) {
            return reply.code >= 400;
        });
    const bool refused = refusal != result.replies.rend();
    if (!refused || (result.body_sent && refusal->stage != "end"))
        return answer_without_refusal(result, redact);

    Answer answer = make_answer(verdict_of_reply(*refusal), shown(*refusal, redact));
    if (is_greylisting(*refusal)) answer.retry_after = greylist_wait;
    return answer;
}

}  // namespace spokeswatch
