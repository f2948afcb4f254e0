#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"
#include "config/secrets.hpp"

// What the readers of the sections share while one configuration is loaded. Each section has a
// file of its own: global.cpp, sources.cpp, concepts.cpp, rules.cpp with match.cpp, ...

namespace spokeswatch {

// Names of one sort of thing over all files, in the order of definition.
class Names {
  public:
    explicit Names(std::string what) : what_(std::move(what)) {}
    // Reports a name that is already there, with both places.
    void add(const Located<std::string>& name, Diagnostics& diagnostics);
    [[nodiscard]] bool has(const std::string& name) const { return spans_.contains(name); }
    // Reports a name that nothing has.
    void require(const Located<std::string>& name, Diagnostics& diagnostics) const;
    [[nodiscard]] const std::vector<Located<std::string>>& all() const { return all_; }

  private:
    std::string what_;
    std::vector<Located<std::string>> all_;
    std::map<std::string, Span> spans_;
};

struct Loading {
    Loading(const LoadOptions& o, Config& c, Diagnostics& d)
        : options(o),
          config(c),
          diagnostics(d),
          reader(d),
          files(d),
          secrets(files, o.read_secrets, d) {}

    const LoadOptions& options;
    Config& config;
    Diagnostics& diagnostics;
    Reader reader;
    Files files;
    SecretReader secrets;
    Options globals;  // keys under `global` that stand in for options of kinds
    Names sources{"source"}, concepts{"concept"}, rules{"rule"}, receivers{"receiver"};
};

// Reads the options of a kind. `owner`: "source `x`"; `owner_span`: where to report a missing one.
void read_options(
    Loading& loading,
    const std::vector<OptionSpec>& specs,
    const Mapping& map,
    const std::string& owner,
    const Span& owner_span,
    Options& into
);
// A path as it stands in `value`, against the folder of its file.
std::filesystem::path path_from(const Loading& loading, Yaml value);

// Keys under `global` that stand in for options of kinds.
std::vector<std::string> global_keys_of_kinds(const KindSpecs& kinds);
void read_global(Loading& loading, const Mapping& map);
void read_storage(Loading& loading, const Mapping& map);
void read_web(Loading& loading, const Mapping& map);
void read_source(Loading& loading, Yaml item);
void read_concept(Loading& loading, Yaml item);
void read_rule(Loading& loading, Yaml item);
void read_receiver(Loading& loading, Yaml item);
void read_route(Loading& loading, Yaml value);
void read_operations(Loading& loading, Yaml value);
// The route of a set-up that states none: to the only receiver.
void default_route(Loading& loading);

// `match` of a rule whose terms have these forms. False when it is wrong; what is wrong is
// reported.
bool read_match(Loading& loading, Yaml value, Forms forms, MatchNode& into);
// `forms` of a mapping; `into` stays when the key is absent. False when it is wrong.
bool read_forms(Reader& reader, const Mapping& map, Forms& into);
// The `*` of a prefix word needs letters before it. False when it is reported.
bool check_term(const Located<std::string>& term, Diagnostics& diagnostics);
// Warns of words and signs of a phrase that were meant to join several: in the whole text of
// `match`, and in a text that stands in a list or for one (`in_list` false).
void lint_lone_phrase(Yaml value, Diagnostics& diagnostics);
void lint_listed_phrase(Yaml value, bool in_list, Diagnostics& diagnostics);
// Items of `from`, `not_from`, `matchers`. `bare_names`: a name alone is allowed.
std::vector<MatcherConfig> read_matchers(
    Loading& loading, const Mapping& map, std::string_view key, bool bare_names
);

// The watch of a rule, behind `match` and `statements`: what a rule watches over time.
std::span<const std::string_view> watch_keys();
// Also one that is misspelt.
bool has_watch(const Mapping& rule);
void read_watch(Loading& loading, const Mapping& map, RuleConfig& into);
// Names that a watch uses. False when one of them exists nowhere.
bool check_watch(Loading& loading, const RuleConfig& rule);

// Names that stand in `from`, `concept`, `receiver` and exist nowhere. A rule with an unknown
// concept loses its `match`.
void check_references(Loading& loading);

}  // namespace spokeswatch
