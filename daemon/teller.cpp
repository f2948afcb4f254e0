#include "daemon/teller.hpp"

#include <algorithm>
#include <utility>

namespace spokeswatch {

void Teller::open(const KnownAlert& alert) {
    AlertWrite write;
    write.id = alert.id;
    write.rule = alert.rule;
    write.story_id = alert.story_id;
    write.severity = alert.severity;
    write.labels = alert.labels;
    write.first_seen_at = ingest_.now;
    ingest_.alerts.push_back(std::move(write));
}

void Teller::evidence(KnownAlert& alert, NewEvidence evidence) {
    evidence.alert_id = alert.id;
    if (std::ranges::find(alert.orgs, evidence.org) == alert.orgs.end()) {
        alert.orgs.push_back(evidence.org);
    }
    ingest_.evidence.push_back(std::move(evidence));
}

std::vector<RouteTaken> Teller::tell(
    const KnownAlert& alert, Change change, const StatementKey& statement, std::int64_t revision
) {
    std::vector<RouteTaken> taken;
    Labels labels = alert.labels;
    labels["rule"] = alert.rule;
    labels["severity"] = std::string(to_string(alert.severity));
    labels["story"] = alert.story_id;
    labels["alert"] = alert.id;
    for (const RouteHit& hit : snapshot_.routes.match(labels)) {
        NewMember member;
        member.group_id = group_id(hit, labels);
        member.route = hit.path;
        member.receiver = hit.receiver;
        member.grouped = !hit.group_by.empty();
        member.group_wait = hit.group_wait;
        member.group_interval = hit.group_interval;
        member.alert_id = alert.id;
        member.change = change;
        member.statement = statement;
        member.revision = revision;
        taken.push_back({member.route, member.receiver});
        ingest_.members.push_back(std::move(member));
    }
    return taken;
}

}  // namespace spokeswatch
