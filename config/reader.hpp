#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/diagnostic.hpp"
#include "config/schema.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

// One mapping, or several of different files that are read as one. Adding a mapping reports keys
// that are unknown, of a later version, or set twice.
class Mapping {
  public:
    // `title`: what it is, for messages: "rule `x`"; empty for the top level.
    Mapping(Section section, std::string title, Diagnostics& diagnostics)
        : section_(section), title_(std::move(title)), diagnostics_(diagnostics) {}

    // `more`: keys that are valid besides those of the section. False when it is no mapping.
    bool add(Yaml map, const std::vector<std::string>& more = {});

    // The value of a key; an empty view when it is not there.
    [[nodiscard]] Yaml operator[](std::string_view key) const;
    // Whether an unknown key was taken for a misspelt `key`: then nobody need miss it.
    [[nodiscard]] bool meant(std::string_view key) const;
    // Where the key stands.
    [[nodiscard]] Span key_span(std::string_view key) const;
    // Where the mapping begins; of the first when there are several.
    [[nodiscard]] const Span& span() const { return span_; }
    [[nodiscard]] const std::string& title() const { return title_; }

    struct Pair {
        Yaml key, value;
    };
    [[nodiscard]] const std::vector<Pair>& pairs() const { return pairs_; }

  private:
    void refuse_unknown(Yaml key, const std::vector<std::string>& more);

    Section section_;
    std::string title_;
    Diagnostics& diagnostics_;
    Span span_;
    std::vector<Pair> pairs_;
    std::vector<std::string> meant_;  // keys that unknown ones were to be
};

// The value of a key of a mapping that nobody has checked yet; an empty view when it is not there.
Yaml value_of(Yaml map, std::string_view key);
// "rule `x`", by the name that the item gives itself; "rule" when it gives none.
std::string titled(const std::string& what, Yaml item);

// The words that every mistake of that kind is told with.
Diagnostic& wrong_type(
    Diagnostics& diagnostics, const std::string& what, const std::string& needed, Yaml found
);
Diagnostic& not_in_this_version(Diagnostics& diagnostics, Span span, const std::string& what);
// The word of `here` that another was to be: what other programs call it, or the nearest one; empty
// when there is none.
std::string meant_by(const std::string& word, const std::vector<std::string>& here);
// `unknown_name` with the nearest of `names`, and all of them in a note. `what`: "receiver".
Diagnostic& unknown_name(
    Diagnostics& diagnostics,
    const Located<std::string>& name,
    const std::string& what,
    const std::vector<Located<std::string>>& names
);

// Reads values of mappings into typed fields. A field keeps what it holds when its key is absent
// or wrong; what is wrong is reported. `what` in the functions over single values: "`name`".
class Reader {
  public:
    explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
    [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

    bool text(const Mapping& map, std::string_view key, std::string& into);
    bool flag(const Mapping& map, std::string_view key, bool& into);
    bool duration(
        const Mapping& map, std::string_view key, Duration& into, Duration low = Duration::zero()
    );
    bool duration(
        const Mapping& map,
        std::string_view key,
        std::optional<Duration>& into,
        Duration low = Duration::zero()
    );
    bool url(const Mapping& map, std::string_view key, std::string& into);
    bool time_zone(const Mapping& map, std::string_view key, std::string& into);
    bool labels(const Mapping& map, std::string_view key, Labels& into);
    // `[A-Za-z0-9_.-]{1,64}`. A missing one is reported at the mapping.
    bool name(const Mapping& map, Located<std::string>& into);
    // Where one text stands, it is a list of one. `terms`: a full-width comma between brackets is
    // taken for a slip of the keyboard.
    enum class Texts { any, terms };
    bool texts(
        const Mapping& map,
        std::string_view key,
        std::vector<Located<std::string>>& into,
        Texts kind = Texts::any
    );
    // Reports a full-width comma between unquoted texts in brackets, where it was almost surely to
    // part them. False when there is one.
    bool parted_by_commas(Yaml value);
    // Items of a list of mappings; an absent or empty key is an empty list.
    std::vector<Yaml> items(const Mapping& map, std::string_view key, const std::string& of_what);

    std::optional<std::string> text_of(Yaml value, const std::string& what);
    std::optional<std::int64_t> whole_of(
        Yaml value,
        const std::string& what,
        std::optional<std::int64_t> low,
        std::optional<std::int64_t> high
    );
    std::optional<bool> flag_of(Yaml value, const std::string& what);
    std::optional<Duration> duration_of(
        Yaml value,
        const std::string& what,
        std::optional<Duration> low,
        std::optional<Duration> high
    );
    std::optional<std::string> url_of(Yaml value, const std::string& what);
    std::optional<std::string> choice_of(
        Yaml value, const std::string& what, const std::vector<std::string>& choices
    );
    std::optional<std::vector<Located<std::string>>> texts_of(
        Yaml value, const std::string& what, Texts kind = Texts::any
    );

  private:
    Diagnostics& diagnostics_;
};

// "5 minutes" -> "5m", "30" -> "30s", "1.5 h" -> "1h30m"; empty when nothing can be guessed.
std::string suggest_duration(std::string_view text);
// "two" -> "2", "025" -> "25"; empty when nothing can be guessed.
std::string suggest_whole(std::string_view text);
// Names of label keys: `[A-Za-z_][A-Za-z0-9_]*`.
bool is_label_name(std::string_view text);
bool is_name(std::string_view text);
// Whether tzdata knows the zone; UTC is always known.
bool time_zone_exists(const std::string& name);

}  // namespace spokeswatch
