#include "text/word_endings.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "text/word_list.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t stem_letters_min = 3;

bool ends_with(std::string_view word, std::string_view ending) {
    return word.size() >= ending.size() && word.substr(word.size() - ending.size()) == ending;
}

bool is_consonant(char c) {
    return c >= 'a' && c <= 'z' && std::string_view("aeiou").find(c) == std::string_view::npos;
}

// Endings of one declension. `headword`: of the dictionary's word and its plural; `others`: of the
// other cases. "-" is no ending. `after`: what must stand before the ending; empty: anything.
struct Declension {
    std::string_view headword;
    std::string_view others;
    std::string_view after;
    std::size_t letters_min = stem_letters_min;
    bool surname = false;
};

constexpr std::string_view russian_consonants = "б в г д ж з к л м н п р с т ф х ц ч ш щ";
constexpr std::string_view russian_before_y = "б в д з л м н п р с т ф ц";
constexpr std::string_view russian_before_i = "г ж к х ч ш щ";
constexpr std::string_view russian_vowels = "а е и о у ы э ю я";
constexpr Declension russian_declensions[] = {
    // Two letters are enough here: Ким Чен Ын, Ким Чен Ына.
    {"- ы", "а у ом ем е ов ам ами ах", russian_before_y, 2},
    {"- и", "а у ом ем е ов ей ам ами ах", russian_before_i, 2},
    {"- ы", "а у ем е ев ам ами ах", "ц"},
    {"- а ы", "у ым ом е ой ых ыми", "ов ев ин ын", 4, true},
    {"ый ий ой ая яя ое ее ые ие", "ого его ому ему ым им ом ем ей ую юю ою ею ых их ыми ими", ""},
    {"а ы", "е у ой ою - ам ами ах", russian_before_y},
    {"а и", "е у ой ою ей - ам ами ах", russian_before_i},
    {"я и", "ю е ей ь й ям ями ях", ""},
    {"ь и", "я ю ью ем е ей ям ями ях", russian_consonants},
    {"й и", "я ю ем е ев ям ями ях", russian_vowels},
    {"о а", "у ом е - ам ами ах", russian_consonants},
    {"е я", "ю ем и й ям ями ях", ""},
    {"ец цы", "ца цу цем цом це цев цов цам цами цах", ""},
    {"лец льцы", "льца льцу льцем льце льцев льцам льцами льцах", ""},
    {"ок ки", "ка ку ком ке ков кам ками ках", ""},
    {"ть", "л ла ло ли т м шь те ет ют ем", russian_vowels},
    {"ться", "лся лась лось лись тся мся ется ются", russian_vowels},
};

constexpr std::string_view ukrainian_consonants = "б в г ґ д ж з к л м н п р с т ф х ц ч ш щ";
constexpr std::string_view ukrainian_vowels = "а е и і о у ю я є ї";
constexpr Declension ukrainian_declensions[] = {
    {"- и", "а у ові ом ем і ів ам ами ах", ukrainian_consonants, 2},
    {"- а и", "у ові им і ої ою ій их ими", "ов ев єв ів їв ін ин", 4, true},
    {"ий ій а я е є і", "ого ього ому ьому им ім ої ьої у ю ою ьою их іх ими іми", ""},
    {"а и", "і у ою о - ам ами ах", ukrainian_consonants},
    {"я і ї", "ю ею єю е є ь й ям ями ях", ""},
    {"ь і", "я ю еві єві ем ів ям ями ях", ukrainian_consonants},
    {"й ї", "я ю єві єм їв ям ями ях", ukrainian_vowels},
    {"о а", "у ом і - ам ами ах", ukrainian_consonants},
    {"ець ці", "ця цю цеві цем ців цям цями цях", ""},
    {"ти", "в ла ло ли ть є ють ємо", ukrainian_vowels},
    {"тися", "вся лася лося лися ться ється ються", ukrainian_vowels},
};

bool stands_after(std::string_view stem, std::string_view after) {
    if (after.empty()) return true;
    bool found = false;
    each_word(after, [&](std::string_view end) { found = found || ends_with(stem, end); });
    return found;
}

bool may_stand_before(std::string_view stem, const Declension& table) {
    return code_points(stem) >= table.letters_min && stands_after(stem, table.after);
}

void append(std::vector<std::string>& into, std::string_view stem, std::string_view ending) {
    into.emplace_back(stem);
    if (ending != "-") into.back() += ending;
}

struct Ending {
    const Declension* table = nullptr;
    std::string_view text;  // "-" is none
    bool headword = false;
};

template <std::size_t size>
EndingMap<Ending> endings_of(const Declension (&tables)[size]) {
    EndingMap<Ending> endings;
    for (const Declension& table : tables) {
        for (const bool headword : {true, false})
            each_word(headword ? table.headword : table.others, [&](std::string_view text) {
                endings.add(text == "-" ? std::string_view{} : text, {&table, text, headword});
            });
    }
    return endings;
}

// Calls `use(ending, stem)` for each ending of a declension that the word may have.
template <typename Use>
void each_ending(std::string_view word, FormLanguage language, Use use) {
    // Kept for ever: other statics may ask while the program ends.
    static const auto& russian = *new EndingMap<Ending>(endings_of(russian_declensions));
    static const auto& ukrainian = *new EndingMap<Ending>(endings_of(ukrainian_declensions));
    const EndingMap<Ending>& endings = language == FormLanguage::russian ? russian : ukrainian;
    endings.each(word, [&](const Ending& ending, std::string_view stem) {
        if (may_stand_before(stem, *ending.table)) use(ending, stem);
    });
}

bool is_genitive_plural(std::string_view ending) {
    for (const std::string_view genitive : {"ов", "ев", "ей", "ів", "їв", "ь"})
        if (ends_with(ending, genitive)) return true;
    return false;
}

// "окно": "окон"; "письмо": "писем"; "земля": "земель".
void fleeting_vowels(std::string_view headword, std::vector<std::string>& into) {
    constexpr std::size_t letter = 2;  // bytes of a Cyrillic one
    if (headword.size() < 4 * letter) return;
    const std::string_view end = headword.substr(headword.size() - letter);
    if (end != "а" && end != "о" && end != "я") return;
    std::string_view stem = headword.substr(0, headword.size() - letter);
    const std::string_view last = stem.substr(stem.size() - letter);
    stem.remove_suffix(letter);
    const auto is_one_of = [](std::string_view one, std::string_view list) {
        return list.find(one) != std::string_view::npos;
    };
    if (!is_one_of(last, russian_consonants)) return;
    if (ends_with(stem, "ь"))
        stem.remove_suffix(letter);
    else if (!is_one_of(stem.substr(stem.size() - letter), russian_consonants))
        return;
    for (const std::string_view vowel : {"е", "о"}) {
        append(into, stem, vowel);
        into.back() += last;
        if (end == "я") append(into, std::string(into.back()), "ь");
    }
}

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

bool doubles(std::string_view base) {
    const std::size_t size = base.size();
    const bool qu = size > stem_letters_min && base[size - 3] == 'u' && base[size - 4] == 'q';
    return size >= stem_letters_min && is_consonant(base[size - 1]) && is_vowel(base[size - 2]) &&
           (is_consonant(base[size - 3]) || qu) &&
           std::string_view("hwxy").find(base.back()) == std::string_view::npos;
}

}  // namespace

void english_bases(std::string_view word, std::vector<std::string>& into) {
    const auto without = [&](std::size_t letters, std::string_view instead) {
        const std::string_view stem = word.substr(0, word.size() - letters);
        if (stem.size() + instead.size() >= stem_letters_min) append(into, stem, instead);
    };
    if (word.size() <= stem_letters_min) return;
    if (ends_with(word, "ies") || ends_with(word, "ied")) without(3, "y");
    if (ends_with(word, "s")) {
        if (ends_with(word, "ss") || ends_with(word, "us") || ends_with(word, "is")) return;
        without(1, "");
        for (const std::string_view before : {"ses", "xes", "zes", "ches", "shes", "oes"})
            if (ends_with(word, before)) without(2, "");
        return;
    }
    const std::size_t ending = ends_with(word, "ed") ? 2 : ends_with(word, "ing") ? 3 : 0;
    if (ending == 0) return;
    without(ending, "");
    without(ending, "e");
    const std::string_view stem = word.substr(0, word.size() - ending);
    if (stem.size() > 1 && is_consonant(stem.back()) && stem.back() == stem[stem.size() - 2])
        without(ending + 1, "");
}

void english_forms(std::string_view base, std::vector<std::string>& into) {
    if (base.size() < 2) return;
    const std::string_view stem = base.substr(0, base.size() - 1);
    if (base.back() == 'y' && is_consonant(base[base.size() - 2])) {
        append(into, stem, "ies");
        append(into, stem, "ied");
        append(into, base, "ing");
        return;
    }
    bool hisses = false;
    for (const std::string_view end : {"s", "x", "z", "ch", "sh", "o"})
        hisses = hisses || ends_with(base, end);
    append(into, base, hisses ? "es" : "s");
    if (base.back() == 'o') append(into, base, "s");
    if (base.back() == 'e') {
        append(into, base, "d");
        append(into, stem, "ing");
    } else {
        append(into, base, "ed");
        append(into, base, "ing");
    }
}

void english_unlinked_forms(std::string_view base, std::vector<std::string>& into) {
    if (doubles(base)) {
        std::string stem(base);
        stem += base.back();
        append(into, stem, "ed");
        append(into, stem, "ing");
    }
    for (const std::string_view end : {"ee", "oe", "ye"})
        if (ends_with(base, end)) append(into, base, "ing");
    if (base.size() > 1 && base.back() == 'o' && is_consonant(base[base.size() - 2]))
        append(into, base, "es");
}

void declined(
    std::string_view word, FormLanguage language, Declensions which, std::vector<std::string>& into
) {
    each_ending(word, language, [&](const Ending& ending, std::string_view stem) {
        if (which == Declensions::surnames && !ending.table->surname) return;
        const auto with = [&](std::string_view other) { append(into, stem, other); };
        each_word(ending.table->headword, with);
        each_word(ending.table->others, with);
    });
}

void genitive_plurals(
    std::string_view headword, FormLanguage language, std::vector<std::string>& into
) {
    fleeting_vowels(headword, into);
    each_ending(headword, language, [&](const Ending& ending, std::string_view stem) {
        if (!ending.headword) return;
        each_word(ending.table->others, [&](std::string_view other) {
            if (is_genitive_plural(other)) append(into, stem, other);
        });
    });
}

void genitive_headwords(
    std::string_view genitive, FormLanguage language, std::vector<std::string>& into
) {
    each_ending(genitive, language, [&](const Ending& ending, std::string_view stem) {
        if (ending.headword || !is_genitive_plural(ending.text)) return;
        each_word(ending.table->headword, [&](std::string_view other) {
            append(into, stem, other);
        });
    });
}

}  // namespace spokeswatch
