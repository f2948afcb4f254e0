#include "daemon/watching.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/log.hpp"
#include "daemon/input.hpp"
#include "daemon/story.hpp"
#include "rules/judgement.hpp"
#include "text/word_diff.hpp"

namespace spokeswatch {

namespace {

// What an alert shows beside the statement that made it; the newest.
constexpr std::size_t beside_max = 20;

bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
}

bool own_words(const Statement& statement) {
    return statement.form != Form::repost && statement.form != Form::service;
}

// Questions to the store, each once, with the place of its answer.
class Questions {
  public:
    explicit Questions(HistoryQuestion& question) : question_(question) {}

    std::size_t latest(const std::string& subject) {
        const auto [place, is_new] = latest_.try_emplace(subject, question_.latest.size());
        if (is_new) question_.latest.push_back(subject);
        return place->second;
    }

    void state(const std::string& rule, const std::string& key) {
        if (states_.emplace(rule, key).second) question_.states.push_back({rule, key});
    }

  private:
    HistoryQuestion& question_;
    std::map<std::string, std::size_t> latest_;
    std::set<std::pair<std::string, std::string>> states_;
};

// One batch. ask() says what must be known, judge() decides.
class Batchwise {
  public:
    Batchwise(
        const Snapshot& snapshot,
        const SourceInfo& source,
        std::string account_key,
        std::vector<WatchedStatement> statements
    )
        : snapshot_(snapshot),
          watches_(snapshot.watches),
          source_(source),
          account_key_(std::move(account_key)),
          statements_(std::move(statements)) {
        for (const WatchedStatement& watched : statements_) {
            WatchFindings findings;
            findings.said_at = said_at(watched.statement, watched.revision);
            if (own_words(watched.statement)) findings.text_key = text_key(watched.statement);
            hits_.push_back(watches_.look(watched.statement, source));
            for (const auto& [subject, highlights] : hits_.back().subjects)
                findings.uses.push_back({subject, findings.said_at});
            findings_.push_back(std::move(findings));
        }
    }

    HistoryQuestion ask() {
        HistoryQuestion question;
        question.kind = source_.kind;
        question.account_key = account_key_;
        question.subjects = history_subjects(watches_);
        Questions questions(question);
        around_.resize(statements_.size());
        same_text_.resize(statements_.size());
        for (std::size_t i = 0; i < statements_.size(); ++i) {
            const WatchFindings& findings = findings_[i];
            if (statements_[i].revision > 1) question.edited.push_back(key_of(i));
            if (!statements_[i].may_alert) continue;
            for (const WatchRule& rule : watches_.rules()) {
                if (!hits_[i].rules.contains(rule.name)) continue;
                if (!rule.concept_.empty()) questions.latest(rule.concept_);
                if (!rule.before.empty()) questions.latest(rule.before);
                if (const auto* frequency = std::get_if<Frequency>(&rule.watch)) {
                    around_[i].emplace(rule.name, question.around.size());
                    question.around.push_back(
                        {rule.counted,
                         findings.said_at,
                         frequency->within,
                         static_cast<std::size_t>(frequency->at_least)}
                    );
                    questions.state(rule.name, "");
                }
                const auto* chorus = std::get_if<Chorus>(&rule.watch);
                if (chorus == nullptr || findings.text_key.empty()) continue;
                same_text_[i].emplace(rule.name, question.same_text.size());
                question.same_text.push_back({findings.text_key, findings.said_at, chorus->within});
                questions.state(rule.name, findings.text_key);
            }
        }
        return question;
    }

    void judge(HistoryQuestion question, HistoryKnowledge knowledge) {
        question_ = std::move(question);
        knowledge_ = std::move(knowledge);
        for (std::size_t i = 0; i < question_.latest.size(); ++i)
            if (knowledge_.latest[i]) latest_[question_.latest[i]] = *knowledge_.latest[i];
        for (const auto& state : knowledge_.states)
            if (state) states_[{state->rule, state->key}] = *state;
        for (std::size_t i = 0; i < statements_.size(); ++i) {
            for (const WatchRule& rule : watches_.rules()) {
                const auto hit = hits_[i].rules.find(rule.name);
                if (hit != hits_[i].rules.end()) judge_rule(i, rule, hit->second);
            }
            remember(i);
        }
    }

    // Statements of the archive whose text is wanted, for highlights.
    [[nodiscard]] std::set<StatementKey> wanted() const {
        std::set<StatementKey> keys;
        for (const WatchFindings& findings : findings_)
            for (const Firing& firing : findings.firings)
                for (const NewEvidence& evidence : firing.beside) keys.insert(evidence.statement);
        return keys;
    }

    // Marks in a piece of evidence what the rule, or the subject behind it, finds there.
    void mark(const StatementKey& key, std::int64_t number, const Statement& statement) {
        for (WatchFindings& findings : findings_)
            for (Firing& firing : findings.firings)
                for (NewEvidence& evidence : firing.beside)
                    if (evidence.statement == key && evidence.revision == number)
                        evidence.highlights = marks(firing.match.rule, statement);
    }

    std::vector<WatchFindings> take() {
        for (std::size_t i = 0; i < statements_.size(); ++i)
            mark(key_of(i), statements_[i].revision, statements_[i].statement);
        return std::move(findings_);
    }

  private:
    [[nodiscard]] StatementKey key_of(std::size_t i) const {
        return {source_.kind, account_key_, statements_[i].statement.native_id};
    }

    [[nodiscard]] KnownUse use_of(std::size_t i) const {
        KnownUse use;
        use.statement = key_of(i);
        use.revision = statements_[i].revision;
        use.source = source_.name;
        use.at = findings_[i].said_at;
        return use;
    }

    [[nodiscard]] std::string not_ready_for(const std::string& subject, Duration needed, Time at)
        const {
        const auto place = std::ranges::find(question_.subjects, subject, &HistorySubject::name);
        const auto number = static_cast<std::size_t>(place - question_.subjects.begin());
        // What is first seen in this batch is watched from now on.
        const Time since = knowledge_.watched_since.value_or(at);
        return not_ready(knowledge_.counted[number], since, needed, at);
    }

    // Subjects that this statement had in an earlier revision.
    [[nodiscard]] const std::vector<std::string>& used_before(std::size_t i) const {
        static const std::vector<std::string> none;
        const StatementKey key = key_of(i);
        const auto place = std::ranges::find(question_.edited, key);
        if (place == question_.edited.end()) return none;
        return knowledge_.used[static_cast<std::size_t>(place - question_.edited.begin())];
    }

    void judge_rule(std::size_t i, const WatchRule& rule, const Match& match) {
        const WatchedStatement& watched = statements_[i];
        if (const auto* follow = std::get_if<Follow>(&rule.watch))
            return judge_follow(i, *follow, match);
        if (contains(watched.matched_before, rule.name)) {
            Firing firing;
            firing.match = match;
            firing.again = true;
            findings_[i].firings.push_back(std::move(firing));
            return;
        }
        if (!watched.may_alert) return;
        // An edit that had the words before brings nothing new.
        const std::string& subject = rule.concept_.empty() ? rule.counted : rule.concept_;
        if (!subject.empty() && contains(used_before(i), subject)) return;
        std::string why_not;
        if (const auto* first_use = std::get_if<FirstUse>(&rule.watch))
            why_not = judge_first_use(i, rule, *first_use, match);
        else if (const auto* shift = std::get_if<Shift>(&rule.watch))
            why_not = judge_shift(i, rule, *shift, match);
        else if (const auto* frequency = std::get_if<Frequency>(&rule.watch))
            why_not = judge_frequency(i, rule, *frequency, match);
        else if (const auto* chorus = std::get_if<Chorus>(&rule.watch))
            why_not = judge_chorus(i, rule, *chorus, match);
        if (why_not.empty()) return;
        log_debug(
            "a watch did not alert",
            {{"rule", rule.name}, {"source", source_.name}, {"reason", why_not}}
        );
    }

    // Why it does not alert; empty when it does. So do the next three.
    std::string judge_first_use(
        std::size_t i, const WatchRule& rule, const FirstUse& watch, const Match& match
    ) {
        const Time at = findings_[i].said_at;
        if (auto reason = not_ready_for(rule.concept_, watch.in, at); !reason.empty())
            return reason;
        const auto last = latest_.find(rule.concept_);
        const bool any = last != latest_.end();
        Judgement judgement = spokeswatch::judge_first_use(
            watch, at, any ? std::optional(last->second.at) : std::nullopt
        );
        if (!judgement.alerts) return judgement.reason;
        Firing firing;
        firing.match = match;
        firing.note = std::move(judgement.reason);
        if (any) add_beside(firing, last->second, "last use before");
        findings_[i].firings.push_back(std::move(firing));
        return "";
    }

    std::string judge_shift(
        std::size_t i, const WatchRule& rule, const Shift& watch, const Match& match
    ) {
        const Time at = findings_[i].said_at;
        for (const std::string* subject : {&rule.concept_, &rule.before}) {
            auto reason = not_ready_for(*subject, watch.baseline, at);
            if (!reason.empty()) return reason;
        }
        const auto from = latest_.find(rule.before);
        const auto to = latest_.find(rule.concept_);
        const auto time_of = [&](const auto& place) {
            return place == latest_.end() ? std::nullopt : std::optional(place->second.at);
        };
        Judgement judgement = spokeswatch::judge_shift(watch, at, time_of(from), time_of(to));
        if (!judgement.alerts) return judgement.reason;
        Firing firing;
        firing.match = match;
        firing.note = std::move(judgement.reason);
        add_beside(firing, from->second, "last use of `" + watch.from.value + "` before");
        findings_[i].firings.push_back(std::move(firing));
        return "";
    }

    // Quiet for a window after an alert: what comes then belongs to it.
    bool join(std::size_t i, const WatchState& state, Duration within, const Match& match) {
        const auto known = states_.find({state.rule, state.key});
        if (known == states_.end()) return false;
        const Duration apart = state.at - known->second.at;
        if (apart >= within || apart <= -within) return false;
        Firing firing;
        firing.match = match;
        firing.joins = true;
        firing.state = known->second;
        findings_[i].firings.push_back(std::move(firing));
        return true;
    }

    void fire(std::size_t i, Firing firing, WatchState state) {
        states_[{state.rule, state.key}] = state;
        firing.state = std::move(state);
        findings_[i].firings.push_back(std::move(firing));
    }

    std::string judge_frequency(
        std::size_t i, const WatchRule& rule, const Frequency& watch, const Match& match
    ) {
        const Time at = findings_[i].said_at;
        if (auto reason = not_ready_for(rule.counted, Duration{}, at); !reason.empty())
            return reason;
        WatchState state{rule.name, "", "", at};
        if (join(i, state, watch.within, match)) return "";
        std::vector<KnownUse> uses = knowledge_.around[around_[i].at(rule.name)];
        for (std::size_t j = 0; j < i; ++j)
            if (hits_[j].subjects.contains(rule.counted) && !contains(used_before(j), rule.counted))
                add_near(uses, j, at, watch.within);
        const std::size_t place = insert(uses, i);
        std::vector<Time> times;
        for (const KnownUse& use : uses) times.push_back(use.at);
        const auto stretch = dense_stretch(times, place, watch);
        if (!stretch)
            return "fewer than " + std::to_string(watch.at_least) + " statements within " +
                   format_duration(watch.within);
        Firing firing;
        firing.match = match;
        firing.note = std::to_string(watch.at_least) + " statements within " +
                      format_duration(times[stretch->last] - times[stretch->first]);
        add_stretch(firing, uses, *stretch, place);
        fire(i, std::move(firing), std::move(state));
        return "";
    }

    std::string judge_chorus(
        std::size_t i, const WatchRule& rule, const Chorus& watch, const Match& match
    ) {
        const Time at = findings_[i].said_at;
        const std::string& key = findings_[i].text_key;
        if (key.empty()) return "the text is too short to compare";
        WatchState state{rule.name, key, "", at};
        if (join(i, state, watch.within, match)) return "";
        std::vector<KnownUse> uses = knowledge_.same_text[same_text_[i].at(rule.name)];
        std::erase_if(uses, [&](const KnownUse& use) {
            return !rule.reads(source_info(snapshot_, use.source));
        });
        for (std::size_t j = 0; j < i; ++j)
            if (findings_[j].text_key == key) add_near(uses, j, at, watch.within);
        const std::size_t place = insert(uses, i);
        std::vector<Said> said;
        for (const KnownUse& use : uses) said.push_back({use.at, org_of(use.source)});
        const auto stretch = common_stretch(said, place, watch);
        if (!stretch)
            return "fewer than " + std::to_string(watch.orgs) + " organisations within " +
                   format_duration(watch.within);
        std::set<std::string> orgs;
        for (std::size_t k = stretch->first; k <= stretch->last; ++k) orgs.insert(said[k].org);
        Firing firing;
        firing.match = match;
        firing.note = std::to_string(orgs.size()) + " organisations say the same within " +
                      format_duration(said[stretch->last].at - said[stretch->first].at);
        add_stretch(firing, uses, *stretch, place);
        fire(i, std::move(firing), std::move(state));
        return "";
    }

    void judge_follow(std::size_t i, const Follow& watch, const Match& match) {
        const WatchedStatement& watched = statements_[i];
        const auto place = std::ranges::find(question_.edited, key_of(i));
        if (place == question_.edited.end() || !watched.before || watched.baseline) return;
        const auto& alerted =
            knowledge_.alerted[static_cast<std::size_t>(place - question_.edited.begin())];
        Firing firing;
        firing.match = match;
        firing.match.highlights.clear();
        bool followed = false;
        for (const Located<std::string>& rule : watch.rules) {
            if (!contains(alerted, rule.value)) continue;
            followed = true;
            for (const Match& found : watched.matches)
                if (found.rule == rule.value)
                    firing.match.highlights.insert(
                        firing.match.highlights.end(),
                        found.highlights.begin(),
                        found.highlights.end()
                    );
        }
        if (!followed) return;
        firing.note = edit_note(*watched.before, watched.statement);
        firing.each_told = true;
        findings_[i].firings.push_back(std::move(firing));
    }

    static std::string edit_note(const Statement& before, const Statement& after) {
        std::string note = word_diff_line(before.text, after.text);
        const std::string title = word_diff_line(before.title, after.title);
        if (!title.empty()) note = title + (note.empty() ? "" : " / ") + note;
        return note.empty() ? "edited, the words are the same" : "words changed: " + note;
    }

    // What the batch said so far is history for the statements behind.
    void remember(std::size_t i) {
        for (const NewUse& use : findings_[i].uses) {
            if (contains(used_before(i), use.subject)) continue;
            const auto known = latest_.find(use.subject);
            if (known == latest_.end() || known->second.at <= use.at)
                latest_[use.subject] = use_of(i);
        }
    }

    void add_near(std::vector<KnownUse>& uses, std::size_t i, Time at, Duration within) const {
        const Duration apart = findings_[i].said_at - at;
        if (apart < within && apart > -within) insert(uses, i);
    }

    // By time, behind equals; returns the place.
    std::size_t insert(std::vector<KnownUse>& uses, std::size_t i) const {
        KnownUse use = use_of(i);
        std::erase_if(uses, [&](const KnownUse& other) {
            return other.statement == use.statement;
        });
        const auto place = std::ranges::upper_bound(uses, use.at, {}, &KnownUse::at);
        const auto index = static_cast<std::size_t>(place - uses.begin());
        uses.insert(place, std::move(use));
        return index;
    }

    [[nodiscard]] std::string org_of(const std::string& source) const {
        return source == source_.name ? source_.org() : source_info(snapshot_, source).org();
    }

    void add_beside(Firing& firing, const KnownUse& use, std::string note) const {
        NewEvidence evidence;
        evidence.statement = use.statement;
        evidence.revision = use.revision;
        evidence.org = org_of(use.source);
        evidence.note = std::move(note);
        firing.beside.push_back(std::move(evidence));
    }

    void add_stretch(
        Firing& firing,
        const std::vector<KnownUse>& uses,
        const Stretch& stretch,
        std::size_t itself
    ) const {
        const std::size_t count = stretch.last - stretch.first + 1;
        const std::size_t first = stretch.first + (count > beside_max ? count - beside_max : 0);
        for (std::size_t k = first; k <= stretch.last; ++k)
            if (k != itself) add_beside(firing, uses[k], "");
    }

    [[nodiscard]] std::vector<Highlight> marks(const std::string& name, const Statement& statement)
        const {
        const WatchRule& rule = *watches_.find(name);
        WatchHits hits = watches_.look(statement, source_info(snapshot_, statement.source));
        const std::string& subject = rule.before.empty() ? rule.concept_ : rule.before;
        if (const auto found = hits.subjects.find(subject); found != hits.subjects.end())
            return found->second;
        const auto found = hits.rules.find(name);
        return found == hits.rules.end() ? std::vector<Highlight>() : found->second.highlights;
    }

    const Snapshot& snapshot_;
    const WatchSet& watches_;
    const SourceInfo& source_;
    std::string account_key_;
    std::vector<WatchedStatement> statements_;
    std::vector<WatchHits> hits_;
    std::vector<WatchFindings> findings_;
    std::vector<std::map<std::string, std::size_t>> around_, same_text_;  // rule -> answer
    HistoryQuestion question_;
    HistoryKnowledge knowledge_;
    std::map<std::string, KnownUse> latest_;
    std::map<std::pair<std::string, std::string>, WatchState> states_;
};

}  // namespace

std::vector<HistorySubject> history_subjects(const WatchSet& watches) {
    std::vector<HistorySubject> subjects;
    for (const Subject& subject : watches.subjects())
        subjects.push_back({subject.name, subject.fingerprint});
    return subjects;
}

awaitable<Result<std::vector<WatchFindings>>> judge_watches(
    Store& store,
    SnapshotPtr snapshot,
    SourceInfo source,
    std::string account_key,
    std::vector<WatchedStatement> statements
) {
    Batchwise batch(*snapshot, source, std::move(account_key), std::move(statements));
    HistoryQuestion question = batch.ask();
    const auto ask = [question](Database& database) { return database.history(question); };
    auto knowledge = co_await store.run(ask);
    if (!knowledge) co_return knowledge.error();
    batch.judge(std::move(question), std::move(*knowledge));
    for (const StatementKey& key : batch.wanted()) {
        const auto read = [key](Database& database) { return database.revisions(key); };
        auto revisions = co_await store.run(read);
        if (!revisions) co_return revisions.error();
        for (const NewRevision& revision : *revisions)
            batch.mark(key, revision.revision, revision.statement);
    }
    co_return batch.take();
}

}  // namespace spokeswatch
