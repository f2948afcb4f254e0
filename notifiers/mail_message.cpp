#include "notifiers/mail_message.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "notifiers/message.hpp"
#include "text/html_text.hpp"
#include "text/truncate.hpp"
#include "text/zone.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t subject_code_points_max = 200;
constexpr std::size_t texts_html_bytes_max = 40'000;  // all statements together, marks apart
constexpr std::size_t link_shown_bytes_max = 80;
constexpr std::string_view mark_open = "<mark style=\"background:#fff3a3\">";
constexpr std::string_view mark_close = "</mark>";

std::size_t html_bytes(std::string_view text) { return escape_html(text).size(); }

std::string counted(std::size_t count, const std::string& what) {
    return "+" + std::to_string(count) + " more " + what + (count == 1 ? "" : "s");
}

// What each statement's text may take: the same share for all.
std::size_t share(const Message& message) {
    std::size_t statements = 0;
    for (const MessageAlert& alert : message.alerts) statements += alert.statements.size();
    return texts_html_bytes_max / std::max<std::size_t>(statements, 1);
}

// --- text/plain ---------------------------------------------------------------------------------

std::string plain_statement(const MessageStatement& statement, std::size_t bytes_max) {
    std::string out = statement.who + "\n" + statement.from + "\n" + statement.times + "\n";
    if (!statement.matched.empty()) out += "matched: " + statement.matched + "\n";
    out += "\n";
    if (!statement.title.empty()) out += joined(isolated(statement.title)) + "\n\n";
    if (!statement.text.empty())
        out += joined(isolated(cut(statement.text, bytes_max, html_bytes))) + "\n\n";
    if (!statement.link.empty()) out += statement.link + "\n\n";
    return out;
}

std::string plain_body(const Message& message) {
    const std::size_t bytes_max = share(message);
    std::string out = message.title + "\n";
    if (!message.delayed.empty()) out += message.delayed + "\n";
    for (const MessageAlert& alert : message.alerts) {
        out += "\n";
        if (message.alerts.size() > 1) out += "--- " + alert.heading + "\n";
        out += "severity " + std::string(to_string(alert.severity)) + ", rule " + alert.rule + "\n";
        if (!alert.change.empty()) out += alert.change + "\n";
        for (const MessageStatement& statement : alert.statements)
            out += plain_statement(statement, bytes_max);
        if (alert.more_statements > 0) out += counted(alert.more_statements, "statement") + "\n";
    }
    for (const std::string& event : message.events) out += "\n" + event + "\n";
    if (message.more_events > 0) out += "\n" + counted(message.more_events, "event") + "\n";
    if (message.more_alerts > 0) out += "\n" + counted(message.more_alerts, "alert") + "\n";
    return out;
}

// --- text/html ----------------------------------------------------------------------------------

std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : escape_html(text)) {
        if (c == '\n')
            out += "<br>\n";
        else
            out += c;
    }
    return out;
}

std::string html_pieces(const std::vector<Piece>& pieces) {
    std::string out;
    for (const Piece& piece : pieces) {
        if (piece.marked) out += mark_open;
        out += html_text(piece.text);
        if (piece.marked) out += mark_close;
    }
    return out;
}

std::string paragraph(const std::string& html, std::string_view style) {
    return "<p dir=\"auto\" style=\"" + std::string(style) + "\"><bdi>" + html + "</bdi></p>\n";
}

// The link's text is its address: where it leads can be read before it is followed.
std::string html_link(const std::string& url) {
    // Encoded, so it can be cut at any byte; the link itself is never cut.
    const bool is_long = url.size() > link_shown_bytes_max;
    const std::string shown = is_long ? url.substr(0, link_shown_bytes_max) + "…" : url;
    return "<p style=\"margin:0 0 12px\"><a href=\"" + escape_html(url) + "\">" +
           escape_html(shown) + "</a></p>\n";
}

constexpr std::string_view line_style = "margin:0 0 4px";
constexpr std::string_view small_style = "margin:0 0 4px;color:#555;font-size:13px";
constexpr std::string_view text_style = "margin:8px 0;font-size:16px;line-height:1.4";
constexpr std::string_view title_style = "margin:8px 0;font-size:17px;font-weight:bold";

std::string html_statement(const MessageStatement& statement, std::size_t bytes_max) {
    std::string out = "<p dir=\"auto\" style=\"margin:12px 0 4px\"><b><bdi>" +
                      html_text(statement.who) + "</bdi></b></p>\n";
    if (!statement.title.empty()) out += paragraph(html_pieces(statement.title), title_style);
    if (!statement.text.empty())
        out += paragraph(html_pieces(cut(statement.text, bytes_max, html_bytes)), text_style);
    if (!statement.link.empty()) out += html_link(statement.link);
    out += paragraph(html_text(statement.times), small_style);
    out += paragraph(html_text(statement.from), small_style);
    if (!statement.matched.empty())
        out += paragraph("matched: " + html_text(statement.matched), small_style);
    return out;
}

std::string html_body(const Message& message) {
    const std::size_t bytes_max = share(message);
    std::string out =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n"
        "<body style=\"font-family:sans-serif;color:#111\">\n";
    if (message.alerts.size() > 1) out += paragraph(html_text(message.title), title_style);
    if (!message.delayed.empty())
        out += paragraph("<b>" + html_text(message.delayed) + "</b>", line_style);
    for (const MessageAlert& alert : message.alerts) {
        if (message.alerts.size() > 1)
            out += "<hr>\n" + paragraph(html_text(alert.heading), title_style);
        const std::string colour = alert.severity == Severity::critical  ? "#b00020"
                                   : alert.severity == Severity::warning ? "#9a6700"
                                                                         : "#444";
        out += "<p style=\"margin:0 0 4px;color:" + colour + "\"><b>" +
               std::string(to_string(alert.severity)) + "</b> &middot; rule " +
               html_text(alert.rule) + "</p>\n";
        if (!alert.change.empty())
            out += paragraph("<b>" + html_text(alert.change) + "</b>", line_style);
        for (const MessageStatement& statement : alert.statements)
            out += html_statement(statement, bytes_max);
        if (alert.more_statements > 0)
            out += paragraph(counted(alert.more_statements, "statement"), small_style);
    }
    for (const std::string& event : message.events) out += paragraph(html_text(event), text_style);
    if (message.more_events > 0)
        out += paragraph(counted(message.more_events, "event"), small_style);
    if (message.more_alerts > 0)
        out += "<hr>\n" + paragraph(counted(message.more_alerts, "alert"), small_style);
    return out + "</body></html>\n";
}

// --- headers ------------------------------------------------------------------------------------

// What the list of this mail is: its rule, or the receiver where several rules are in it.
std::string list_name(const Notification& notification) {
    if (!notification.events.empty()) return "operations";
    std::string name = notification.receiver;
    if (notification.alerts.size() == 1) name = notification.alerts[0].alert.rule;
    std::replace_if(
        name.begin(),
        name.end(),
        [](char c) { return !ascii_alphanumeric(c) && c != '-' && c != '_' && c != '.'; },
        '-'
    );
    return name;
}

// An update has the very subject of its thread's first message: Gmail threads by it.
std::string subject(const Notification& notification, const Message& message) {
    const bool follows = !notification.thread_key.empty() && !notification.thread_subject.empty();
    const std::string& title = follows ? notification.thread_subject : message.title;
    return (follows ? "Re: " : "") +
           truncate(clean_title(title), subject_code_points_max, code_points);
}

void add_threading(MailHeaders& headers, const Notification& notification, const MailSetup& setup) {
    headers.add("Message-ID", message_id(notification.key, setup.from.domain));
    if (notification.thread_key.empty() || notification.thread_key == notification.key) return;
    const std::string root = message_id(notification.thread_key, setup.from.domain);
    headers.add("In-Reply-To", root);
    headers.add("References", root);
}

void add_list(MailHeaders& headers, const Notification& notification, const MailSetup& setup) {
    const std::string name = list_name(notification);
    headers.add("Auto-Submitted", "auto-generated");
    headers.add("X-Auto-Response-Suppress", "All");
    headers.add("List-Id", "<" + name + ".spokeswatch." + setup.from.domain + ">");
    const Mailbox& desk = setup.reply_to ? *setup.reply_to : setup.from;
    headers.add(
        "List-Unsubscribe", "<mailto:" + desk.address() + "?subject=unsubscribe%20" + name + ">"
    );
}

}  // namespace

std::string message_id(std::string_view key, std::string_view domain) {
    return '<' + std::string(key) + '@' + std::string(domain) + '>';
}

std::string mail_message(const Notification& notification, const MailSetup& setup) {
    const Message message = make_message(notification, setup.zone);
    // Neither encoding can produce "=_", so the boundary is in no body.
    const std::string boundary = "=_sw_" + sha256_hex(notification.key).substr(0, 32);

    MailHeaders headers;
    const Time date = notification.created_at;
    headers.add("Date", mail_date(date, zone_offset(date, setup.zone)));
    headers.add_mailbox("From", setup.from);
    if (setup.reply_to) headers.add_mailbox("Reply-To", *setup.reply_to);
    headers.add_mailbox("To", setup.to);
    headers.add_text("Subject", subject(notification, message));
    add_threading(headers, notification, setup);
    headers.add("MIME-Version", "1.0");
    if (!notification.minimal)
        headers.add("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"");
    add_list(headers, notification, setup);
    if (message.severity == Severity::critical) headers.add("Importance", "high");

    // A part begins with its own headers: alone, it completes the message's.
    if (notification.minimal)
        return headers.text() + text_part("plain", minimal_text(message) + "\n");
    std::string out = headers.text() + "\r\n";
    out += "--" + boundary + "\r\n" + text_part("plain", plain_body(message)) + "\r\n";
    out += "--" + boundary + "\r\n" + text_part("html", html_body(message)) + "\r\n";
    return out + "--" + boundary + "--\r\n";
}

}  // namespace spokeswatch
