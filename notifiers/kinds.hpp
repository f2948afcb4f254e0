#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "net/http_client.hpp"
#include "notifiers/notifier.hpp"

namespace spokeswatch {

class Clock;
class MailSender;

struct NotifierDeps {
    HttpClient* http = nullptr;
    MailSender* mail = nullptr;  // null where no receiver sends mail
    Clock* clock = nullptr;
    std::string external_url;  // of the web interface, with '/' at its end; may be empty
    std::string timezone;      // IANA name for times in messages
};

// One thing to send to, as the dispatcher sees it.
struct Target {
    std::string id;  // stable, unique, [a-z0-9_-]: "slack-1a2b3c4d5e"
    std::string receiver;
    std::string_view kind;
    std::string address;    // for people; never a credential ("#desk", "a@example.org", host)
    std::string bucket;     // targets with one bucket share pacing and Retry-After
    double per_second = 1;  // pace of the bucket
    int burst = 1;
    int in_flight_max = 1;                 // attempts at once in this bucket
    bool one_alert_each = false;           // never merged, never grouped: webhook and file
    std::chrono::seconds give_up_after{};  // then `dead`
    std::chrono::seconds first_retry{2};   // base of the backoff
    bool hold_ambiguous = false;           // what may have arrived is not sent again by itself
    bool idempotent = false;               // the receiver can drop a repeat by our key
    std::unique_ptr<Notifier> notifier;
};

using MakeTargets = std::vector<
    Target>(const std::string& receiver, const TargetConfig&, std::size_t index, const NotifierDeps&);
using ListNotifierOptions = std::vector<OptionSpec>();
// Faults that the table of options cannot see: an address that is none, a signing secret that does
// not decode. Called when the configuration is loaded; `make` is only called on what passed.
using CheckTarget = void(const TargetConfig&, Diagnostics&);

struct NotifierKind {
    std::string_view name;
    std::string_view summary;
    ListNotifierOptions* options;
    CheckTarget* check;
    MakeTargets* make;
};

MakeTargets make_webhook, make_slack, make_email, make_file;
ListNotifierOptions webhook_options, slack_options, email_options, file_options;
CheckTarget check_webhook, check_slack, check_email, check_file;

// The only list of kinds of notifiers.
inline constexpr std::array notifier_kinds{
    NotifierKind{
        "webhook",
        "signed HTTP POST (Standard Webhooks)",
        webhook_options,
        check_webhook,
        make_webhook},
    NotifierKind{"slack", "Slack incoming webhook", slack_options, check_slack, make_slack},
    NotifierKind{"email", "mail through an SMTP relay", email_options, check_email, make_email},
    NotifierKind{"file", "NDJSON lines appended to a file", file_options, check_file, make_file},
};

// Stable id of a target: kind and a hash of where it stands in the configuration. The credential is
// no part of it: what waits for a target survives a new password or URL.
std::string target_id(
    std::string_view kind,
    const std::string& receiver,
    std::size_t index,
    std::string_view recipient = ""
);

// Ten hex digits of a hash: names a bucket after something that may be a credential.
std::string short_hash(std::string_view text);

}  // namespace spokeswatch
