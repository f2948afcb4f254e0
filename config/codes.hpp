#pragma once

// Every code that the loader reports. A code is stable: people search for it, editors and scripts
// filter by it. SW131 (regular expressions), SW15x (examples) and what else needs a compiled rule
// are reported by rules/.

namespace spokeswatch::code {

// Syntax.
inline constexpr const char* syntax = "SW100";        // not YAML
inline constexpr const char* unknown_key = "SW101";   // key that nothing reads
inline constexpr const char* tab = "SW102";           // tab as indentation
inline constexpr const char* needs_quotes = "SW103";  // bare @, ` or % or a # that starts a comment
inline constexpr const char* full_width = "SW104";    // punctuation of a Chinese keyboard
inline constexpr const char* duplicate_key = "SW105";  // one key twice in a mapping
inline constexpr const char* encoding = "SW106";       // not UTF-8, or control characters
inline constexpr const char* too_much = "SW107";       // size, depth, count
inline constexpr const char* yaml_feature = "SW108";   // merge keys, tags, second document, `on:`
inline constexpr const char* unreadable = "SW109";     // a configuration file that cannot be read

// Values.
inline constexpr const char* wrong_type = "SW110";  // a list where a text is needed, ...
inline constexpr const char* duration = "SW111";
inline constexpr const char* whole_number = "SW112";
inline constexpr const char* empty = "SW113";  // nothing where at least one is needed
inline constexpr const char* missing_key = "SW114";
inline constexpr const char* not_allowed = "SW115";    // out of range, or not one of the words
inline constexpr const char* later_version = "SW116";  // known, but not in this version
inline constexpr const char* match_form = "SW117";     // how the keys of `match` go together
inline constexpr const char* place = "SW118";          // URL, listen address, path, time zone
inline constexpr const char* set_twice = "SW119";      // one value from two files or two keys

// Names.
inline constexpr const char* bad_name = "SW120";
inline constexpr const char* unknown_name = "SW121";
inline constexpr const char* duplicate_name = "SW122";
inline constexpr const char* matcher = "SW123";  // `label=value` that cannot be read

// Sources.
inline constexpr const char* extraction = "SW124";  // selector, pointer, pattern or date format

// Watches.
inline constexpr const char* watch_form = "SW126";  // keys of a rule that do not fit its watch

// Terms.
inline constexpr const char* short_prefix = "SW132";  // too few letters before the `*`
inline constexpr const char* expression = "SW133";    // an expression that cannot be read
inline constexpr const char* term_line = "SW134";     // a line of a `terms_file` that is no term

// Secrets.
inline constexpr const char* secret = "SW141";  // cannot be read

// Lint: warnings.
inline constexpr const char* never_matches = "SW201";
inline constexpr const char* unused = "SW202";
inline constexpr const char* unreachable_route = "SW203";
inline constexpr const char* no_examples = "SW204";
inline constexpr const char* short_term = "SW205";
inline constexpr const char* invisible_character = "SW206";
inline constexpr const char* open_listener = "SW207";
inline constexpr const char* only_none = "SW208";
inline constexpr const char* below_floor = "SW209";
inline constexpr const char* mixed_scripts = "SW210";
inline constexpr const char* readable_secret = "SW211";
inline constexpr const char* private_address = "SW212";
inline constexpr const char* no_files = "SW213";
inline constexpr const char* selects_nothing = "SW214";
inline constexpr const char* operator_as_word = "SW215";
inline constexpr const char* unsigned_webhook = "SW216";  // reported by notifiers/
inline constexpr const char* covered_term = "SW217";
inline constexpr const char* silent_receiver = "SW218";
inline constexpr const char* patterns_always = "SW219";  // reported by rules/

}  // namespace spokeswatch::code
