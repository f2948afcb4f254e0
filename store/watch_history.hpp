#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

// What was said when, as watches over time need it. A subject is a condition that is counted: a
// concept, or what a rule looks for. A use is a statement in which a subject was found: once for a
// statement, with the first revision that had it, for ever. Uses are counted by subject, account
// and day (UTC).

namespace spokeswatch {

// Identity of a statement: unique for ever.
struct StatementKey {
    std::string kind, account_key, native_id;
    auto operator<=>(const StatementKey&) const = default;  // NOLINT(modernize-use-nullptr)
};

// `fingerprint` changes when other statements would be found: then the archive is counted again.
struct HistorySubject {
    std::string name;
    std::string fingerprint;

    bool operator==(const HistorySubject&) const = default;
};

// Of a new revision.
struct NewUse {
    std::string subject;  // name
    Time at{};
};

// A revision of the archive that was searched for subjects.
struct SearchedRevision {
    std::int64_t record = 0;
    StatementKey statement;
    std::int64_t revision = 1;
    std::vector<NewUse> uses;
};

struct KnownUse {
    StatementKey statement;
    std::int64_t revision = 1;  // that had it first
    std::string source;         // that brought this revision
    Time at{};
};

// The last thing a rule alerted on, for rules that stay quiet for a time.
struct WatchState {
    std::string rule;
    std::string key;       // what of the rule: an account, a text; empty for the whole rule
    std::string story_id;  // of the alert
    Time at{};
};

struct HistoryQuestion {
    std::string kind, account_key;  // who speaks
    std::vector<HistorySubject> subjects;

    // Uses of a subject around a moment, by any account: at most so many on each side, and none
    // further away than `within`.
    struct Around {
        std::string subject;
        Time at{};
        Duration within{};
        std::size_t each_side = 0;
    };
    // Statements with the same text around a moment.
    struct SameText {
        std::string key;
        Time at{};
        Duration within{};
    };
    // Uses of a subject by the account since then: the newest, at most so many.
    struct Times {
        std::string subject;
        Time since{};
        std::size_t rows_max = 0;
    };
    std::vector<std::string> latest;  // subjects whose last use by the account is wanted
    std::vector<Times> times;
    std::vector<Around> around;
    std::vector<SameText> same_text;
    std::vector<StatementKey> edited;  // whose subjects are wanted
    struct StateKey {
        std::string rule, key;
    };
    std::vector<StateKey> states;
};

// Vectors are parallel to those of the question.
struct HistoryKnowledge {
    std::optional<Time> watched_since;  // first statement of the account; nothing: none yet
    std::vector<bool> counted;          // of each subject: the whole archive is counted
    std::vector<std::optional<KnownUse>> latest;
    std::vector<std::vector<Time>> times;           // rising
    std::vector<std::vector<KnownUse>> around;      // by time
    std::vector<std::vector<KnownUse>> same_text;   // by time
    std::vector<std::vector<std::string>> used;     // subjects that the edited statement had
    std::vector<std::vector<std::string>> alerted;  // rules whose alerts hold the edited statement
    std::vector<std::optional<WatchState>> states;
};

// One day of one subject and account.
struct DayCount {
    std::string subject, kind, account_key;
    std::chrono::sys_days day;
    std::int64_t count = 0;
    Time first_at{}, last_at{};
    std::string first_native_id, last_native_id;

    bool operator==(const DayCount&) const = default;
};

// How far the archive is counted for a subject; revisions count from 1.
struct SubjectProgress {
    HistorySubject subject;
    std::int64_t counted_to = 0;
    std::int64_t revisions = 0;  // in the archive

    [[nodiscard]] bool counted() const { return counted_to == revisions; }
};

}  // namespace spokeswatch
