#include "alerts/outgoing.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/crypto.hpp"
#include "notifiers/message.hpp"

namespace spokeswatch {

namespace {

Severity highest(const std::vector<NotifiedAlert>& alerts) {
    Severity severity = Severity::info;
    for (const NotifiedAlert& notified : alerts) {
        severity = std::max(severity, notified.alert.severity);
    }
    return severity;
}

// Key and thread of a message; what it tells is already in it.
OutboxInsert addressed(
    Notification notification,
    const std::string& thread_id,
    const Target& target,
    Severity severity,
    const Threads& threads,
    Time now
) {
    const auto known = threads.find({thread_id, target.id});
    const std::int64_t before = known == threads.end() ? 0 : known->second.sequence;
    notification.key = "sw-" + thread_id + "-" + target.id + "-" + std::to_string(before + 1);
    notification.receiver = target.receiver;
    notification.target = target.id;
    notification.created_at = now;
    if (before > 0) {
        notification.thread_key = known->second.root_key;
        notification.thread_remote = known->second.root_remote;
        notification.thread_subject = known->second.root_subject;
    }
    OutboxInsert insert;
    insert.thread_id = thread_id;
    insert.severity = severity;
    // Later mails of the thread bear the very subject of its first one.
    insert.thread_subject =
        before > 0 ? notification.thread_subject : notification_title(notification);
    insert.notification = std::move(notification);
    return insert;
}

OutboxInsert make_one(
    const std::string& thread_id,
    const Target& target,
    std::vector<NotifiedAlert> alerts,
    const Threads& threads,
    Time now
) {
    const Severity severity = highest(alerts);
    Notification notification;
    notification.alerts = std::move(alerts);
    return addressed(std::move(notification), thread_id, target, severity, threads, now);
}

}  // namespace

std::vector<OutboxInsert> make_notifications(
    const DueGroup& group, const Receivers& receivers, const Threads& threads, Time now
) {
    std::vector<OutboxInsert> inserts;
    for (const Target* target : receivers.targets_of(group.receiver)) {
        std::vector<NotifiedAlert> together;
        for (const GroupMember& member : group.members) {
            NotifiedAlert notified = member.alert;
            const bool apart = target->one_alert_each || !group.grouped;
            const std::string& thread_id = apart ? member.alert_id : group.group_id;
            // Whatever changed, a target that never heard of the thread hears of a new alert.
            if (apart && !threads.contains({thread_id, target->id})) {
                notified.changed.assign(1, Change::created);
            }
            if (apart) {
                std::vector<NotifiedAlert> alone;
                alone.push_back(std::move(notified));
                inserts.push_back(make_one(thread_id, *target, std::move(alone), threads, now));
            } else {
                together.push_back(std::move(notified));
            }
        }
        if (together.empty()) continue;
        std::ranges::stable_sort(together, [](const NotifiedAlert& a, const NotifiedAlert& b) {
            return a.alert.severity > b.alert.severity;
        });
        inserts.push_back(make_one(group.group_id, *target, std::move(together), threads, now));
    }
    return inserts;
}

std::vector<OutboxInsert> make_event_notifications(
    const OperationalEvent& event,
    const std::vector<RouteHit>& hits,
    const Receivers& receivers,
    const Threads& threads,
    Time now
) {
    std::vector<OutboxInsert> inserts;
    const auto tell = [&](const Target& target) {
        Notification notification;
        notification.events.push_back(event);
        inserts.push_back(
            addressed(std::move(notification), event.id, target, Severity::warning, threads, now)
        );
    };
    if (event.ended_at) {
        for (const Target& target : receivers.targets())
            if (threads.contains({event.id, target.id})) tell(target);
        return inserts;
    }
    for (const RouteHit& hit : hits)
        for (const Target* target : receivers.targets_of(hit.receiver))
            if (target->id != event.subject) tell(*target);
    return inserts;
}

OutboxInsert merge_notifications(const std::vector<OutboxRow>& rows, Time now) {
    check(rows.size() >= 2, "a digest needs two rows");
    std::vector<NotifiedAlert> alerts;
    std::vector<OperationalEvent> events;
    std::string identity;
    std::size_t more = 0;
    for (const OutboxRow& row : rows) {
        identity += row.key + '\n';
        more += row.notification.more;
        for (const OperationalEvent& event : row.notification.events) events.push_back(event);
        for (const NotifiedAlert& notified : row.notification.alerts) {
            // A later row of the same alert says more: it replaces the earlier one.
            const auto same = std::ranges::find_if(alerts, [&](const NotifiedAlert& earlier) {
                return earlier.alert.id == notified.alert.id;
            });
            if (same == alerts.end()) {
                alerts.push_back(notified);
                continue;
            }
            NotifiedAlert joined = notified;
            std::vector<Evidence> evidence = same->alert.evidence;
            evidence.insert(
                evidence.end(), notified.alert.evidence.begin(), notified.alert.evidence.end()
            );
            joined.alert.evidence = std::move(evidence);
            joined.changed = same->changed;
            for (Change change : notified.changed) {
                if (std::ranges::find(joined.changed, change) == joined.changed.end()) {
                    joined.changed.push_back(change);
                }
            }
            if (joined.is_new()) joined.changed.assign(1, Change::created);
            alerts.erase(same);
            alerts.push_back(std::move(joined));
        }
    }
    // The most severe first, then the newest: what does not fit is counted.
    std::ranges::reverse(alerts);
    std::ranges::stable_sort(alerts, [](const NotifiedAlert& a, const NotifiedAlert& b) {
        return a.alert.severity > b.alert.severity;
    });
    if (alerts.size() > digest_alerts_shown_max) {
        more += alerts.size() - digest_alerts_shown_max;
        alerts.resize(digest_alerts_shown_max);
    }
    if (events.size() > digest_alerts_shown_max) {
        more += events.size() - digest_alerts_shown_max;
        events.resize(digest_alerts_shown_max);
    }
    const std::string thread_id = "digest" + sha256_hex(identity).substr(0, 20);
    OutboxInsert insert;
    insert.thread_id = thread_id;
    insert.severity = events.empty() ? highest(alerts) : rows.front().severity;
    Notification& notification = insert.notification;
    notification.events = std::move(events);
    notification.key = "sw-" + thread_id + "-" + rows.front().target + "-1";
    notification.receiver = rows.front().receiver;
    notification.target = rows.front().target;
    notification.alerts = std::move(alerts);
    notification.more = more;
    notification.created_at = now;
    insert.thread_subject = notification_title(notification);
    return insert;
}

}  // namespace spokeswatch
