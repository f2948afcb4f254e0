#include <algorithm>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"
#include "config/terms_file.hpp"

// Concepts: one idea by its terms in several languages.

namespace spokeswatch {

namespace {

bool is_language(const std::string& tag) {
    const std::size_t first = tag.find('-');
    const std::string_view language = std::string_view(tag).substr(0, first);
    return language.size() >= 2 && language.size() <= 3 && tag.size() <= 35 &&
           std::all_of(tag.begin(), tag.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '-';
           });
}

class ConceptReader {
  public:
    ConceptReader(Loading& loading, ConceptConfig& into)
        : loading_(loading), diagnostics_(loading.diagnostics), into_(into) {}

    void read(const Mapping& map) {
        read_forms(loading_.reader, map, forms_);
        const Yaml terms = map["terms"];
        const Yaml files = map["terms_file"];
        if (files) {
            by_language(files, "terms_file");
            if (!terms) return;
        }
        if (terms && !terms.is_empty()) return by_language(terms, "terms");
        if (!terms && map.meant("terms")) return;
        diagnostics_
            .error(
                terms ? code::empty : code::missing_key,
                terms ? terms.span() : map.span(),
                map.title() + " needs `terms`"
            )
            .label = "add `terms: {en: [...], zh: [...]}` or `terms_file: ...`";
    }

  private:
    // A mapping of languages, or what stands under one of them.
    void by_language(Yaml value, const std::string& key) {
        if (!value.is_map() || (key == "terms" && is_term(value)))
            return under_language(value, "", key, cited(key));
        if (value.size() == 0)
            diagnostics_.error(code::empty, value.span(), "`" + key + ": {}` is empty").label =
                "put at least one here";
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string lang = value.key(i).text();
            if (is_language(lang)) {
                under_language(value.value(i), lang, key, cited(lang));
                continue;
            }
            diagnostics_
                .error(code::not_allowed, value.key(i).span(), cited(lang) + " is no language tag")
                .label = "write `en`, `zh`, `ru`, ... or a plain list";
        }
    }

    void under_language(
        Yaml value, const std::string& lang, const std::string& key, const std::string& what
    ) {
        if (key == "terms_file") return files(value, lang, what);
        if (value.is_scalar() || is_term(value)) return term(value, lang, what, false);
        if (!value.is_list()) {
            Diagnostic& fault = wrong_type(diagnostics_, what, "a text or a list of texts", value);
            if (value.is_map() && value.size() > 0) fault.label = "write a list: `[a, b]`";
            return;
        }
        if (value.size() == 0)
            diagnostics_.error(code::empty, value.span(), what + " is empty").label =
                "put at least one term here";
        for (std::size_t i = 0; i < value.size(); ++i) {
            const Yaml item = value.item(i);
            if (!item.is_scalar() || loading_.reader.parted_by_commas(item))
                term(item, lang, what, true);
        }
    }

    void files(Yaml value, const std::string& lang, const std::string& what) {
        if (value.is_scalar()) return file(value, lang);
        const auto texts = loading_.reader.texts_of(value, what);
        if (!texts) return;
        if (texts->empty()) diagnostics_.error(code::empty, value.span(), what + " names no file");
        for (std::size_t i = 0; i < texts->size(); ++i) file(value.item(i), lang);
    }

    void file(Yaml path, const std::string& lang) {
        TermsFile read;
        read.lang = lang;
        read.forms = forms_;
        if (read_terms_file(loading_, path, read)) into_.terms_files.push_back(std::move(read));
    }

    // `{term: ..., forms: none}`.
    static bool is_term(Yaml value) { return value.is_map() && value_of(value, "term"); }

    void term(Yaml value, const std::string& lang, const std::string& what, bool in_list) {
        Term read;
        read.lang = lang;
        read.forms = forms_;
        if (is_term(value)) {
            Mapping map(Section::term, "term", diagnostics_);
            map.add(value);
            if (!read_forms(loading_.reader, map, read.forms)) return;
            value = map["term"];
        }
        const auto text = loading_.reader.text_of(value, "an item of " + what);
        if (!text) return;
        lint_listed_phrase(value, in_list, diagnostics_);
        read.text = {*text, value.span()};
        if (text->find_first_not_of(" \t\n") == std::string::npos)
            diagnostics_.error(code::empty, value.span(), "this term is empty");
        else if (check_term(read.text, diagnostics_))
            into_.terms.push_back(std::move(read));
    }

    Loading& loading_;
    Diagnostics& diagnostics_;
    ConceptConfig& into_;
    Forms forms_ = Forms::light;
};

}  // namespace

void read_concept(Loading& loading, Yaml item) {
    ConceptConfig config;
    Mapping map(Section::concept_, titled("concept", item), loading.diagnostics);
    map.add(item);
    if (loading.reader.name(map, config.name))
        loading.concepts.add(config.name, loading.diagnostics);
    std::string description;
    loading.reader.text(map, "description", description);
    ConceptReader(loading, config).read(map);
    loading.config.concepts.push_back(std::move(config));
}

}  // namespace spokeswatch
