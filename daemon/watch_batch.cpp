#include "daemon/watch_batch.hpp"

#include <algorithm>

#include "daemon/input.hpp"
#include "daemon/story.hpp"
#include "rules/judgement.hpp"

namespace spokeswatch {

namespace {

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

}  // namespace

WatchBatch::WatchBatch(
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

HistoryQuestion WatchBatch::ask() {
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

void WatchBatch::judge(HistoryQuestion question, HistoryKnowledge knowledge) {
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

std::set<StatementKey> WatchBatch::wanted() const {
    std::set<StatementKey> keys;
    for (const WatchFindings& findings : findings_)
        for (const Firing& firing : findings.firings)
            for (const NewEvidence& evidence : firing.beside) keys.insert(evidence.statement);
    return keys;
}

void WatchBatch::mark(const StatementKey& key, std::int64_t number, const Statement& statement) {
    for (WatchFindings& findings : findings_)
        for (Firing& firing : findings.firings)
            for (NewEvidence& evidence : firing.beside)
                if (evidence.statement == key && evidence.revision == number)
                    evidence.highlights = marks(firing.match.rule, statement);
}

std::vector<WatchFindings> WatchBatch::take() {
    for (std::size_t i = 0; i < statements_.size(); ++i)
        mark(key_of(i), statements_[i].revision, statements_[i].statement);
    return std::move(findings_);
}

StatementKey WatchBatch::key_of(std::size_t i) const {
    return {source_.kind, account_key_, statements_[i].statement.native_id};
}

KnownUse WatchBatch::use_of(std::size_t i) const {
    KnownUse use;
    use.statement = key_of(i);
    use.revision = statements_[i].revision;
    use.source = source_.name;
    use.at = findings_[i].said_at;
    return use;
}

std::string WatchBatch::not_ready_for(const std::string& subject, Duration needed, Time at) const {
    const auto place = std::ranges::find(question_.subjects, subject, &HistorySubject::name);
    const auto number = static_cast<std::size_t>(place - question_.subjects.begin());
    // What is first seen in this batch is watched from now on.
    const Time since = knowledge_.watched_since.value_or(at);
    return not_ready(knowledge_.counted[number], since, needed, at);
}

const std::vector<std::string>& WatchBatch::used_before(std::size_t i) const {
    static const std::vector<std::string> none;
    const StatementKey key = key_of(i);
    const auto place = std::ranges::find(question_.edited, key);
    if (place == question_.edited.end()) return none;
    return knowledge_.used[static_cast<std::size_t>(place - question_.edited.begin())];
}

void WatchBatch::remember(std::size_t i) {
    for (const NewUse& use : findings_[i].uses) {
        if (contains(used_before(i), use.subject)) continue;
        const auto known = latest_.find(use.subject);
        if (known == latest_.end() || known->second.at <= use.at) latest_[use.subject] = use_of(i);
    }
}

std::string WatchBatch::org_of(const std::string& source) const {
    return source == source_.name ? source_.org() : source_info(snapshot_, source).org();
}

std::vector<Highlight> WatchBatch::marks(const std::string& name, const Statement& statement)
    const {
    const WatchRule& rule = *watches_.find(name);
    WatchHits hits = watches_.look(statement, source_info(snapshot_, statement.source));
    const std::string& subject = rule.before.empty() ? rule.concept_ : rule.before;
    if (const auto found = hits.subjects.find(subject); found != hits.subjects.end())
        return found->second;
    const auto found = hits.rules.find(name);
    return found == hits.rules.end() ? std::vector<Highlight>() : found->second.highlights;
}

}  // namespace spokeswatch
