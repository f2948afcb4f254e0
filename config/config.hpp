#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "config/diagnostic.hpp"
#include "config/options.hpp"
#include "config/watches.hpp"
#include "model/match.hpp"
#include "model/source.hpp"
#include "model/statement.hpp"

// The configuration as typed values: read once, nobody looks a key up by string later. Names are
// unique, references exist, values are in range: a Config without errors needs no more checks but
// those of the modules that compile it (rules, kinds).

namespace spokeswatch {

struct GlobalConfig {
    std::optional<Duration> poll_interval;
    Duration poll_timeout = std::chrono::seconds(60);
    Duration max_age = std::chrono::hours(24);
    std::string timezone = "UTC";  // IANA name
    std::string contact;           // URL or address in our User-Agent
    std::string user_agent;        // replaces the default one
    std::string proxy_url;
    std::optional<Duration> delivery_max_age;
    std::optional<Located<std::string>> heartbeat_url;
    Duration heartbeat_every = std::chrono::minutes(1);
};

struct StorageConfig {
    std::filesystem::path path = "/var/lib/spokeswatch/spokeswatch.db";
};

struct WebConfig {
    Located<std::string> listen_address{"127.0.0.1:8317", {}};
    std::string external_url;  // ends with '/'; empty = not given
    Secret auth_token;
};

struct SourceConfig {
    Located<std::string> name;
    Located<std::string> kind;
    Labels labels;
    Duration poll_interval{};  // resolved: source, global, kind's default
    Duration poll_timeout{};
    Duration max_age{};
    std::optional<Duration> backfill;
    std::string timezone;  // for dates without zone; empty = UTC
    bool allow_private = false;
    std::string proxy_url;
    std::string ca_file;
    std::string user_agent;
    std::string lang;          // declared by the operator
    std::vector<Form> ignore;  // forms that are stored but match no rule: reposts, replies, ...
    Options options;           // of the kind (base_url among them)
};

// What a word of a term finds: every inflected form of the same dictionary word, or itself alone.
enum class Forms { light, none };

struct Term {
    Located<std::string> text;  // `*` of a prefix word still in it
    std::string lang;           // key it stood under; empty = let the script decide
    Forms forms = Forms::light;
};

// The terms of a `terms_file`. There may be a million of them: each costs its line and one number.
struct TermsFile {
    std::shared_ptr<const SourceText> file;
    std::vector<std::uint32_t> starts;  // byte of the first character of each term
    std::string lang;                   // as in Term
    Forms forms = Forms::light;

    [[nodiscard]] std::string_view term(std::size_t i) const;
};

struct ConceptConfig {
    Located<std::string> name;
    std::vector<Term> terms;
    std::vector<TermsFile> terms_files;

    // Calls `use(std::string_view text, const std::string& lang, Forms forms)` with every term, or
    // with those of one language when `of_lang` is not empty.
    template <typename Use>
    void each_term(const std::string& of_lang, Use use) const {
        for (const Term& one : terms)
            if (of_lang.empty() || one.lang == of_lang) use(one.text.value, one.lang, one.forms);
        for (const TermsFile& file : terms_files)
            for (std::size_t i = 0; i < file.starts.size(); ++i)
                if (of_lang.empty() || file.lang == of_lang)
                    use(file.term(i), file.lang, file.forms);
    }
};

// One condition of a rule. The mapping form and the expression form make the same tree.
struct MatchNode {
    enum class Kind {
        all,
        any,
        none,
        near,
        before,
        phrase,
        exact,
        regex,
        concept_,
        field,
        everything
    };

    Kind kind = Kind::phrase;
    Span span;
    std::string
        text;  // phrase, exact, regex (without slashes), concept name ("x" or "x.en"), field's text
    // title text author link tag mention quote alt; exact, regex and concepts: the one text that
    // they are searched in (title text author quote alt), empty = those that a rule reads
    std::string field;
    Forms forms = Forms::light;  // phrase, field; a concept: none = of none of its terms
    bool ignore_case = false;    // regex
    int within = 0;              // near, before: words between
    int at_least = 1;            // any
    std::vector<MatchNode> children;
};

enum class MatcherOp { equal, not_equal, regex, not_regex };

// `name` (bare), `label=value`, `!=`, `=~`, `!~`; parts of one string joined by commas are AND.
struct MatcherConfig {
    struct Part {
        std::string label;  // empty: a bare name
        MatcherOp op = MatcherOp::equal;
        std::string value;
    };
    std::vector<Part> parts;
    Span span;
};

struct RuleConfig {
    Located<std::string> name;
    std::string description;
    Severity severity = Severity::warning;
    std::vector<MatcherConfig> from, not_from;
    MatchNode match;
    std::optional<WatchConfig> watch;  // alerts when this happens over time
    std::vector<Form> forms{Form::post, Form::reply, Form::quote, Form::article};
    bool on_edit = false;    // `edit` in statements: alert even if it matched before
    bool on_delete = false;  // `delete`: alert when a statement that matched is taken down
    bool include_quoted = false;
    bool confusables = false;  // letters of other scripts that look alike are the same
    Labels labels;
    std::vector<Located<std::string>> examples_match, examples_no_match;
};

struct RouteConfig {
    Span span;
    Located<std::string> receiver;  // inherited from the parent when not given
    std::vector<MatcherConfig> matchers;
    bool continue_ = false;
    std::optional<std::vector<std::string>> group_by;  // inherited
    std::optional<Duration> group_wait, group_interval;
    std::vector<RouteConfig> routes;
};

struct TargetConfig {
    std::string kind;  // webhook slack email file
    Options options;
    Span span;
};

struct ReceiverConfig {
    Located<std::string> name;
    std::vector<TargetConfig> targets;
};

struct Config {
    std::filesystem::path file;
    std::vector<std::string> files;  // everything that was read, in order
    GlobalConfig global;
    StorageConfig storage;
    WebConfig web;
    std::vector<SourceConfig> sources;
    std::vector<ConceptConfig> concepts;
    std::vector<RuleConfig> rules;
    std::optional<RouteConfig> route;
    std::optional<RouteConfig> operations;  // for operational events: no grouping
    std::vector<ReceiverConfig> receivers;
};

struct LoadOptions {
    std::filesystem::path file;
    KindSpecs kinds;
    // Rules and concepts of these files instead of the rules of `file`; a concept of theirs stands
    // in for one of that name. `file` may then be empty: no sources, routes and receivers.
    std::vector<std::filesystem::path> rule_files;
    // Secrets are looked up in $CREDENTIALS_DIRECTORY first (spokeswatch_NAME, then NAME), then
    // beside the file that names them. `match` and `replay --dry-run` do not need them.
    bool read_secrets = true;
};

// Reads the main file and everything it includes. Every fault of every file is in `diagnostics`;
// the Config is whole only when there is no error among them.
Config load_config(const LoadOptions& options, Diagnostics& diagnostics);

}  // namespace spokeswatch
