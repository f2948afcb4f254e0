#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <utility>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/normalise.hpp"
#include "daemon/silences.hpp"
#include "daemon/trail_text.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

// Rules that neither match nor nearly do get a line each, up to so many.
constexpr std::size_t lines_max = 20;

std::vector<RouteHit> routes_of(
    const Snapshot& snapshot, const RuleTrail& trail, const SourceInfo* source
) {
    const auto& rules = snapshot.config.rules;
    const auto rule = std::ranges::find_if(rules, [&](const RuleConfig& config) {
        return config.name.value == trail.rule;
    });
    if (rule == rules.end()) return {};
    Labels labels = rule->labels;
    if (source != nullptr) labels.insert(source->labels.begin(), source->labels.end());
    labels["rule"] = trail.rule;
    labels["severity"] = std::string(to_string(trail.severity));
    return snapshot.routes.match(labels);
}

// A statement of the store, with what was decided about it when it came.
struct Stored {
    std::vector<NewRevision> revisions;           // oldest first, at least one
    std::vector<AlertDetail> alerts;              // that it is evidence of
    std::map<std::string, std::string> silences;  // what each `silent` rule says of its source now
};

// What one call of the verb prints, statement by statement.
class Explainer {
  public:
    Explainer(const Snapshot& snapshot, std::string rule, bool as_json)
        : snapshot_(snapshot), rule_(std::move(rule)), as_json_(as_json) {}

    [[nodiscard]] bool matched() const { return matched_; }

    void explain(const Statement& statement) {
        const SourceInfo info = source_info(snapshot_, statement.source);
        const SourceInfo* source = statement.source.empty() ? nullptr : &info;
        explain(
            statement, spokeswatch::explain(snapshot_, statement, source, rule_), source, nullptr
        );
    }

    // What was recorded wins: rules that are not in the record are asked as they are now.
    void explain(const Stored& stored) {
        const NewRevision& last = stored.revisions.back();
        const SourceInfo info = source_info(snapshot_, last.statement.source);
        std::vector<RuleTrail> trails;
        for (const RuleTrail& trail : last.trail.rules)
            if (rule_.empty() || trail.rule == rule_) trails.push_back(trail);
        for (RuleTrail& trail : spokeswatch::explain(snapshot_, last.statement, &info, rule_)) {
            if (const auto silence = stored.silences.find(trail.rule);
                silence != stored.silences.end())
                trail.conditions.back().note = silence->second;
            const bool recorded = std::ranges::any_of(last.trail.rules, [&](const RuleTrail& old) {
                return old.rule == trail.rule && (old.matched == trail.matched);
            });
            if (!recorded) trails.push_back(std::move(trail));
        }
        explain(last.statement, trails, &info, &stored);
    }

  private:
    void explain(
        const Statement& statement,
        const std::vector<RuleTrail>& trails,
        const SourceInfo* source,
        const Stored* stored
    ) {
        for (const RuleTrail& trail : trails) matched_ = matched_ || trail.matched;
        if (as_json_)
            print_json(statement, trails, source, stored);
        else
            print(statement, trails, source, stored);
    }

    // Whether the record of the statement holds this trail; else it is what the rules say now.
    static bool is_recorded(const RuleTrail& trail, const Stored* stored) {
        return stored != nullptr &&
               std::ranges::find(stored->revisions.back().trail.rules, trail) !=
                   stored->revisions.back().trail.rules.end();
    }

    static const Decision* decision_on(const RuleTrail& trail, const Stored* stored) {
        if (!trail.matched || !is_recorded(trail, stored)) return nullptr;
        const auto& decisions = stored->revisions.back().trail.decisions;
        const auto found = std::ranges::find(decisions, trail.rule, &Decision::rule);
        return found == decisions.end() ? nullptr : &*found;
    }

    // Where a match goes: as it was recorded, or as the routes are now.
    [[nodiscard]] std::vector<RouteTaken> routes(
        const RuleTrail& trail, const SourceInfo* source, const Stored* stored
    ) const {
        if (const Decision* decision = decision_on(trail, stored)) return decision->routes;
        std::vector<RouteTaken> taken;
        if (!trail.matched) return taken;
        for (const RouteHit& hit : routes_of(snapshot_, trail, source))
            taken.push_back({hit.path, hit.receiver});
        return taken;
    }

    static std::vector<const OutboxRow*> deliveries(
        const RuleTrail& trail, const std::string& receiver, const Stored* stored
    ) {
        std::vector<const OutboxRow*> rows;
        if (stored == nullptr) return rows;
        for (const AlertDetail& detail : stored->alerts) {
            if (detail.alert.rule != trail.rule) continue;
            for (const OutboxRow& row : detail.notifications)
                if (row.receiver == receiver) rows.push_back(&row);
        }
        return rows;
    }

    void print_json(
        const Statement& statement,
        const std::vector<RuleTrail>& trails,
        const SourceInfo* source,
        const Stored* stored
    ) const {
        json::object out;
        out["statement"] = json::parse(to_json(statement));
        if (stored != nullptr) out["revision"] = stored->revisions.back().revision;
        json::array rules;
        for (const RuleTrail& trail : trails) {
            json::object rule = json::parse(to_json(trail), {}, deep_json()).as_object();
            if (stored != nullptr) rule["recorded"] = is_recorded(trail, stored);
            if (const Decision* decision = decision_on(trail, stored)) {
                rule["outcome"] = to_string(decision->outcome);
                if (!decision->alert_id.empty()) rule["alert"] = decision->alert_id;
            }
            json::array taken;
            for (const RouteTaken& route : routes(trail, source, stored)) {
                json::object item;
                item["path"] = route.path;
                item["receiver"] = route.receiver;
                json::array rows;
                for (const OutboxRow* row : deliveries(trail, route.receiver, stored)) {
                    json::object delivery;
                    delivery["notification"] = row->key;
                    delivery["state"] = to_string(row->state);
                    delivery["attempts"] = row->attempts;
                    if (!row->detail.empty()) delivery["detail"] = row->detail;
                    rows.push_back(std::move(delivery));
                }
                if (stored != nullptr) item["notifications"] = std::move(rows);
                taken.push_back(std::move(item));
            }
            if (trail.matched) rule["routes"] = std::move(taken);
            rules.push_back(std::move(rule));
        }
        out["rules"] = std::move(rules);
        std::cout << json::serialize(out) << '\n';
    }

    void print(
        const Statement& statement,
        const std::vector<RuleTrail>& trails,
        const SourceInfo* source,
        const Stored* stored
    ) const {
        print_head(statement, stored);
        std::vector<const RuleTrail*> others;
        for (const RuleTrail& trail : trails) {
            if (!trail.matched && !almost_matched(trail) && rule_.empty()) {
                others.push_back(&trail);
                continue;
            }
            if (stored != nullptr && !is_recorded(trail, stored))
                std::cout << "not in the record, as the rule is now:\n";
            std::cout << trail_text(trail);
            if (trail.matched) print_way(trail, source, stored);
        }
        for (std::size_t i = 0; i < std::min(others.size(), lines_max); ++i)
            std::cout << padded(others[i]->rule, 40) << "no   " << nearest_miss_text(*others[i])
                      << '\n';
        if (others.size() > lines_max)
            std::cout << "and " << others.size() - lines_max << " more that do not match\n";
    }

    // What became of a match and who was told.
    void print_way(const RuleTrail& trail, const SourceInfo* source, const Stored* stored) const {
        if (const Decision* decision = decision_on(trail, stored))
            std::cout << "  alert  " << (decision->alert_id.empty() ? "none" : decision->alert_id)
                      << ": " << in_words(decision->outcome) << '\n';
        for (const RouteTaken& route : routes(trail, source, stored)) {
            std::cout << "  route  " << route.path << " -> " << route.receiver;
            const auto rows = deliveries(trail, route.receiver, stored);
            for (const OutboxRow* row : rows) {
                std::cout << (row == rows.front() ? ": " : "; ") << to_string(row->state);
                if (row->state == OutboxState::delivered && row->delivered_at)
                    std::cout << ' ' << format_time(*row->delivered_at);
                if (!row->detail.empty()) std::cout << " (" << printable(row->detail, 200) << ')';
            }
            if (stored != nullptr && rows.empty()) std::cout << ": nothing sent yet";
            std::cout << '\n';
        }
    }

    static void print_head(const Statement& statement, const Stored* stored) {
        const std::string& words = statement.title.empty() ? statement.text : statement.title;
        const std::string line = printable(words.substr(0, byte_offset(words, 100)));
        if (!statement.source.empty()) std::cout << printable(statement.source) << "  ";
        if (!statement.native_id.empty()) std::cout << printable(statement.native_id) << "  ";
        if (statement.when() != Time{}) std::cout << format_time(statement.when()) << "  ";
        std::cout << line << '\n';
        if (statement.source.empty())
            std::cout << "the statement names no source: `from` and `not_from` are left aside\n";
        if (stored != nullptr && stored->revisions.size() > 1)
            std::cout << "revision " << stored->revisions.back().revision << ", the last one\n";
    }

    // Two levels of JSON a condition.
    static json::parse_options deep_json() {
        json::parse_options options;
        options.max_depth = 256;
        return options;
    }

    const Snapshot& snapshot_;
    std::string rule_;
    bool as_json_;
    bool matched_ = false;
};

// Statements, one JSON object a line, or else one plain text. Lines that are neither are reported.
std::vector<Statement> statements_in(const std::string& input) {
    std::vector<Statement> statements;
    const std::size_t first = input.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos) return statements;
    if (input[first] != '{') {
        Statement& statement = statements.emplace_back();
        statement.text = repair_utf8(input);
        while (statement.text.ends_with('\n')) statement.text.pop_back();
        normalise(statement);
        return statements;
    }
    std::size_t number = 0;
    for (std::size_t at = 0; at < input.size();) {
        const std::size_t end = std::min(input.find('\n', at), input.size());
        const std::string line = input.substr(at, end - at);
        ++number;
        at = end + 1;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        if (auto statement = read_statement(line, number))
            statements.push_back(std::move(*statement));
    }
    return statements;
}

}  // namespace

namespace {

// Why each `silent` rule alerts on the source of a statement or does not.
Result<std::map<std::string, std::string>> silences_of(
    const Snapshot& snapshot, Database& database, const std::string& source
) {
    std::map<std::string, std::string> silences;
    auto record = database.source(source);
    if (!record) return record.error();
    if (!*record) return silences;
    const Listened heard = listened(**record, source_info(snapshot, source));
    for (const WatchRule& rule : snapshot.watches.rules()) {
        const auto* silent = std::get_if<Silent>(&rule.watch);
        if (silent == nullptr || !rule.reads(heard.source)) continue;
        auto known = known_silence(database, snapshot.watches, rule, heard);
        if (!known) return known.error();
        silences[rule.name] = judge_silence(*silent, known->facts, SystemClock().now()).reason;
    }
    return silences;
}

// `what` is the id or the URL of a stored statement.
int explain_stored(
    const Snapshot& snapshot, Explainer& explainer, Database& database, const std::string& what
) {
    const auto failed = [](const Error& error) {
        std::cerr << "spokeswatch: " << error.message << '\n';
        return exit_io;
    };
    auto keys = database.find_statements(what);
    if (!keys) return failed(keys.error());
    if (keys->empty()) {
        std::cerr << "spokeswatch: " << printable(what)
                  << " is neither a file nor the id or URL of a stored statement\n";
        return exit_no_input;
    }
    for (const StatementKey& key : *keys) {
        Stored stored;
        auto revisions = database.revisions(key);
        if (!revisions) return failed(revisions.error());
        stored.revisions = std::move(*revisions);
        auto alerts = database.alerts_of(key);
        if (!alerts) return failed(alerts.error());
        for (const std::string& id : *alerts) {
            auto detail = database.alert(id);
            if (!detail) return failed(detail.error());
            if (*detail) stored.alerts.push_back(std::move(**detail));
        }
        if (stored.revisions.empty()) continue;
        auto silences = silences_of(snapshot, database, stored.revisions.back().statement.source);
        if (!silences) return failed(silences.error());
        stored.silences = std::move(*silences);
        explainer.explain(stored);
    }
    return explainer.matched() ? exit_ok : exit_no;
}

}  // namespace

int run_explain(const CommonOptions& common, const ExplainOptions& options) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    if (!options.rule.empty() && !has_rule(*snapshot, options.rule)) return exit_usage;
    Explainer explainer(*snapshot, options.rule, common.json);
    std::error_code failure;
    if (options.what != "-" && !std::filesystem::exists(options.what, failure)) {
        auto database = Database::open_read_only(snapshot->config.storage.path);
        if (database) return explain_stored(*snapshot, explainer, *database, options.what);
        std::cerr << "spokeswatch: " << printable(options.what)
                  << " is no file, and no stored statement can be looked up: "
                  << database.error().message << '\n';
        return exit_no_input;
    }
    const std::optional<std::string> input = read_input(options.what);
    if (!input) return exit_no_input;
    const std::vector<Statement> statements = statements_in(*input);
    if (statements.empty()) {
        std::cerr << "spokeswatch: there is no statement in " << options.what << '\n';
        return exit_data;
    }
    for (const Statement& statement : statements) explainer.explain(statement);
    return explainer.matched() ? exit_ok : exit_no;
}

}  // namespace spokeswatch
