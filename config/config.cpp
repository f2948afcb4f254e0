#include "config/config.hpp"

#include "config/codes.hpp"
#include "config/lint.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

// A tree of routes, and where its key stands.
struct OneTree {
    Yaml value;
    Span key;
};

// Sections of all files, put together.
struct Sections {
    explicit Sections(Diagnostics& diagnostics)
        : global(Section::global, "`global`", diagnostics),
          storage(Section::storage, "`storage`", diagnostics),
          web(Section::web, "`web`", diagnostics) {}

    Mapping global, storage, web;
    std::vector<Yaml> sources, concepts, rules, receivers;
    OneTree route, operations;
};

void append(std::vector<Yaml>& to, const std::vector<Yaml>& items) {
    to.insert(to.end(), items.begin(), items.end());
}

// `route` or `operations`: one in all files.
void collect_tree(Loading& loading, const Mapping& file, const char* key, OneTree& into) {
    const Yaml tree = file[key];
    if (!tree) return;
    if (into.value) {
        Diagnostic& fault = loading.diagnostics.error(
            code::set_twice, file.key_span(key), cited(key) + " is set in two files"
        );
        fault.label = "second " + std::string(key);
        fault.secondary.push_back({into.key, "first one is here"});
        return;
    }
    into.value = tree;
    into.key = file.key_span(key);
}

// Of a file that is read apart: rules, and concepts that stand in for those of the same name.
void collect_apart(Loading& loading, const ConfigFile& document, Sections& into) {
    Mapping file(Section::file, "", loading.diagnostics);
    if (!file.add(document.tree->root())) return;
    append(into.rules, loading.reader.items(file, "rules", "rule"));
    for (const Yaml item : loading.reader.items(file, "concepts", "concept")) {
        const Yaml name = value_of(item, "name");
        std::erase_if(into.concepts, [&](Yaml other) {
            const Yaml known = value_of(other, "name");
            const bool named = name && known && name.is_scalar() && known.is_scalar();
            return named && known.text() == name.text() &&
                   known.span().file.get() != name.span().file.get() &&
                   !loading.files.of(known.span()).apart;
        });
        into.concepts.push_back(item);
    }
}

void collect(Loading& loading, const ConfigFile& document, Sections& into) {
    if (document.apart) return collect_apart(loading, document, into);
    Mapping file(Section::file, "", loading.diagnostics);
    if (!file.add(document.tree->root())) return;
    if (document.rules_only) {
        for (const Mapping::Pair& pair : file.pairs()) {
            const std::string& key = pair.key.text();
            if (key == "rules" || key == "concepts") continue;
            loading.diagnostics
                .error(
                    code::unknown_key, pair.key.span(), cited(key) + " cannot stand in a rule file"
                )
                .label = "only `rules` and `concepts` stand here; name other files by `include`";
        }
    } else {
        const std::vector<std::string> more = global_keys_of_kinds(loading.options.kinds);
        if (const Yaml global = file["global"]) into.global.add(global, more);
        if (const Yaml storage = file["storage"]) into.storage.add(storage);
        if (const Yaml web = file["web"]) into.web.add(web);
        append(into.sources, loading.reader.items(file, "sources", "source"));
        append(into.receivers, loading.reader.items(file, "receivers", "receiver"));
        collect_tree(loading, file, "route", into.route);
        collect_tree(loading, file, "operations", into.operations);
    }
    const bool replaced = !loading.options.rule_files.empty();
    append(into.concepts, loading.reader.items(file, "concepts", "concept"));
    if (!replaced) append(into.rules, loading.reader.items(file, "rules", "rule"));
}

}  // namespace

Config load_config(const LoadOptions& options, Diagnostics& diagnostics) {
    Config config;
    Loading loading(options, config, diagnostics);
    config.file = options.file;
    if (!options.file.empty()) loading.files.read_all(options.file);
    for (const auto& path : options.rule_files) loading.files.read_apart(path);

    Sections sections(diagnostics);
    for (const auto& document : loading.files.documents()) {
        config.files.push_back(document->path.string());
        collect(loading, *document, sections);
    }
    read_global(loading, sections.global);
    read_storage(loading, sections.storage);
    read_web(loading, sections.web);
    for (const Yaml item : sections.sources) read_source(loading, item);
    for (const Yaml item : sections.concepts) read_concept(loading, item);
    for (const Yaml item : sections.rules) read_rule(loading, item);
    for (const Yaml item : sections.receivers) read_receiver(loading, item);
    // A name may stand in a file that could not be read: then nobody can say that it is unknown.
    const bool complete = loading.files.complete();
    if (sections.route.value)
        read_route(loading, sections.route.value);
    else if (complete)
        default_route(loading);
    if (sections.operations.value) read_operations(loading, sections.operations.value);
    if (complete) check_references(loading);
    lint(loading, complete && !diagnostics.has_errors());
    // What is left can be compiled, so that one run also tells what only compiling finds.
    std::erase_if(config.rules, [](const RuleConfig& rule) { return !rule.match.span.file; });
    return config;
}

}  // namespace spokeswatch
