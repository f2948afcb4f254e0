#include "text/word_forms.hpp"

#include <algorithm>
#include <mutex>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/affix_dictionary.hpp"
#include "text/fold.hpp"
#include "text/irregular_words.hpp"
#include "text/word_endings.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t word_letters_max = 40;  // longer ones are no words
// Shorter words ("len", "thu") are seldom meant by what looks like their plural.
constexpr std::size_t plural_letters_min = 4;

struct DictionaryName {
    const char* file;
    const char* package;
};
constexpr DictionaryName dictionary_names[form_languages] = {
    {"en_US", "hunspell-en-us"}, {"ru_RU", "hunspell-ru"}, {"uk_UA", "hunspell-uk"}};

const DictionaryName& name_of(FormLanguage language) {
    return dictionary_names[static_cast<std::size_t>(language)];
}

enum class Script { none, latin, cyrillic };

// Of a word whose letters are all of one script; none for all else.
Script script_of(std::string_view word) {
    Script script = Script::none;
    std::size_t at = 0;
    while (at < word.size()) {
        const char32_t c = decode(word, at);
        Script one = Script::none;
        if (c >= 'a' && c <= 'z') one = Script::latin;
        if (c >= 0x430 && c < 0x530) one = Script::cyrillic;
        if (one == Script::none || (script != Script::none && one != script)) return Script::none;
        script = one;
    }
    return script;
}

// і ї є ґ, small or capital.
bool has_ukrainian_letter(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0xD0 || lead > 0xD2) continue;
        const auto trail = static_cast<unsigned char>(text[++i]);
        if (lead == 0xD0 && (trail == 0x84 || trail == 0x86 || trail == 0x87)) return true;
        if (lead == 0xD1 && (trail == 0x94 || trail == 0x96 || trail == 0x97)) return true;
        if (lead == 0xD2 && (trail == 0x90 || trail == 0x91)) return true;
    }
    return false;
}

// Languages of other scripts say nothing about a word in this one.
bool is_written_in(Script script, std::string_view language) {
    static constexpr std::string_view neither[] = {
        "zh",
        "ja",
        "ko",
        "ar",
        "fa",
        "ur",
        "he",
        "el",
        "th",
        "hi",
        "bn",
        "ta",
        "my",
        "ka",
        "hy",
        "am"};
    static constexpr std::string_view cyrillic[] = {
        "ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn"};
    if (std::find(std::begin(neither), std::end(neither), language) != std::end(neither))
        return false;
    const bool found =
        std::find(std::begin(cyrillic), std::end(cyrillic), language) != std::end(cyrillic);
    return found == (script == Script::cyrillic);
}

// Endings of the English dictionary that inflect. Its others make another word, of which some are
// the plural ("leaders" is "lead" with "ers").
constexpr std::string_view english_inflections = "SDG", english_verb_endings = "DG",
                           english_derived_plurals = "ZJX";

class Forms {
  public:
    Forms(const AffixDictionary* dictionary, FormLanguage language, std::vector<std::string>& into)
        : dictionary_(dictionary), language_(language), into_(into), from_(into.size()) {}

    void english(std::string_view word) {
        add(word);
        if (is_only_itself(word)) {
            if (!ends_with_s(word)) add(std::string(word) + "s");
            return;
        }
        const std::vector<AffixDictionary::Root> roots = roots_of(word);
        for (const AffixDictionary::Root& root : roots) {
            if (root.ending == 0)
                english_base(word);
            else if (root.word.size() == 1)
                continue;  // "us" is not several of "u"
            else if (english_inflections.find(root.ending) != std::string_view::npos)
                english_base(root.word);
            else if (english_derived_plurals.find(root.ending) != std::string_view::npos)
                english_base(word.substr(0, word.size() - 1));
            else
                english_base(word);
        }
        std::vector<std::string> guesses;
        english_bases(word, guesses);
        for (const std::string& guess : guesses)
            if (roots.empty() || links_unlisted(guess, word)) english_base(guess);
        if (roots.empty()) english_base(word);
        irregular(word);
    }

    void slavic(std::string_view word, bool name) {
        add(word);
        const std::vector<AffixDictionary::Root> roots = roots_of(word);
        const bool listed = std::any_of(roots.begin(), roots.end(), [](const auto& root) {
            return root.ending == 0;
        });
        const bool bare = listed && dictionary_->has_bare(word);
        const std::size_t before = into_.size();
        if (name || roots.empty()) declined(word, language_, Declensions::surnames, into_);
        const bool surname = into_.size() > before && !listed;
        if (!surname)
            for (const AffixDictionary::Root& root : roots) slavic_base(root.word);
        // Acronyms stand in dictionaries without endings.
        if ((roots.empty() && !surname) || (name && bare))
            declined(word, language_, Declensions::all, into_);
        if (bare) {
            std::vector<std::string> guesses;
            genitive_headwords(word, language_, guesses);
            for (const std::string& guess : guesses)
                if (dictionary_->has(guess)) slavic_base(guess);
        }
        irregular(word);
    }

    void finish() {
        std::sort(into_.begin() + from(), into_.end());
        into_.erase(std::unique(into_.begin() + from(), into_.end()), into_.end());
    }

  private:
    static bool ends_with_s(std::string_view word) { return !word.empty() && word.back() == 's'; }
    [[nodiscard]] std::ptrdiff_t from() const { return static_cast<std::ptrdiff_t>(from_); }
    void add(std::string_view word) { into_.emplace_back(word); }

    [[nodiscard]] std::vector<AffixDictionary::Root> roots_of(std::string_view word) const {
        std::vector<AffixDictionary::Root> roots;
        if (dictionary_ != nullptr) dictionary_->roots(word, roots);
        return roots;
    }

    void english_base(std::string_view base) {
        add(base);
        const bool known = dictionary_ != nullptr && !roots_of(base).empty();
        if (!known) {
            english_forms(base, into_);
            if (dictionary_ == nullptr) english_unlinked_forms(base, into_);
            return;
        }
        const std::size_t before = into_.size();
        dictionary_->forms(base, english_inflections, into_);
        english_unlisted(base, into_);
        into_.erase(
            std::remove_if(
                into_.begin() + static_cast<std::ptrdiff_t>(before),
                into_.end(),
                [&](const std::string& form) {
                    return is_only_itself(form) || is_of_silent_e(base, form);
                }
            ),
            into_.end()
        );
        std::string plural(base);
        plural += 's';
        for (const AffixDictionary::Root& root : roots_of(plural))
            if (english_derived_plurals.find(root.ending) != std::string_view::npos) add(plural);
    }

    // Forms of a dictionary word that the dictionary does not say at the word itself: it has them
    // behind a prefix ("reported" is "re" with a form of "port"), as words of their own ("planned",
    // "taking"), or not at all ("gathers", "negotiations").
    void english_unlisted(std::string_view base, std::vector<std::string>& into) const {
        std::vector<std::string> verbs;
        dictionary_->forms(base, english_verb_endings, verbs);
        dictionary_->prefixed_forms(base, english_verb_endings, verbs);
        const bool verb = !verbs.empty();
        dictionary_->prefixed_forms(base, english_inflections, into);
        const auto groups = irregular_words(base, language_);
        const bool irregular = std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
            return group.front() == base;
        });
        std::vector<std::string> guesses;
        english_unlinked_forms(base, guesses);
        for (const std::string& guess : guesses)
            if (dictionary_->has(guess)) into.push_back(guess);
        guesses.clear();
        english_forms(base, guesses);
        const bool small = dictionary_->has_as_written(base);
        for (const std::string& guess : guesses) {
            std::vector<AffixDictionary::Root> roots = roots_of(guess);
            // Gath is no reason against "gathers".
            roots.erase(
                std::remove_if(
                    roots.begin(),
                    roots.end(),
                    [&](const auto& root) {
                        return root.ending != 0 && small && !dictionary_->has_as_written(root.word);
                    }
                ),
                roots.end()
            );
            const bool own = std::all_of(roots.begin(), roots.end(), [](const auto& root) {
                return root.ending == 0;
            });
            const bool likely =
                ends_with_s(guess)
                    ? roots.empty() || (base.size() >= plural_letters_min &&
                                        (!small || dictionary_->has_as_written(guess)))
                    : verb || (irregular && guess.back() == 'g');
            if (own && likely) into.push_back(guess);
        }
    }

    // "hoping" is of "hope", whatever the dictionary allows "hop".
    [[nodiscard]] bool is_of_silent_e(std::string_view base, const std::string& form) const {
        std::vector<std::string> doubled;
        english_unlinked_forms(base, doubled);
        if (doubled.empty() || base.back() == 'e' || ends_with_s(form)) return false;
        if (form.compare(0, base.size(), base) != 0 || form.size() > base.size() + 3) return false;
        if (form[base.size()] == base.back()) return false;
        return dictionary_->has(std::string(base) + "e");
    }

    // Whether `word` is a form of `base` that the dictionary has without saying so.
    [[nodiscard]] bool links_unlisted(const std::string& base, std::string_view word) const {
        std::vector<std::string> forms;
        if (!dictionary_->has(base)) {
            dictionary_->prefixed_forms(base, english_inflections, forms);
            if (forms.empty()) return false;
        }
        english_unlisted(base, forms);
        return std::find(forms.begin(), forms.end(), word) != forms.end();
    }

    void slavic_base(const std::string& base) {
        add(base);
        dictionary_->forms(base, {}, into_);
        std::vector<std::string> guesses;
        genitive_plurals(base, language_, guesses);
        for (const std::string& guess : guesses)
            if (dictionary_->has_bare(guess)) add(guess);
        irregular(base);
    }

    void irregular(std::string_view word) {
        for (const std::vector<std::string>& group : irregular_words(word, language_)) {
            for (const std::string& form : group) add(form);
            if (dictionary_ != nullptr)
                dictionary_->forms(
                    group.front(),
                    language_ == FormLanguage::english ? english_inflections : std::string_view{},
                    into_
                );
            else if (language_ == FormLanguage::english)
                english_forms(group.front(), into_);
        }
    }

    const AffixDictionary* dictionary_;  // null: not installed
    FormLanguage language_;
    std::vector<std::string>& into_;
    std::size_t from_;
};

}  // namespace

struct WordForms::Dictionary {
    std::once_flag once;
    std::optional<AffixDictionary> words;
};

WordForms::WordForms(std::filesystem::path folder)
    : folder_(std::move(folder)), dictionaries_(new Dictionary[form_languages]) {}
WordForms::~WordForms() = default;

std::filesystem::path WordForms::dictionary_file(FormLanguage language) const {
    return folder_ / (std::string(name_of(language).file) + ".dic");
}

const char* WordForms::dictionary_package(FormLanguage language) {
    return name_of(language).package;
}

const AffixDictionary* WordForms::dictionary(FormLanguage language) const {
    Dictionary& dictionary = dictionaries_[static_cast<std::size_t>(language)];
    std::call_once(dictionary.once, [&] {
        const std::filesystem::path words = dictionary_file(language);
        std::filesystem::path affixes = words;
        affixes.replace_extension(".aff");
        dictionary.words = AffixDictionary::load(affixes, words);
    });
    return dictionary.words ? &*dictionary.words : nullptr;
}

bool WordForms::has_dictionary(FormLanguage language) const {
    return dictionary(language) != nullptr;
}

void WordForms::forms(
    std::string_view word, FormLanguage language, bool name, std::vector<std::string>& into
) const {
    const Script wanted = language == FormLanguage::english ? Script::latin : Script::cyrillic;
    if (script_of(word) != wanted || code_points(word) > word_letters_max) {
        into.emplace_back(word);
        return;
    }
    Forms forms(dictionary(language), language, into);
    if (language == FormLanguage::english)
        forms.english(word);
    else
        forms.slavic(word, name);
    forms.finish();
}

std::optional<FormLanguage> form_language(
    std::string_view word, std::string_view term, std::string_view tag
) {
    const Script script = script_of(word);
    if (script == Script::none || code_points(word) > word_letters_max) return std::nullopt;
    std::string language;
    for (const char c : tag.substr(0, tag.find_first_of("-_"))) language += ascii_lower(c);
    if (language.empty() || !is_written_in(script, language)) {
        if (script == Script::latin) return FormLanguage::english;
        return has_ukrainian_letter(term) ? FormLanguage::ukrainian : FormLanguage::russian;
    }
    if (language == "en") return FormLanguage::english;
    if (language == "ru") return FormLanguage::russian;
    if (language == "uk") return FormLanguage::ukrainian;
    return std::nullopt;
}

const WordForms& system_word_forms() {
    // Kept for ever: it outlives every thread that may ask.
    static const WordForms& forms = *new WordForms("/usr/share/hunspell");
    return forms;
}

}  // namespace spokeswatch
