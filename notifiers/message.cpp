#include "notifiers/message.hpp"

#include <algorithm>
#include <set>

#include "base/utf8.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"
#include "text/zone.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t heading_code_points_max = 160;
constexpr std::size_t name_code_points_max = 80;
constexpr std::size_t note_max = 450;  // code points; longer than any of ours
constexpr std::size_t event_code_points_max = 400;
constexpr std::size_t minimal_bytes_max = 500;
constexpr Duration delay_worth_saying = 15min;

std::size_t bytes(std::string_view text) { return text.size(); }

std::string short_title(std::string_view text, std::size_t code_points_max) {
    return truncate(clean_title(text), code_points_max, code_points);
}

// "3 h", "20 min", "2 d": the largest unit alone, it is only to be understood.
std::string rough(Duration duration) {
    using std::chrono::floor;
    if (duration >= 48h) return std::to_string(floor<std::chrono::days>(duration).count()) + " d";
    if (duration >= 2h) return std::to_string(floor<std::chrono::hours>(duration).count()) + " h";
    return std::to_string(floor<std::chrono::minutes>(duration).count()) + " min";
}

std::string with_at(std::string_view handle) { return "@" + short_title(handle, 64); }

// The speaker in a few words, for titles.
std::string speaker(const Evidence& evidence) {
    for (const std::string* name : {&evidence.author_name, &evidence.org}) {
        std::string shown = short_title(*name, name_code_points_max);
        if (!shown.empty()) return shown;
    }
    if (!evidence.author_handle.empty()) return with_at(evidence.author_handle);
    return short_title(evidence.source, name_code_points_max);
}

std::string who(const Evidence& evidence) {
    std::string text = speaker(evidence);
    const std::string handle = short_title(evidence.author_handle, 64);
    if (!handle.empty() && text != "@" + handle) text += " (@" + handle + ")";
    const std::string org = short_title(evidence.org, name_code_points_max);
    if (!org.empty() && !text.starts_with(org)) text += ", " + org;
    return text;
}

std::string from(const Evidence& evidence) {
    std::string text = "source " + short_title(evidence.source, 64);
    if (!evidence.kind.empty()) text += " (" + short_title(evidence.kind, 32) + ")";
    if (evidence.form != Form::post) text += ", " + std::string(to_string(evidence.form));
    const std::string language = short_title(evidence.lang, 35);
    text += ", language " + (language.empty() ? "unknown" : language);
    return text;
}

std::string times(const Evidence& evidence, const std::string& zone) {
    std::string text = "published ";
    text +=
        evidence.published_at ? time_in_zone(*evidence.published_at, zone) : "at an unknown time";
    text += ", seen " + time_in_zone(evidence.observed_at, zone);
    if (evidence.edited_at) text += ", edited " + time_in_zone(*evidence.edited_at, zone);
    if (evidence.late) text += ", read late (after a gap)";
    return text;
}

std::string matched(const Evidence& evidence) {
    std::string text;
    std::set<std::string> seen;
    for (const Highlight& highlight : evidence.highlights) {
        const std::string term = short_title(highlight.term, 60);
        if (term.empty() || !seen.insert(term).second) continue;
        if (seen.size() > 10) return text + ", …";
        text += (text.empty() ? "" : ", ") + term;
        if (highlight.look_alike) text += " (letters that only look like it)";
    }
    return text;
}

MessageStatement statement_of(const Evidence& evidence, const std::string& zone) {
    MessageStatement out;
    out.who = who(evidence);
    out.from = from(evidence);
    out.times = times(evidence, zone);
    out.matched = matched(evidence);
    out.text = marked_pieces(evidence.text, evidence.highlights, "text");
    out.title = marked_pieces(evidence.title, evidence.highlights, "title");
    if (joined(out.text).starts_with(joined(out.title))) out.title.clear();
    out.link = normalise_url(evidence.url).value_or("");
    return out;
}

// What the alert is about: of a new one its story, of an update what was added.
std::string subject_matter(const NotifiedAlert& notified) {
    const Alert& alert = notified.alert;
    if (notified.is_new()) {
        std::string title = short_title(alert.story_title, heading_code_points_max);
        if (!title.empty()) return title;
    }
    if (alert.evidence.empty()) return short_title(alert.story_title, heading_code_points_max);
    const Evidence& newest = alert.evidence.back();
    std::string title = short_title(newest.title, heading_code_points_max);
    if (title.empty()) title = clean_title(first_sentence(newest.text, heading_code_points_max));
    return title.empty() ? "(no text)" : title;
}

std::string heading(const NotifiedAlert& notified) {
    const std::vector<Evidence>& evidence = notified.alert.evidence;
    std::string text = notified.is_new() ? "" : "Update: ";
    if (!evidence.empty())
        text += speaker(notified.is_new() ? evidence.front() : evidence.back()) + ": ";
    return text + subject_matter(notified);
}

std::string change_text(const NotifiedAlert& notified) {
    std::string text;
    const auto add = [&text](const std::string& part) {
        text += (text.empty() ? "" : "; ") + part;
    };
    for (const Change change : notified.changed) {
        switch (change) {
            case Change::created:
                break;
            case Change::evidence: {
                std::string speakers;
                std::set<std::string> seen;
                for (const Evidence& evidence : notified.alert.evidence) {
                    std::string name = short_title(
                        evidence.org.empty() ? evidence.source : evidence.org, name_code_points_max
                    );
                    if (!seen.insert(name).second || seen.size() > 5) continue;
                    speakers += (speakers.empty() ? "" : ", ") + name;
                }
                add("also said by " + speakers);
                break;
            }
            case Change::severity:
                add("severity raised to " + std::string(to_string(notified.alert.severity)));
                break;
            case Change::edit:
                add("the statement was edited");
                break;
            case Change::deletion:
                add("the statement was deleted");
                break;
        }
    }
    // What a watch over time says of the newest statement.
    if (!notified.alert.evidence.empty()) {
        const std::string note = short_title(notified.alert.evidence.back().note, note_max);
        if (!note.empty()) add(note);
    }
    return text;
}

Severity highest(const Notification& notification) {
    Severity severity = Severity::info;
    for (const NotifiedAlert& notified : notification.alerts)
        severity = std::max(severity, notified.alert.severity);
    return severity;
}

// "source_failing: source mfa: timeout: ..." or "over: source_failing: source mfa, 20 min".
std::string event_line(const OperationalEvent& event) {
    const auto label = [&event](const char* name) {
        const auto found = event.labels.find(name);
        return found == event.labels.end() ? "" : short_title(found->second, 64);
    };
    std::string text = event.ended_at ? "over: " : "";
    text += std::string(to_string(event.event)) + ": ";
    text +=
        label("receiver").empty() ? "source " + label("source") : "receiver " + label("receiver");
    text += " (" + label("kind") + ")";
    if (event.ended_at) return text + ", lasted " + rough(*event.ended_at - event.since);
    return text + ": " + short_title(event.message, event_code_points_max);
}

std::string events_title(const Notification& notification) {
    const std::size_t count = notification.events.size() + notification.more;
    std::string title = "[operations] ";
    if (count == 1) return title + truncate(event_line(notification.events[0]), 200, code_points);
    title += std::to_string(count) + " events: ";
    std::set<std::string_view> names;
    for (const OperationalEvent& event : notification.events) names.insert(to_string(event.event));
    std::string joined_names;
    for (const std::string_view name : names)
        joined_names.append(joined_names.empty() ? "" : ", ").append(name);
    return title + joined_names;
}

void add_events(const Notification& notification, const std::string& zone, Message& message) {
    const std::size_t shown = std::min(notification.events.size(), events_shown_max);
    message.more_events = notification.more + notification.events.size() - shown;
    for (std::size_t i = 0; i < shown; ++i) {
        const OperationalEvent& event = notification.events[i];
        std::string line = event_line(event) + "; since " + time_in_zone(event.since, zone);
        if (event.ended_at) line += " until " + time_in_zone(*event.ended_at, zone);
        if (!event.body_file.empty()) line += "; the answer was saved to " + event.body_file;
        message.events.push_back(std::move(line));
    }
}

struct Found {
    std::size_t start = 0;
    std::size_t end = 0;
};

// Highlights of one field as byte ranges: in order, not overlapping, inside the text.
std::vector<Found> ranges(
    std::string_view original, const std::vector<Highlight>& highlights, std::string_view field
) {
    std::vector<Found> found;
    for (const Highlight& highlight : highlights)
        if (highlight.field == field && highlight.start < highlight.end)
            found.push_back({highlight.start, highlight.end});
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    std::vector<Found> merged;
    std::size_t point = 0;  // code points before byte `at`
    std::size_t at = 0;
    const auto seek = [&](std::size_t index) {
        if (index > point) {
            at += byte_offset(original.substr(at), index - point);
            point = index;
        }
        return at;
    };
    for (Found range : found) {
        if (!merged.empty() && range.end <= point) continue;  // inside the one before
        if (merged.size() == marks_max) break;
        const std::size_t start = seek(range.start);
        const std::size_t end = seek(range.end);
        if (start < end) merged.push_back({start, end});
    }
    return merged;
}

bool is_isolate_start(char32_t c) { return c >= 0x2066 && c <= 0x2068; }
bool is_embedding(char32_t c) { return c >= 0x202A && c <= 0x202E; }
constexpr char32_t pop_isolate = 0x2069;

bool needs_isolation(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        const bool right_to_left = (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
                                   (c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
                                   (c >= 0x1E800 && c <= 0x1EFFF);
        const bool control = is_isolate_start(c) || c == pop_isolate || is_embedding(c) ||
                             c == 0x200E || c == 0x200F;
        if (right_to_left || control) return true;
    }
    return false;
}

// Removes isolate controls that have no partner: our own pair around the text then always matches.
void balance_isolates(std::vector<Piece>& pieces) {
    std::vector<std::pair<std::size_t, std::size_t>> open;    // piece, byte
    std::vector<std::pair<std::size_t, std::size_t>> remove;  // in reading order at the end
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        for (std::size_t at = 0; at < pieces[i].text.size();) {
            const std::size_t start = at;
            const char32_t c = next_code_point(pieces[i].text, at);
            if (is_isolate_start(c)) open.emplace_back(i, start);
            if (c != pop_isolate) continue;
            if (open.empty())
                remove.emplace_back(i, start);
            else
                open.pop_back();
        }
    }
    remove.insert(remove.end(), open.begin(), open.end());
    std::sort(remove.begin(), remove.end());
    for (auto it = remove.rbegin(); it != remove.rend(); ++it)
        pieces[it->first].text.erase(it->second, 3);  // each of them is three bytes of UTF-8
}

}  // namespace

std::string joined(const std::vector<Piece>& pieces) {
    std::string text;
    for (const Piece& piece : pieces) text += piece.text;
    return text;
}

std::vector<Piece> cut(
    const std::vector<Piece>& pieces,
    std::size_t limit,
    const std::function<std::size_t(std::string_view)>& measure
) {
    static constexpr std::string_view ellipsis = "…";
    const std::string whole = joined(pieces);
    std::string kept = truncate(whole, limit, measure);
    if (kept == whole) return pieces;

    // truncate() has put its mark at the end; the pieces are cut to what stands before it.
    std::size_t rest = kept.ends_with(ellipsis) ? kept.size() - ellipsis.size() : kept.size();
    const bool has_ellipsis = rest != kept.size();
    std::vector<Piece> out;
    for (const Piece& piece : pieces) {
        if (rest == 0) break;
        out.push_back({piece.text.substr(0, rest), piece.marked});
        rest -= out.back().text.size();
    }
    if (has_ellipsis) out.push_back({std::string(ellipsis), false});
    return out;
}

std::vector<Piece> marked_pieces(
    std::string_view original, const std::vector<Highlight>& highlights, std::string_view field
) {
    std::vector<Piece> pieces;
    const auto add = [&pieces](std::string_view text, bool marked) {
        std::string shown = clean_text(text);
        if (!shown.empty()) pieces.push_back({std::move(shown), marked});
    };
    std::size_t at = 0;
    for (const Found& range : ranges(original, highlights, field)) {
        add(original.substr(at, range.start - at), false);
        add(original.substr(range.start, range.end - range.start), true);
        at = range.end;
    }
    add(original.substr(at), false);
    balance_isolates(pieces);
    return pieces;
}

std::vector<Piece> isolated(std::vector<Piece> pieces) {
    if (!needs_isolation(joined(pieces))) return pieces;
    balance_isolates(pieces);  // a cut may have taken the end of a pair
    // NOLINTNEXTLINE(misc-misleading-bidirectional): it opens what the next line closes
    pieces.insert(pieces.begin(), Piece{"\u2068", false});
    pieces.push_back(Piece{"\u2069", false});
    return pieces;
}

std::string notification_title(const Notification& notification) {
    if (!notification.events.empty()) return events_title(notification);
    std::string title = notification.test ? "Test: " : "";
    title += "[" + std::string(to_string(highest(notification))) + "] ";
    const std::size_t count = notification.alerts.size() + notification.more;
    if (count == 1 && !notification.alerts.empty()) return title + heading(notification.alerts[0]);

    title += std::to_string(count) + " alerts: ";
    std::set<std::string> rules;
    for (const NotifiedAlert& notified : notification.alerts) rules.insert(notified.alert.rule);
    std::string names;
    for (const std::string& rule : rules) names += (names.empty() ? "" : ", ") + rule;
    return title + truncate(names, heading_code_points_max, code_points);
}

Message make_message(const Notification& notification, const std::string& zone) {
    Message message;
    message.title = notification_title(notification);
    message.severity = highest(notification);
    if (notification.waited > delay_worth_saying)
        message.delayed = "delayed by " + rough(notification.waited);
    if (!notification.events.empty()) {
        message.severity = Severity::warning;
        add_events(notification, zone, message);
        return message;
    }

    const std::size_t alerts = std::min(notification.alerts.size(), alerts_shown_max);
    message.more_alerts = notification.more + notification.alerts.size() - alerts;
    for (std::size_t i = 0; i < alerts; ++i) {
        const NotifiedAlert& notified = notification.alerts[i];
        const std::vector<Evidence>& evidence = notified.alert.evidence;
        MessageAlert alert;
        alert.rule = notified.alert.rule;
        alert.severity = notified.alert.severity;
        alert.heading = heading(notified);
        alert.change = change_text(notified);
        // The newest are shown: they are why the message is sent.
        const std::size_t shown = std::min(evidence.size(), statements_shown_max / alerts);
        alert.more_statements = evidence.size() - shown;
        for (std::size_t k = alert.more_statements; k < evidence.size(); ++k)
            alert.statements.push_back(statement_of(evidence[k], zone));
        message.alerts.push_back(std::move(alert));
    }
    return message;
}

std::string minimal_text(const Message& message) {
    std::string link;
    if (!message.alerts.empty() && !message.alerts[0].statements.empty())
        link = message.alerts[0].statements.back().link;
    if (link.size() > minimal_bytes_max - 100) link.clear();  // never half a link
    const std::size_t room = minimal_bytes_max - link.size() - 1;
    const std::string title = truncate(message.title, room, bytes);
    return link.empty() ? title : title + "\n" + link;
}

}  // namespace spokeswatch
