#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/watching.hpp"
#include "rules/judgement.hpp"

// How watching.hpp judges a batch: not for other files.

namespace spokeswatch {

inline bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
}

// One batch. ask() says what must be known, judge() decides.
class WatchBatch {
  public:
    WatchBatch(
        const Snapshot& snapshot,
        const SourceInfo& source,
        std::string account_key,
        std::vector<WatchedStatement> statements
    );

    HistoryQuestion ask();
    void judge(HistoryQuestion question, HistoryKnowledge knowledge);

    // Statements of the archive whose text is wanted, for highlights.
    [[nodiscard]] std::set<StatementKey> wanted() const;
    // Marks in a piece of evidence what the rule, or the subject behind it, finds there.
    void mark(const StatementKey& key, std::int64_t number, const Statement& statement);
    std::vector<WatchFindings> take();

  private:
    [[nodiscard]] StatementKey key_of(std::size_t i) const;
    [[nodiscard]] KnownUse use_of(std::size_t i) const;
    [[nodiscard]] std::string not_ready_for(const std::string& subject, Duration needed, Time at)
        const;
    // Subjects that this statement had in an earlier revision.
    [[nodiscard]] const std::vector<std::string>& used_before(std::size_t i) const;

    // watch_verdicts.cpp. Each of judge_first_use() and its like says why the watch does not
    // alert; nothing when it does.
    void judge_rule(std::size_t i, const WatchRule& rule, const Match& match);
    std::string judge_watch(std::size_t i, const WatchRule& rule, const Match& match);
    std::string judge_first_use(
        std::size_t i, const WatchRule& rule, const FirstUse& watch, const Match& match
    );
    std::string judge_shift(
        std::size_t i, const WatchRule& rule, const Shift& watch, const Match& match
    );
    std::string judge_frequency(
        std::size_t i, const WatchRule& rule, const Frequency& watch, const Match& match
    );
    std::string judge_chorus(
        std::size_t i, const WatchRule& rule, const Chorus& watch, const Match& match
    );
    void judge_follow(std::size_t i, const Follow& watch, const Match& match);

    // Quiet for a window after an alert: what comes then belongs to it.
    bool join(std::size_t i, const WatchState& state, Duration within, const Match& match);
    void fire(std::size_t i, Firing firing, WatchState state);
    // What the batch said so far is history for the statements behind.
    void remember(std::size_t i);
    void add_near(std::vector<KnownUse>& uses, std::size_t i, Time at, Duration within) const;
    // By time, behind equals; returns the place.
    std::size_t insert(std::vector<KnownUse>& uses, std::size_t i) const;
    [[nodiscard]] std::string org_of(const std::string& source) const;
    void add_beside(Firing& firing, const KnownUse& use, std::string note) const;
    void add_stretch(
        Firing& firing,
        const std::vector<KnownUse>& uses,
        const Stretch& stretch,
        std::size_t itself
    ) const;
    [[nodiscard]] std::vector<Highlight> marks(const std::string& name, const Statement& statement)
        const;

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

}  // namespace spokeswatch
