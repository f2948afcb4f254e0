#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/input.hpp"
#include "daemon/watch_batch.hpp"
#include "rules/judgement.hpp"
#include "text/word_diff.hpp"

// What each watch says of a statement that concerns it.

namespace spokeswatch {

namespace {

// What an alert shows beside the statement that made it; the newest.
constexpr std::size_t beside_max = 20;

std::string edit_note(const Statement& before, const Statement& after) {
    std::string note = word_diff_line(before.text, after.text);
    const std::string title = word_diff_line(before.title, after.title);
    if (!title.empty()) note = title + (note.empty() ? "" : " / ") + note;
    return note.empty() ? "edited, the words are the same" : "words changed: " + note;
}

}  // namespace

void WatchBatch::judge_rule(std::size_t i, const WatchRule& rule, const Match& match) {
    const WatchedStatement& watched = statements_[i];
    if (std::holds_alternative<Silent>(rule.watch)) return;  // what is said is no silence
    if (const auto* follow = std::get_if<Follow>(&rule.watch))
        return judge_follow(i, *follow, match);
    if (contains(watched.matched_before, rule.name)) {
        Firing firing;
        firing.match = match;
        firing.again = true;
        findings_[i].firings.push_back(std::move(firing));
        return;
    }
    std::string why_not = judge_watch(i, rule, match);
    if (why_not.empty()) return;
    log_debug(
        "a watch did not alert",
        {{"rule", rule.name}, {"source", source_.name}, {"reason", why_not}}
    );
    std::vector<WatchMiss>& misses = findings_[i].misses;
    if (!rule.any_statement && misses.size() < trail_almost_max)
        misses.push_back({rule.name, std::move(why_not)});
}

std::string WatchBatch::judge_watch(std::size_t i, const WatchRule& rule, const Match& match) {
    const WatchedStatement& watched = statements_[i];
    if (!watched.may_alert)
        return std::string(
            in_words(watched.baseline ? MatchOutcome::first_poll : MatchOutcome::too_old)
        );
    const std::string& subject = rule.concept_.empty() ? rule.counted : rule.concept_;
    if (!subject.empty() && contains(used_before(i), subject))
        return "an earlier revision had these words";
    if (const auto* first_use = std::get_if<FirstUse>(&rule.watch))
        return judge_first_use(i, rule, *first_use, match);
    if (const auto* shift = std::get_if<Shift>(&rule.watch))
        return judge_shift(i, rule, *shift, match);
    if (const auto* frequency = std::get_if<Frequency>(&rule.watch))
        return judge_frequency(i, rule, *frequency, match);
    if (const auto* chorus = std::get_if<Chorus>(&rule.watch))
        return judge_chorus(i, rule, *chorus, match);
    return "";
}

std::string WatchBatch::judge_first_use(
    std::size_t i, const WatchRule& rule, const FirstUse& watch, const Match& match
) {
    const Time at = findings_[i].said_at;
    if (auto reason = not_ready_for(rule.concept_, watch.in, at); !reason.empty()) return reason;
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

std::string WatchBatch::judge_shift(
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

bool WatchBatch::join(std::size_t i, const WatchState& state, Duration within, const Match& match) {
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

void WatchBatch::fire(std::size_t i, Firing firing, WatchState state) {
    states_[{state.rule, state.key}] = state;
    firing.state = std::move(state);
    findings_[i].firings.push_back(std::move(firing));
}

std::string WatchBatch::judge_frequency(
    std::size_t i, const WatchRule& rule, const Frequency& watch, const Match& match
) {
    const Time at = findings_[i].said_at;
    if (auto reason = not_ready_for(rule.counted, Duration{}, at); !reason.empty()) return reason;
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

std::string WatchBatch::judge_chorus(
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
    Firing firing;
    firing.match = match;
    // The first statement of each; what one of them repeats hides no other.
    std::set<std::string> orgs{said[place].org};
    for (std::size_t k = stretch->first; k <= stretch->last; ++k)
        if (orgs.insert(said[k].org).second && orgs.size() <= chorus_orgs_max)
            add_beside(firing, uses[k], "");
    firing.note = std::to_string(orgs.size()) + " organisations say the same within " +
                  format_duration(said[stretch->last].at - said[stretch->first].at);
    fire(i, std::move(firing), std::move(state));
    return "";
}

void WatchBatch::judge_follow(std::size_t i, const Follow& watch, const Match& match) {
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
                    firing.match.highlights.end(), found.highlights.begin(), found.highlights.end()
                );
    }
    if (!followed) return;
    firing.note = edit_note(*watched.before, watched.statement);
    firing.each_told = true;
    findings_[i].firings.push_back(std::move(firing));
}

void WatchBatch::add_near(std::vector<KnownUse>& uses, std::size_t i, Time at, Duration within)
    const {
    const Duration apart = findings_[i].said_at - at;
    if (apart < within && apart > -within) insert(uses, i);
}

std::size_t WatchBatch::insert(std::vector<KnownUse>& uses, std::size_t i) const {
    KnownUse use = use_of(i);
    std::erase_if(uses, [&](const KnownUse& other) { return other.statement == use.statement; });
    const auto place = std::ranges::upper_bound(uses, use.at, {}, &KnownUse::at);
    const auto index = static_cast<std::size_t>(place - uses.begin());
    uses.insert(place, std::move(use));
    return index;
}

void WatchBatch::add_beside(Firing& firing, const KnownUse& use, std::string note) const {
    NewEvidence evidence;
    evidence.statement = use.statement;
    evidence.revision = use.revision;
    evidence.org = org_of(use.source);
    evidence.note = std::move(note);
    firing.beside.push_back(std::move(evidence));
}

void WatchBatch::add_stretch(
    Firing& firing, const std::vector<KnownUse>& uses, const Stretch& stretch, std::size_t itself
) const {
    const std::size_t count = stretch.last - stretch.first + 1;
    const std::size_t first = stretch.first + (count > beside_max ? count - beside_max : 0);
    for (std::size_t k = first; k <= stretch.last; ++k)
        if (k != itself) add_beside(firing, uses[k], "");
}

}  // namespace spokeswatch
