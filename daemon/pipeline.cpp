#include "daemon/pipeline.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/redirect_error.hpp>

#include "base/check.hpp"
#include "base/log.hpp"
#include "daemon/normalise.hpp"
#include "daemon/story.hpp"
#include "text/content_hash.hpp"

namespace spokeswatch {

namespace {

// A statement of the batch that brings something: new, edited, or seen by another source first.
struct Item {
    Statement statement;
    StatementKey key;
    std::string hash;
    std::optional<KnownStatement> known;
    std::optional<NewRevision> before;  // edited: the revision that was matched before
    std::int64_t revision = 1;
    bool changed = true;  // false: known as it is, but new to this source
    bool may_alert = false;
    std::vector<Match> matches;
    Trail trail;
    std::vector<StoryKeyText> story_keys;
    std::string story_id;
    std::string story_reason;
};

StatementKey key_of(const Statement& statement) {
    return {statement.kind, statement.account_key, statement.native_id};
}

// A key for an alert: (rule, story).
using AlertKey = std::pair<std::string, std::string>;

bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
}

// The words a rule hit, without their places: an edit elsewhere in the text moves the places.
std::multiset<std::string> marked_words(const Match& match, const Statement& statement) {
    std::multiset<std::string> words;
    for (const Highlight& highlight : match.highlights) words.insert(highlight.term);
    if (match.highlights.empty()) words.insert(statement.text);
    return words;
}

}  // namespace

struct Pipeline::Work {
    SnapshotPtr snapshot;
    Intake intake;
    Batch batch;
    Time now{};
    std::vector<Item> items;
    std::map<AlertKey, KnownAlert> alerts;
    Ingest ingest;
    Accepted accepted;

    void learn(std::vector<KnownAlert> known) {
        for (KnownAlert& alert : known) {
            AlertKey key(alert.rule, alert.story_id);
            alerts.try_emplace(std::move(key), std::move(alert));
        }
    }
};

// The right to take a batch: one at a time, in no promised order.
class Pipeline::Turn {
  public:
    explicit Turn(Pipeline& pipeline) : pipeline_(pipeline) { pipeline_.busy_ = true; }
    ~Turn() {
        pipeline_.busy_ = false;
        pipeline_.turn_.cancel();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    Pipeline& pipeline_;
};

Pipeline::Pipeline(
    boost::asio::any_io_executor executor,
    Store& store,
    Clock& clock,
    Random& random,
    Metrics& metrics,
    std::function<void()> wake_dispatcher
)
    : own_keeper_(std::make_unique<StoreKeeper>(store)),
      keeper_(*own_keeper_),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      wake_dispatcher_(std::move(wake_dispatcher)),
      turn_(executor, boost::asio::steady_timer::time_point::max()) {}

Pipeline::Pipeline(
    boost::asio::any_io_executor executor,
    Keeper& keeper,
    Clock& clock,
    Random& random,
    Metrics& metrics,
    std::function<void()> wake_dispatcher
)
    : keeper_(keeper),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      wake_dispatcher_(std::move(wake_dispatcher)),
      turn_(executor, boost::asio::steady_timer::time_point::max()) {}

awaitable<Result<Accepted>> Pipeline::accept(SnapshotPtr snapshot, Intake intake, Batch batch) {
    while (busy_) {
        boost::system::error_code ignored;
        co_await turn_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
    const Turn turn(*this);
    co_return co_await accept_in_turn(std::move(snapshot), std::move(intake), std::move(batch));
}

awaitable<Result<Accepted>> Pipeline::accept_in_turn(
    SnapshotPtr snapshot, Intake intake, Batch batch
) {
    Work work;
    work.snapshot = std::move(snapshot);
    work.intake = std::move(intake);
    work.batch = std::move(batch);
    work.now = clock_.now();

    find_changes(work);
    auto statements = co_await ask_statements(work);
    if (!statements) co_return statements.error();
    const bool nothing_new = work.items.empty() && !work.intake.baseline &&
                             !work.intake.cursor_changed && !work.batch.gap;
    if (nothing_new) co_return work.accepted;
    match(work);
    auto stories = co_await ask_stories(work);
    if (!stories) co_return stories.error();
    tell(work);

    // Statements, cursor and alerts commit together: seen but never alerted cannot happen.
    Ingest& ingest = work.ingest;
    ingest.source = work.intake.source.name;
    ingest.kind = work.intake.source.kind;
    ingest.account_key = work.intake.account_key;
    ingest.next = work.batch.next;
    ingest.baseline = work.intake.baseline;
    ingest.gap = work.batch.gap;
    ingest.now = work.now;
    const bool told = !ingest.members.empty();
    const auto started = clock_.steady();
    auto committed = co_await keeper_.commit(std::move(ingest));
    if (!committed) co_return committed.error();

    metrics_.add("spokeswatch_store_commits_total");
    metrics_.observe(
        "spokeswatch_store_commit_duration_seconds",
        {},
        std::chrono::duration<double>(clock_.steady() - started).count()
    );
    if (told) wake_dispatcher_();
    co_return work.accepted;
}

// Normalises the batch. A statement that is in it twice counts once, as it stands last.
void Pipeline::find_changes(Work& work) {
    std::map<StatementKey, std::size_t> places;
    for (Statement& statement : work.batch.statements) {
        statement.source = work.intake.source.name;
        statement.kind = work.intake.source.kind;
        statement.account_key = work.intake.account_key;
        statement.observed_at = work.now;
        if (!statement.lang_declared && !work.intake.lang.empty()) {
            statement.lang = work.intake.lang;
            statement.lang_declared = true;
        }
        normalise(statement);
        Item item;
        item.key = key_of(statement);
        item.hash = content_hash(statement);
        item.statement = std::move(statement);
        const auto [place, is_new] = places.try_emplace(item.key, work.items.size());
        if (is_new) {
            work.items.push_back(std::move(item));
        } else {
            work.items[place->second] = std::move(item);
        }
    }
}

// Drops what is known as it is and finds the revision before of what was edited.
awaitable<Result<void>> Pipeline::ask_statements(Work& work) {
    IntakeQuestion question;
    for (const Item& item : work.items) question.statements.push_back(item.key);
    auto knowledge = co_await keeper_.know(std::move(question));
    if (!knowledge) co_return knowledge.error();
    work.learn(std::move(knowledge->alerts));

    const std::string& source = work.intake.source.name;
    std::vector<Item> bringing;
    for (std::size_t i = 0; i < work.items.size(); ++i) {
        Item& item = work.items[i];
        item.known = std::move(knowledge->statements[i]);
        if (item.known) {
            item.changed = item.known->content_hash != item.hash;
            const bool seen_here = contains(item.known->seen_by, source);
            if (!item.changed && seen_here) continue;
            if (!seen_here) work.ingest.sights.push_back(item.key);
            item.revision = item.known->revision + (item.changed ? 1 : 0);
            item.story_id = item.known->story_id;
        }
        bringing.push_back(std::move(item));
    }
    work.items = std::move(bringing);

    for (Item& item : work.items) {
        if (!item.known || !item.changed) continue;
        auto before = co_await keeper_.last_revision(item.key);
        if (!before) co_return before.error();
        item.before = std::move(*before);
    }
    co_return Result<void>{};
}

void Pipeline::match(Work& work) {
    const Intake& intake = work.intake;
    for (Item& item : work.items) {
        const Statement& statement = item.statement;
        if (!item.known) {
            ++work.accepted.fresh;
            metrics_.add("spokeswatch_statements_total", {{"source", intake.source.name}});
            if (!intake.baseline && !statement.late && statement.published_at) {
                metrics_.observe(
                    "spokeswatch_detection_lag_seconds",
                    {{"kind", intake.source.kind}},
                    std::chrono::duration<double>(work.now - *statement.published_at).count()
                );
            }
        } else if (item.changed) {
            ++work.accepted.edited;
            metrics_.add("spokeswatch_statement_revisions_total", {{"source", intake.source.name}});
        }
        if (std::ranges::find(intake.ignore, statement.form) != intake.ignore.end()) continue;
        item.matches = work.snapshot->rules.match(statement, &intake.source, item.trail.rules);
        const Duration age = work.now - statement.when();
        item.may_alert = intake.baseline
                             ? intake.backfill && statement.published_at && age <= *intake.backfill
                             : age <= intake.max_age;
        if (!item.matches.empty()) item.story_keys = story_keys(statement);
        for (const Match& match : item.matches) {
            metrics_.add("spokeswatch_rule_matches_total", {{"rule", match.rule}});
        }
    }
}

awaitable<Result<void>> Pipeline::ask_stories(Work& work) {
    IntakeQuestion question;
    question.stories_since = work.now - story_window;
    for (const Item& item : work.items) {
        for (const StoryKeyText& key : item.story_keys) question.story_keys.push_back(key.key);
    }
    std::map<std::string, std::string> story_of_key;
    if (!question.story_keys.empty()) {
        auto knowledge = co_await keeper_.know(question);
        if (!knowledge) co_return knowledge.error();
        work.learn(std::move(knowledge->alerts));
        for (std::size_t i = 0; i < question.story_keys.size(); ++i) {
            if (!knowledge->stories[i].empty()) {
                story_of_key[question.story_keys[i]] = knowledge->stories[i];
            }
        }
    }

    for (Item& item : work.items) {
        if (item.matches.empty()) continue;
        item.story_reason = "first";
        for (const StoryKeyText& key : item.story_keys) {
            if (!item.story_id.empty()) break;
            const auto found = story_of_key.find(key.key);
            if (found == story_of_key.end()) continue;
            item.story_id = found->second;
            item.story_reason = key.reason;
        }
        if (item.story_id.empty()) {
            NewStory story;
            story.id = random_.id(work.now);
            story.title = story_title(item.statement);
            story.first_seen_at = work.now;
            item.story_id = story.id;
            work.ingest.stories.push_back(std::move(story));
        }
        for (const StoryKeyText& key : item.story_keys) {
            story_of_key.insert_or_assign(key.key, item.story_id);
            work.ingest.story_keys.push_back({key.key, item.story_id, work.now});
        }
    }
    co_return Result<void>{};
}

namespace {

// Adds one (alert, evidence, change) to what is committed and routes it.
class Teller {
  public:
    Teller(const Snapshot& snapshot, Ingest& ingest) : snapshot_(snapshot), ingest_(ingest) {}

    void evidence(
        const Item& item,
        const KnownAlert& alert,
        const std::string& org,
        std::vector<Highlight> highlights
    ) {
        NewEvidence evidence;
        evidence.alert_id = alert.id;
        evidence.statement = item.key;
        evidence.revision = item.revision;
        evidence.org = org;
        evidence.highlights = std::move(highlights);
        ingest_.evidence.push_back(std::move(evidence));
    }

    // The routes that the change takes.
    std::vector<RouteTaken> tell(const Item& item, const KnownAlert& alert, Change change) {
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
            member.statement = item.key;
            member.revision = item.revision;
            taken.push_back({member.route, member.receiver});
            ingest_.members.push_back(std::move(member));
        }
        return taken;
    }

  private:
    const Snapshot& snapshot_;
    Ingest& ingest_;
};

}  // namespace

// Opens and grows alerts. Which statements may open one is decided in match(); what was alerted on
// before is in `alerts`.
void Pipeline::tell(Work& work) {
    Teller teller(*work.snapshot, work.ingest);
    const std::string& org = work.intake.source.org();
    for (Item& item : work.items) {
        const auto matched_before = [&](const std::string& rule) {
            return item.known && contains(item.known->matched_rules, rule);
        };
        for (const Match& match : item.matches) {
            ++work.accepted.matches;
            Decision& decision = item.trail.decisions.emplace_back();
            decision.rule = match.rule;
            decision.outcome = !item.may_alert ? work.intake.baseline ? MatchOutcome::first_poll
                                                                      : MatchOutcome::too_old
                                               : MatchOutcome::known;
            AlertKey key(match.rule, item.story_id);
            const auto found = work.alerts.find(key);
            if (found == work.alerts.end()) {
                const bool again =
                    matched_before(match.rule) &&
                    !(item.changed && work.snapshot->rules.alerts_on_edit(match.rule));
                if (!item.may_alert || again) continue;
                KnownAlert alert;
                alert.id = random_.id(work.now);
                alert.rule = match.rule;
                alert.story_id = item.story_id;
                alert.severity = match.severity;
                alert.labels = match.labels;
                alert.labels.insert(
                    work.intake.source.labels.begin(), work.intake.source.labels.end()
                );
                alert.orgs.push_back(org);
                work.ingest.alerts.push_back(
                    {alert.id, alert.rule, alert.story_id, alert.severity, alert.labels, work.now}
                );
                teller.evidence(item, alert, org, match.highlights);
                decision.outcome = MatchOutcome::opened;
                decision.alert_id = alert.id;
                decision.routes = teller.tell(item, alert, Change::created);
                ++work.accepted.alerts;
                metrics_.add(
                    "spokeswatch_alerts_total",
                    {{"rule", alert.rule}, {"severity", std::string(to_string(alert.severity))}}
                );
                work.alerts.emplace(std::move(key), std::move(alert));
                continue;
            }
            KnownAlert& alert = found->second;
            decision.alert_id = alert.id;
            const bool is_evidence =
                item.known &&
                std::ranges::find(alert.statement_ids, item.known->id) != alert.statement_ids.end();
            if (is_evidence) {
                if (!item.changed) continue;
                teller.evidence(item, alert, org, match.highlights);
                bool moved = work.snapshot->rules.alerts_on_edit(match.rule);
                if (item.before && !moved) {
                    moved = true;
                    for (const Match& old :
                         work.snapshot->rules.match(item.before->statement, &work.intake.source)) {
                        if (old.rule != match.rule) continue;
                        moved = marked_words(old, item.before->statement) !=
                                marked_words(match, item.statement);
                    }
                }
                decision.outcome = moved ? MatchOutcome::edited : MatchOutcome::unchanged;
                if (moved) decision.routes = teller.tell(item, alert, Change::edit);
                continue;
            }
            if (!item.may_alert || (matched_before(match.rule) && !item.changed)) continue;
            teller.evidence(item, alert, org, match.highlights);
            // A second voice is news; the same voice again only completes the record.
            decision.outcome = MatchOutcome::completed;
            if (contains(alert.orgs, org)) continue;
            alert.orgs.push_back(org);
            decision.outcome = MatchOutcome::evidence;
            decision.routes = teller.tell(item, alert, Change::evidence);
        }
        // An edit that takes away what an alert was about is told to its thread.
        if (item.known && item.changed) {
            for (const auto& entry : work.alerts) {
                const KnownAlert& alert = entry.second;
                const bool is_evidence = std::ranges::find(alert.statement_ids, item.known->id) !=
                                         alert.statement_ids.end();
                const bool still = std::ranges::any_of(item.matches, [&](const Match& match) {
                    return match.rule == alert.rule;
                });
                if (!is_evidence || still || !matched_before(alert.rule)) continue;
                teller.evidence(item, alert, org, {});
                teller.tell(item, alert, Change::edit);
            }
        }
        work.accepted.decisions.insert(
            work.accepted.decisions.end(), item.trail.decisions.begin(), item.trail.decisions.end()
        );
        if (item.changed) {
            NewRevision revision;
            revision.statement = std::move(item.statement);
            revision.content_hash = item.hash;
            revision.revision = item.revision;
            revision.story_id = item.story_id;
            revision.story_reason = item.story_reason;
            revision.matches = std::move(item.matches);
            revision.trail = std::move(item.trail);
            work.ingest.revisions.push_back(std::move(revision));
        }
    }
}

}  // namespace spokeswatch
