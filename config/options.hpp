#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"
#include "config/diagnostic.hpp"

// What a kind of source or notifier may be told in YAML. The kind's file states its options in a
// table; the loader checks every value against it, so a factory reads what is there and right.

namespace spokeswatch {

// path: a text; the value is absolute or relative to the working directory, resolved against the
// folder of the file that names it. mapping: of keys of its own; the value of key `b` of mapping
// `a` is kept under the name `a.b`, and `a` itself as a flag that says where it stands.
enum class OptionType { text, url, path, whole, flag, duration, choice, secret, texts, mapping };

struct OptionSpec {
    std::string name;  // YAML key. A secret `x` also has `x_file` and `x_env`
    OptionType type = OptionType::text;
    std::string help;  // one sentence of Markdown, for manuals, editors and messages
    bool required = false;
    std::vector<std::string> choices{};         // for choice
    std::optional<std::int64_t> low{}, high{};  // for whole; for duration in seconds
    std::string global{};            // key under `global:` that stands in when this one is absent
    std::string otherwise{};         // what holds when both are absent, in words; empty: nothing
    std::string example{};           // a value, as it is written in YAML
    std::vector<OptionSpec> keys{};  // of a mapping
    // Of a mapping: the key that a text stands for which is written in place of the mapping.
    std::string text_key{};
};

// Checked values of one mapping. Asking for the wrong type or for an unknown name is a bug of ours.
class Options {
  public:
    using Value =
        std::variant<std::string, std::int64_t, bool, Duration, Secret, std::vector<std::string>>;

    void set(const std::string& name, Value value, Span span);
    // Takes over what `other` holds under `other_name`, place included; false when it has nothing.
    bool set_from(const Options& other, const std::string& other_name, const std::string& name);
    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] std::string text(const std::string& name, std::string otherwise = "") const;
    [[nodiscard]] std::int64_t whole(const std::string& name, std::int64_t otherwise) const;
    [[nodiscard]] bool flag(const std::string& name, bool otherwise) const;
    [[nodiscard]] Duration duration(const std::string& name, Duration otherwise) const;
    [[nodiscard]] Secret secret(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
    // Where the value stands; the mapping itself when the option is absent.
    [[nodiscard]] Span span(const std::string& name) const;
    Span mapping;

  private:
    std::map<std::string, std::pair<Value, Span>> values_;
};

// What the loader needs to know of a kind.
struct KindSpec {
    std::string name;
    std::vector<OptionSpec> options;
    Duration interval_default{};  // sources only
    Duration interval_floor{};    // sources only: below it a warning
    std::string summary{};        // what it is, in a few words
};

struct KindSpecs {
    std::vector<KindSpec> connectors;
    std::vector<KindSpec> notifiers;  // key `<name>_configs`
};

// Keys that the options add to a mapping: of a secret three.
std::vector<std::string> option_keys(const std::vector<OptionSpec>& specs);
// The option whose value is kept under that name, "select.item" among them; null: there is none.
const OptionSpec* find_option(const std::vector<OptionSpec>& specs, std::string_view name);
// Options of kinds that have a key under `global`, under that key's name.
std::vector<OptionSpec> global_options(const KindSpecs& kinds);

}  // namespace spokeswatch
