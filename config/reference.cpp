#include "config/reference.hpp"

#include "config/explanations.hpp"
#include "config/manual_text.hpp"
#include "config/schema.hpp"

namespace spokeswatch {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string code(std::string_view text) {
    return text.find('`') == std::string_view::npos ? '`' + std::string(text) + '`'
                                                    : "`` " + std::string(text) + " ``";
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + code(word);
    return out;
}

std::string words_for(ValueType type, const std::vector<std::string>& words) {
    switch (type) {
        case ValueType::text:
            return "text";
        case ValueType::texts:
            return "list of texts";
        case ValueType::whole:
            return "whole number";
        case ValueType::flag:
            return "yes/no";
        case ValueType::duration:
            return "duration";
        case ValueType::url:
            return "URL";
        case ValueType::path:
            return "path";
        case ValueType::choice:
            return listed(words);
        case ValueType::choices:
            return "list of " + listed(words);
        case ValueType::name:
            return "name";
        case ValueType::language:
            return "language tag";
        case ValueType::time_zone:
            return "name of tzdata";
        case ValueType::address:
            return "host and port";
        case ValueType::time:
            return "time";
        case ValueType::labels:
            return "labels";
        case ValueType::matchers:
            return "list of matchers";
        case ValueType::secret:
            return "secret";
        case ValueType::terms:
            return "mapping or list";
        case ValueType::paths_by_language:
            return "path, list of paths, or these by language";
        case ValueType::match:
            return "text or mapping";
        case ValueType::members:
            return "list of conditions";
        case ValueType::pair:
            return "two conditions";
        case ValueType::words_apart:
            return "number of words";
        case ValueType::organisations:
            return "number of organisations";
        case ValueType::silence:
            return "duration, or `learned`";
        case ValueType::mapping:
            return "mapping";
        case ValueType::mappings:
            return "list of mappings";
    }
    return "";
}

std::string words_for(const OptionSpec& option) {
    switch (option.type) {
        case OptionType::text:
            return "text";
        case OptionType::url:
            return "URL";
        case OptionType::path:
            return "path";
        case OptionType::whole:
            return "whole number";
        case OptionType::flag:
            return "yes/no";
        case OptionType::duration:
            return "duration";
        case OptionType::choice:
            return listed(option.choices);
        case OptionType::secret:
            return "secret";
        case OptionType::texts:
            return "list of texts";
        case OptionType::mapping: {
            if (option.text_key.empty()) return "mapping";
            std::vector<std::string> keys;
            for (const OptionSpec& key : option.keys) keys.push_back(key.name);
            return "text, or mapping of " + listed(keys);
        }
    }
    return "";
}

std::string example_of(std::string_view example) { return example.empty() ? "" : code(example); }

std::string otherwise_of(Need need, std::string_view otherwise) {
    if (need != Need::no && otherwise.empty()) return "needed";
    return otherwise.empty() ? "none" : std::string(otherwise);
}

Rows rows_of(std::span<const KeySpec> keys) {
    Rows rows{{"key", "type", "default", "meaning", "example"}};
    for (const KeySpec& key : keys) {
        if (key.later) continue;
        rows.push_back(
            {code(key.name),
             words_for(key.type, words_of(key)),
             otherwise_of(key.need, key.otherwise),
             std::string(key.meaning),
             example_of(key.example)}
        );
    }
    return rows;
}

// A mapping that a text may stand for tells its keys with its type.
void add_rows(const std::vector<OptionSpec>& options, const std::string& prefix, Rows& rows) {
    for (const OptionSpec& option : options) {
        std::string otherwise =
            otherwise_of(option.required ? Need::yes : Need::no, option.otherwise);
        if (!option.global.empty()) {
            std::string global = code(option.global);
            if (!option.required && !option.otherwise.empty()) global += ", else " + otherwise;
            otherwise = std::move(global);
        }
        rows.push_back(
            {code(prefix + option.name),
             words_for(option),
             otherwise,
             option.help,
             example_of(option.example)}
        );
        if (option.text_key.empty()) add_rows(option.keys, prefix + option.name + '.', rows);
    }
}

Rows rows_of(const std::vector<OptionSpec>& options) {
    Rows rows{{"key", "type", "default", "meaning", "example"}};
    add_rows(options, "", rows);
    return rows;
}

void add_options(Page& page, const KindSpecs& kinds, Section section) {
    if (section == Section::global) {
        const std::vector<OptionSpec> options = global_options(kinds);
        page.prose("What these say holds for every receiver that does not say it itself:");
        page.table(rows_of(options));
    }
    if (section == Section::source) {
        for (const KindSpec& kind : kinds.connectors) {
            page.heading(3, "`kind: " + kind.name + "`");
            page.prose(
                kind.summary + ". Polled every `" + format_duration(kind.interval_default) +
                "`, not below `" + format_duration(kind.interval_floor) + "`. [More](connectors/" +
                kind.name + ".md)."
            );
            page.table(rows_of(kind.options));
        }
    }
    if (section == Section::receiver) {
        for (const KindSpec& kind : kinds.notifiers) {
            page.heading(3, "`" + kind.name + "_configs`");
            page.prose("A list: " + kind.summary + ". [More](notifiers/" + kind.name + ".md).");
            page.table(rows_of(kind.options));
        }
    }
}

void add_section(Page& page, const SectionSpec& section, const KindSpecs& kinds) {
    page.heading(section.level, std::string(section.heading));
    page.prose(section.before);
    page.table(rows_of(section.keys));
    page.prose(section.after);
    if (!section.example.empty()) page.code("yaml", std::string(section.example));
    add_options(page, kinds, section.section);
    if (section.section == Section::file) add_values(page);
    if (section.section == Section::examples) add_matchers(page);
}

void add_later(Page& page) {
    page.heading(2, "Words of later versions");
    std::string words;
    for (const SectionSpec& section : all_sections()) {
        std::string of_section;
        for (const KeySpec& key : section.keys) {
            if (!key.later) continue;
            of_section += (of_section.empty() ? "" : ", ") + code(key.name);
        }
        if (of_section.empty()) continue;
        words += "- " + std::string(section.where) + ": " + of_section + '\n';
    }
    page.prose("Known, and refused with \"not available in this version\":\n\n" + words);
    page.prose(later_text);
}

void add_codes(Page& page) {
    page.heading(2, "Codes");
    page.prose(codes_text);
    Rows rows{{"code", "what is wrong"}};
    for (const Explanation& explanation : explanations())
        rows.push_back(
            {std::string(explanation.code),
             (explanation.code.starts_with("SW2") ? "warning: " : "") +
                 std::string(explanation.title)}
        );
    page.table(std::move(rows));
}

}  // namespace

Page configuration_page(const KindSpecs& kinds) {
    Page page;
    page.heading(1, "Configuration");
    add_introduction(page);
    for (const SectionSpec& section : all_sections()) add_section(page, section, kinds);
    add_later(page);
    add_yaml(page);
    add_codes(page);
    return page;
}

}  // namespace spokeswatch
