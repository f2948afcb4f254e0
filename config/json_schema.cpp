#include "config/json_schema.hpp"

#include <boost/json.hpp>

#include "config/schema.hpp"
#include "config/secrets.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

constexpr const char* draft = "http://json-schema.org/draft-07/schema#";
constexpr const char* duration_pattern =
    "^(0|([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$";
constexpr const char* label_pattern = "^[A-Za-z_][A-Za-z0-9_]*$";

// What other tools read as a number or truth value is a text to us.
json::value scalar() { return json::object{{"type", {"string", "number", "boolean"}}}; }
json::value text_like(const char* pattern) {
    return json::object{{"type", {"string", "number"}}, {"pattern", pattern}};
}
json::value list_of(const json::value& item) {
    return json::object{{"type", "array"}, {"items", item}};
}
json::value one_or_list(const json::value& item) {
    return json::object{{"anyOf", {item, list_of(item)}}};
}
json::value refer(const std::string& name) {
    return json::object{{"$ref", "#/definitions/" + name}};
}
json::value or_nothing(const json::value& schema) {
    return json::object{{"anyOf", {schema, json::object{{"type", "null"}}}}};
}

json::array strings(const std::vector<std::string>& words) {
    json::array out;
    for (const std::string& word : words) out.emplace_back(word);
    return out;
}

// `some text` without the marks of Markdown.
std::string plain(std::string_view markdown) {
    std::string out(markdown);
    std::erase(out, '`');
    return out;
}

std::string name_of(Section section) {
    switch (section) {
        case Section::file:
            return "file";
        case Section::global:
            return "global";
        case Section::heartbeat:
            return "heartbeat";
        case Section::storage:
            return "storage";
        case Section::web:
            return "web";
        case Section::source:
            return "source";
        case Section::concept_:
            return "concept";
        case Section::term:
            return "term";
        case Section::rule:
            return "rule";
        case Section::match:
            return "condition";
        case Section::field:
            return "field";
        case Section::examples:
            return "examples";
        case Section::first_use:
            return "first_use";
        case Section::shift:
            return "shift";
        case Section::silent:
            return "silent";
        case Section::frequency:
            return "frequency";
        case Section::chorus:
            return "chorus";
        case Section::route:
            return "route";
        case Section::operations:
            return "operations";
        case Section::receiver:
            return "receiver";
        case Section::target:
            return "target";
        case Section::test_file:
            return "test_file";
        case Section::test:
            return "test";
        case Section::test_statement:
            return "test_statement";
        case Section::test_expectation:
            return "test_expectation";
        case Section::test_alert:
            return "test_alert";
    }
    return "";
}

json::object whole(std::optional<std::int64_t> low, std::optional<std::int64_t> high) {
    json::object out{{"type", "integer"}};
    if (low) out["minimum"] = *low;
    if (high) out["maximum"] = *high;
    return out;
}

json::value duration() {
    return json::object{
        {"anyOf",
         {json::object{{"type", "string"}, {"minLength", 1}, {"pattern", duration_pattern}},
          json::object{{"const", 0}}}}};
}

// That, or a mapping from language tags to it.
json::value by_language(const json::value& some) {
    return json::object{
        {"anyOf",
         {some,
          json::object{
              {"type", "object"},
              {"minProperties", 1},
              {"propertyNames", json::object{{"pattern", "^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$"}}},
              {"additionalProperties", some}}}}};
}

json::value type_of(ValueType type, const std::vector<std::string>& words, Section section) {
    json::value choice = json::object{{"enum", strings(words)}};
    const json::value member = json::object{{"anyOf", {scalar(), refer("condition")}}};
    switch (type) {
        case ValueType::text:
        case ValueType::path:
        case ValueType::language:
        case ValueType::secret:
            return scalar();
        case ValueType::texts:
            return or_nothing(one_or_list(scalar()));
        case ValueType::matchers:
            return one_or_list(json::object{{"type", "string"}, {"minLength", 1}});
        case ValueType::whole:
            return whole(1, std::nullopt);
        case ValueType::flag:
            return json::object{
                {"anyOf",
                 {json::object{{"type", "boolean"}},
                  json::object{{"enum", {"yes", "no", "on", "off", "true", "false"}}}}}};
        case ValueType::duration:
            return duration();
        case ValueType::silence:
            return json::object{{"anyOf", {duration(), json::object{{"const", "learned"}}}}};
        case ValueType::url:
            return json::object{
                {"type", "string"}, {"pattern", "^[Hh][Tt][Tt][Pp][Ss]?://[^/?:\\s][^\\s]*$"}};
        case ValueType::choice:
            return choice;
        case ValueType::choices:
            return one_or_list(choice);
        case ValueType::name:
            return text_like("^[A-Za-z0-9_.-]{1,64}$");
        case ValueType::time_zone:
            return json::object{{"type", "string"}, {"pattern", "^[A-Z][A-Za-z0-9_+/-]*$"}};
        case ValueType::address:
            return json::object{{"type", "string"}, {"pattern", "^[^ /@]*:[0-9]{1,5}$"}};
        case ValueType::time:
            return json::object{{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}};
        case ValueType::labels:
            return or_nothing(json::object{
                {"type", "object"},
                {"propertyNames", json::object{{"pattern", label_pattern}}},
                {"additionalProperties", scalar()}});
        case ValueType::terms: {
            const json::value term =
                json::object{{"anyOf", {scalar(), refer(name_of(Section::term))}}};
            return by_language(json::object{
                {"anyOf",
                 {term, json::object{{"type", "array"}, {"items", term}, {"minItems", 1}}}}});
        }
        case ValueType::paths_by_language:
            return by_language(json::object{
                {"anyOf",
                 {scalar(), json::object{{"type", "array"}, {"items", scalar()}, {"minItems", 1}}}}}
            );
        case ValueType::match:
            return json::object{{"anyOf", {scalar(), refer("condition")}}};
        case ValueType::members:
            return json::object{
                {"anyOf",
                 {scalar(), json::object{{"type", "array"}, {"items", member}, {"minItems", 1}}}}};
        case ValueType::pair:
            return json::object{
                {"type", "array"}, {"items", member}, {"minItems", 2}, {"maxItems", 2}};
        case ValueType::words_apart:
            return json::object{
                {"anyOf",
                 {whole(0, 50),
                  json::object{
                      {"type", "string"}, {"pattern", "^([0-9]|[1-4][0-9]|50)( words?)?$"}}}}};
        case ValueType::organisations:
            return json::object{
                {"anyOf",
                 {whole(2, 100),
                  json::object{
                      {"type", "string"}, {"pattern", "^([2-9]|[1-9][0-9]|100)( ?orgs?)?$"}}}}};
        case ValueType::mapping:
            return or_nothing(refer(name_of(section)));
        case ValueType::mappings:
            return or_nothing(list_of(refer(name_of(section))));
    }
    return {};
}

void describe(json::object& schema, std::string_view meaning, std::string_view otherwise) {
    std::string text = plain(meaning);
    if (!otherwise.empty()) text += " Default: " + plain(otherwise) + '.';
    if (!text.empty()) schema["description"] = text;
}

// A mapping: its properties, and what must be there.
class Definition {
  public:
    void add(const KeySpec& key) {
        if (key.later) {
            properties_[key.name] = json::object{
                {"description", "Not available in this version."}, {"not", json::object()}};
            return;
        }
        for (const std::string& name : names_of(key)) {
            json::object schema = type_of(key.type, words_of(key), key.section).as_object();
            describe(schema, key.meaning, key.otherwise);
            properties_[name] = std::move(schema);
        }
        if (key.need == Need::yes) need(key.name, key.type == ValueType::secret);
        if (key.need == Need::one_of) alternatives_.emplace_back(required(std::string(key.name)));
        if (!key.beside.empty()) dependencies_[key.name] = json::array{key.beside};
    }

    void add(const OptionSpec& option) {
        json::object schema;
        switch (option.type) {
            case OptionType::whole:
                schema = whole(option.low, option.high);
                break;
            case OptionType::mapping:
                schema = mapping_of(option);
                break;
            default:
                schema = type_of(value_type(option), option.choices, Section::target).as_object();
        }
        describe(schema, option.help, option.otherwise);
        for (const std::string& name : option_keys({option})) properties_[name] = schema;
        // What `global` may hold in another file cannot be asked for here.
        if (option.required && option.global.empty())
            need(option.name, option.type == OptionType::secret);
    }

    void add_list(const std::string& name, const std::string& of, const std::string& meaning) {
        json::object schema = or_nothing(list_of(refer(of))).as_object();
        schema["description"] = meaning;
        properties_[name] = std::move(schema);
    }

    // All of `other`, by reference.
    void inherit(const std::string& other, std::span<const KeySpec> keys) {
        for (const KeySpec& key : keys) {
            for (const std::string& name : names_of(key))
                properties_[name] = refer(other + "/properties/" + name);
            if (key.need == Need::yes) need(key.name, false);
        }
    }

    void set(const std::string& name, json::value schema) { properties_[name] = std::move(schema); }

    [[nodiscard]] json::object finish() && {
        json::object out{{"type", "object"}, {"additionalProperties", false}};
        if (!required_.empty()) out["required"] = std::move(required_);
        if (alternatives_.size() == 1) {
            conditions_.push_back(alternatives_.front());
        } else if (!alternatives_.empty()) {
            conditions_.push_back(json::object{{"anyOf", std::move(alternatives_)}});
        }
        if (!conditions_.empty()) out["allOf"] = std::move(conditions_);
        if (!dependencies_.empty()) out["dependencies"] = std::move(dependencies_);
        out["properties"] = std::move(properties_);
        return out;
    }

  private:
    static json::value required(const std::string& name) {
        return json::object{{"required", json::array{name}}};
    }

    void need(std::string_view name, bool secret) {
        if (!secret) {
            required_.emplace_back(name);
            return;
        }
        json::array any;
        for (const std::string& one : secret_keys(std::string(name))) any.push_back(required(one));
        conditions_.push_back(json::object{{"anyOf", std::move(any)}});
    }

    static json::object mapping_of(const OptionSpec& option) {
        Definition keys;
        for (const OptionSpec& key : option.keys) keys.add(key);
        json::object mapping = std::move(keys).finish();
        if (option.text_key.empty()) return mapping;
        return json::object{{"anyOf", {scalar(), std::move(mapping)}}};
    }

    static ValueType value_type(const OptionSpec& option) {
        switch (option.type) {
            case OptionType::text:
                return ValueType::text;
            case OptionType::url:
                return ValueType::url;
            case OptionType::path:
                return ValueType::path;
            case OptionType::whole:
                return ValueType::whole;
            case OptionType::flag:
                return ValueType::flag;
            case OptionType::duration:
                return ValueType::duration;
            case OptionType::choice:
                return ValueType::choice;
            case OptionType::secret:
                return ValueType::secret;
            case OptionType::texts:
                return ValueType::texts;
            case OptionType::mapping:
                return ValueType::mapping;
        }
        return ValueType::text;
    }

    json::object properties_, dependencies_;
    json::array required_, alternatives_, conditions_;
};

Definition definition_of(Section section) {
    Definition out;
    for (const KeySpec& key : keys_of(section)) out.add(key);
    return out;
}

void add_sources(json::object& definitions, const KindSpecs& kinds) {
    json::array names;
    json::array branches;
    for (const KindSpec& kind : kinds.connectors) {
        const std::string definition = "source_" + kind.name;
        Definition one;
        one.inherit("source", keys_of(Section::source));
        for (const OptionSpec& option : kind.options) one.add(option);
        definitions[definition] = std::move(one).finish();
        names.emplace_back(kind.name);
        branches.push_back(json::object{
            {"if",
             json::object{
                 {"properties", json::object{{"kind", json::object{{"const", kind.name}}}}},
                 {"required", json::array{"kind"}}}},
            {"then", refer(definition)}});
    }
    Definition base = definition_of(Section::source);
    base.set("kind", json::object{{"enum", names}, {"description", "Kind of the source."}});
    json::object source = std::move(base).finish();
    // What each kind adds is judged by the branches.
    source.erase("additionalProperties");
    source["allOf"] = std::move(branches);
    definitions["source"] = std::move(source);
}

void add_receivers(json::object& definitions, const KindSpecs& kinds) {
    Definition receiver = definition_of(Section::receiver);
    for (const KindSpec& kind : kinds.notifiers) {
        Definition target;
        for (const OptionSpec& option : kind.options) target.add(option);
        definitions["target_" + kind.name] = std::move(target).finish();
        receiver.add_list(kind.name + "_configs", "target_" + kind.name, kind.summary);
    }
    definitions["receiver"] = std::move(receiver).finish();
}

void add_condition(json::object& definitions) {
    json::object condition = definition_of(Section::match).finish();
    condition["minProperties"] = 1;
    definitions[name_of(Section::match)] = std::move(condition);
}

json::object document(const char* title, json::object root, json::object definitions) {
    json::object out{{"$schema", draft}, {"title", title}};
    // An empty file is a file.
    root["type"] = json::array{"object", "null"};
    for (auto& member : root) out[member.key()] = std::move(member.value());
    out["definitions"] = std::move(definitions);
    return out;
}

void print(const json::value& value, std::size_t depth, std::string& out) {
    const std::string indent(2 * (depth + 1), ' ');
    const bool object = value.is_object() && !value.get_object().empty();
    // Lists of words stand in one line.
    const bool array =
        value.is_array() && !value.get_array().empty() && !value.get_array().front().is_string();
    if (!object && !array) {
        out += json::serialize(value);
        return;
    }
    out += object ? "{\n" : "[\n";
    bool first = true;
    const auto begin = [&] {
        out += (first ? "" : ",\n") + indent;
        first = false;
    };
    if (object) {
        for (const auto& member : value.get_object()) {
            begin();
            out += json::serialize(json::string(member.key())) + ": ";
            print(member.value(), depth + 1, out);
        }
    } else {
        for (const json::value& item : value.get_array()) {
            begin();
            print(item, depth + 1, out);
        }
    }
    out += '\n' + std::string(2 * depth, ' ') + (object ? "}" : "]");
}

std::string printed(const json::object& schema) {
    std::string out;
    print(schema, 0, out);
    return out + '\n';
}

}  // namespace

std::string json_schema(const KindSpecs& kinds) {
    json::object definitions;
    for (const Section section :
         {Section::heartbeat,
          Section::storage,
          Section::web,
          Section::concept_,
          Section::term,
          Section::rule,
          Section::field,
          Section::examples,
          Section::first_use,
          Section::shift,
          Section::silent,
          Section::frequency,
          Section::chorus,
          Section::route,
          Section::operations})
        definitions[name_of(section)] = definition_of(section).finish();
    Definition global = definition_of(Section::global);
    for (const OptionSpec& option : global_options(kinds)) global.add(option);
    definitions["global"] = std::move(global).finish();
    add_condition(definitions);
    add_sources(definitions, kinds);
    add_receivers(definitions, kinds);
    json::object root = definition_of(Section::file).finish();
    return printed(document("spokeswatch configuration", std::move(root), std::move(definitions)));
}

std::string json_schema_of_tests() {
    json::object definitions;
    for (const Section section :
         {Section::test, Section::test_statement, Section::test_expectation, Section::test_alert})
        definitions[name_of(section)] = definition_of(section).finish();
    json::object root = definition_of(Section::test_file).finish();
    return printed(document("spokeswatch tests of rules", std::move(root), std::move(definitions)));
}

}  // namespace spokeswatch
