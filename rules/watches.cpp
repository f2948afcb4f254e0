#include "rules/watches.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/crypto.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view concept_prefix = "concept ";
constexpr std::string_view rule_prefix = "rule ";

// What is counted of what a rule looks for.
std::string subject_of(const std::string& rule) { return std::string(rule_prefix) + rule; }

// Raised when the same conditions find other statements than before.
constexpr std::string_view counting = "1";

// Everything that decides which statements a condition finds, as one text.
class Fingerprint {
  public:
    explicit Fingerprint(const Config& config) : config_(config) { add(counting); }

    void add(std::string_view part) {
        if (text_.size() > text_bytes_max) text_ = sha256_hex(text_);
        text_ += std::to_string(part.size());
        text_ += ':';
        text_ += part;
    }

    void add_concept(const std::string& reference) {
        for (const ConceptConfig& one : config_.concepts) {
            const std::string& name = one.name.value;
            if (reference != name && !reference.starts_with(name + ".")) continue;
            const std::string lang = reference == name ? "" : reference.substr(name.size() + 1);
            one.each_term(lang, [this](std::string_view text, const std::string&, Forms forms) {
                add(text);
                add_forms(forms);
            });
        }
    }

    void add_match(const MatchNode& node) {
        add(std::to_string(static_cast<int>(node.kind)));
        add(node.text);
        add(node.field);
        add_forms(node.forms);
        add(std::to_string(node.within) + (node.ignore_case ? "i" : "") + "/" +
            std::to_string(node.at_least) + "/" + std::to_string(node.children.size()));
        if (node.kind == MatchNode::Kind::concept_) add_concept(node.text);
        for (const MatchNode& child : node.children) add_match(child);
    }

    // Not how sources are chosen but which ones are: a rule may choose by labels.
    void add_sources(const WatchRule& rule) {
        if (rule.from.empty() && rule.not_from.empty()) return;
        for (const SourceConfig& source : config_.sources) {
            SourceInfo info;
            info.name = source.name.value;
            info.kind = source.kind.value;
            info.labels = source.labels;
            if (rule.reads(info)) add(info.name);
        }
    }

    [[nodiscard]] std::string hash() const { return sha256_hex(text_); }

  private:
    static constexpr std::size_t text_bytes_max = std::size_t{1} << 16;

    void add_forms(Forms forms) { add(forms == Forms::none ? "none" : "light"); }

    const Config& config_;
    std::string text_;
};

MatchNode concept_node(const Located<std::string>& name) {
    MatchNode node;
    node.kind = MatchNode::Kind::concept_;
    node.text = name.value;
    node.span = name.span;
    return node;
}

class Compiler {
  public:
    explicit Compiler(const Config& config) : config_(config) {
        conditions_.concepts = config.concepts;
        conditions_.sources = config.sources;
    }

    void add(const RuleConfig& rule) {
        RuleConfig condition = rule;
        condition.watch.reset();
        WatchRule made;
        made.name = rule.name.value;
        made.watch = rule.watch->watch;
        Diagnostics told_elsewhere;
        made.from = Matchers::compile(rule.from, "source", told_elsewhere);
        made.not_from = Matchers::compile(rule.not_from, "source", told_elsewhere);
        made.any_statement = condition.match.kind == MatchNode::Kind::everything &&
                             watch_concepts(made.watch).empty();
        if (const auto* first_use = std::get_if<FirstUse>(&made.watch)) {
            made.concept_ = add_concept(first_use->of);
            require(condition, first_use->of);
        } else if (const auto* shift = std::get_if<Shift>(&made.watch)) {
            made.before = add_concept(shift->from);
            made.concept_ = add_concept(shift->to);
            require(condition, shift->to);
        } else if (std::holds_alternative<Frequency>(made.watch) || std::holds_alternative<Silent>(made.watch)) {
            made.counted = subject_of(made.name);
            add_subject(made.counted, fingerprint_of(rule, made));
        }
        conditions_.rules.push_back(std::move(condition));
        rules.push_back(std::move(made));
    }

    RuleSet conditions(Diagnostics& diagnostics) const {
        return RuleSet::compile(conditions_, diagnostics);
    }

    std::vector<WatchRule> rules;
    std::vector<Subject> subjects;

  private:
    // The rule's statement has the concept and what else `match` says.
    static void require(RuleConfig& condition, const Located<std::string>& name) {
        MatchNode both;
        both.kind = MatchNode::Kind::all;
        both.span = condition.match.span;
        both.children.push_back(concept_node(name));
        if (condition.match.kind != MatchNode::Kind::everything)
            both.children.push_back(std::move(condition.match));
        condition.match = std::move(both);
    }

    std::string add_concept(const Located<std::string>& name) {
        std::string subject = std::string(concept_prefix) + name.value;
        if (has_subject(subject)) return subject;
        Fingerprint fingerprint(config_);
        fingerprint.add_concept(name.value);
        add_subject(subject, fingerprint.hash());
        RuleConfig condition;
        condition.name.value = subject;
        condition.match = concept_node(name);
        conditions_.rules.push_back(std::move(condition));
        return subject;
    }

    std::string fingerprint_of(const RuleConfig& rule, const WatchRule& compiled) const {
        Fingerprint fingerprint(config_);
        fingerprint.add_match(rule.match);
        fingerprint.add_sources(compiled);
        for (const Form form : rule.forms) fingerprint.add(to_string(form));
        fingerprint.add(rule.include_quoted ? "quoted" : "");
        fingerprint.add(rule.confusables ? "confusables" : "");
        return fingerprint.hash();
    }

    [[nodiscard]] bool has_subject(const std::string& name) const {
        return std::ranges::find(subjects, name, &Subject::name) != subjects.end();
    }

    void add_subject(const std::string& name, std::string fingerprint) {
        if (!has_subject(name)) subjects.push_back({name, std::move(fingerprint)});
    }

    const Config& config_;
    Config conditions_;
};

}  // namespace

WatchSet WatchSet::compile(const Config& config, Diagnostics& diagnostics) {
    Compiler compiler(config);
    for (const RuleConfig& rule : config.rules)
        if (rule.watch) compiler.add(rule);
    WatchSet set;
    if (compiler.rules.empty()) return set;
    set.conditions_ = compiler.conditions(diagnostics);
    set.rules_ = std::move(compiler.rules);
    set.subjects_ = std::move(compiler.subjects);
    // Without a dictionary fewer forms are found: once it is installed, all is counted again.
    for (const std::string& missing : set.missing_dictionaries())
        for (Subject& subject : set.subjects_)
            subject.fingerprint = sha256_hex(subject.fingerprint + missing);
    return set;
}

const WatchRule* WatchSet::find(const std::string& rule) const {
    const auto found = std::ranges::find(rules_, rule, &WatchRule::name);
    return found == rules_.end() ? nullptr : &*found;
}

RuleTrail WatchSet::trail(
    const std::string& rule,
    const Statement& statement,
    const SourceInfo* source,
    bool holds,
    const std::string& note
) const {
    auto trails = conditions_.explain(statement, source, rule);
    const WatchRule* watch = find(rule);
    check(trails.size() == 1 && watch != nullptr, "a watch of this name");
    RuleTrail trail = std::move(trails.front());
    trail.rule = rule;
    TrailNode node;
    node.condition = watch_key(watch->watch);
    node.term = watch_text(watch->watch);
    node.holds = holds;
    node.note = note;
    trail.conditions.push_back(std::move(node));
    if (!holds) ++trail.missing;
    trail.matched = trail.missing == 0;
    return trail;
}

WatchHits WatchSet::look(const Statement& statement, const SourceInfo& source) const {
    WatchHits hits;
    if (empty()) return hits;
    const auto is_counted = [this](const std::string& name) {
        return std::ranges::find(subjects_, name, &Subject::name) != subjects_.end();
    };
    for (Match& match : conditions_.match(statement, &source)) {
        std::string name = match.rule;
        // No rule has a space in its name.
        if (name.starts_with(concept_prefix)) {
            hits.subjects.emplace(std::move(name), std::move(match.highlights));
            continue;
        }
        if (std::string counted = subject_of(name); is_counted(counted))
            hits.subjects.emplace(std::move(counted), match.highlights);
        hits.rules.emplace(std::move(name), std::move(match));
    }
    return hits;
}

Time said_at(const Statement& statement, std::int64_t revision) {
    const Time told =
        revision == 1 ? statement.when() : statement.edited_at.value_or(statement.observed_at);
    return std::min(told, statement.observed_at);
}

}  // namespace spokeswatch
