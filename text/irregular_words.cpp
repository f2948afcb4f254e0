#include "text/irregular_words.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "text/word_list.hpp"

namespace spokeswatch {

namespace {

// Irregular forms, the dictionary word first; folded. Forms that a dictionary links need not stand
// here, those that it has as words of their own must.
constexpr std::string_view english_irregular[] = {
    "be is are was were been being am",
    "have has had having",
    "do does did done doing",
    "go went gone goes",
    "say said",
    "make made",
    "take took taken",
    "come came",
    "see saw seen",
    "know knew known",
    "get got gotten",
    "give gave given",
    "find found",
    "think thought",
    "tell told",
    "become became",
    "leave left",
    "feel felt",
    "bring brought",
    "begin began begun",
    "keep kept",
    "hold held",
    "write wrote written writing",
    "stand stood",
    "hear heard",
    "mean meant",
    "meet met",
    "run ran",
    "pay paid",
    "sit sat",
    "speak spoke spoken",
    "lie lay lain lying",
    "lead led",
    "grow grew grown",
    "lose lost",
    "fall fell fallen",
    "send sent",
    "build built",
    "understand understood",
    "draw drew drawn",
    "withdraw withdrew withdrawn",
    "break broke broken",
    "spend spent",
    "rise rose risen",
    "arise arose arisen",
    "drive drove driven",
    "buy bought",
    "sell sold",
    "wear wore worn",
    "choose chose chosen",
    "seek sought",
    "teach taught",
    "catch caught",
    "fight fought",
    "throw threw thrown",
    "overthrow overthrew overthrown",
    "win won",
    "shoot shot",
    "strike struck stricken",
    "steal stole stolen",
    "swear swore sworn",
    "freeze froze frozen",
    "forget forgot forgotten",
    "forgive forgave forgiven",
    "forbid forbade forbidden",
    "fly flew flown",
    "flee fled",
    "feed fed",
    "deal dealt",
    "die dying",
    "tie tying",
    "bind bound",
    "hide hid hidden",
    "hang hung",
    "lend lent",
    "shake shook shaken",
    "sink sank sunk",
    "sing sang sung",
    "spring sprang sprung",
    "sweep swept",
    "swim swam swum",
    "tear tore torn",
    "undergo underwent undergone",
    "undertake undertook undertaken",
    "overcome overcame",
    "uphold upheld",
    "withhold withheld",
    "withstand withstood",
    "eat ate eaten",
    "drink drank drunk",
    "sleep slept",
    "wake woke woken",
    "bear bore borne",
    "breed bred",
    "dig dug",
    "light lit",
    "fire fired firing",
    "pass passes passed passing",
    "mislead misled",
    "rebuild rebuilt",
    "resell resold",
    "foresee foresaw foreseen",
    "oversee oversaw overseen",
    "mistake mistook mistaken",
    "retake retook retaken",
    "rewrite rewrote rewritten",
    "misunderstand misunderstood",
    "outdo outdid outdone",
    "redo redid redone",
    "shrink shrank shrunk",
    "spin spun",
    "beat beaten",
    "bend bent",
    "bleed bled",
    "blow blew blown",
    "burn burnt",
    "learn learnt",
    "leap leapt",
    "spill spilt",
    "cling clung",
    "creep crept",
    "fling flung",
    "lay laid",
    "ride rode ridden",
    "ring rang rung",
    "shine shone",
    "slide slid",
    "speed sped",
    "spit spat",
    "stick stuck",
    "sting stung",
    "stride strode",
    "strive strove striven",
    "swell swollen",
    "swing swung",
    "tread trod",
    "unwind unwound",
    "weave wove woven",
    "weep wept",
    "show shown",
    "prove proven",
    "man men",
    "woman women",
    "child children",
    "foot feet",
    "tooth teeth",
    "mouse mice",
    "wife wives",
    "life lives",
    "knife knives",
    "leaf leaves",
    "half halves",
    "thief thieves",
    "wolf wolves",
    "shelf shelves",
    "calf calves",
    "loaf loaves",
    "self selves",
    "scarf scarves",
    "goose geese",
    "ox oxen",
    "crisis crises",
    "analysis analyses",
    "basis bases",
    "axis axes",
    "thesis theses",
    "oasis oases",
    "synthesis syntheses",
    "parenthesis parentheses",
    "datum data",
    "bacterium bacteria",
    "consortium consortia",
    "forum fora",
    "nucleus nuclei",
    "alumnus alumni",
    "index indices",
    "appendix appendices",
    "bureau bureaux",
    "hypothesis hypotheses",
    "emphasis emphases",
    "diagnosis diagnoses",
    "criterion criteria",
    "phenomenon phenomena",
    "memorandum memoranda",
    "referendum referenda",
    "spokesman spokesmen",
    "spokeswoman spokeswomen",
    "chairman chairmen",
    "chairwoman chairwomen",
    "congressman congressmen",
    "congresswoman congresswomen",
    "serviceman servicemen",
    "servicewoman servicewomen",
    "policeman policemen",
    "ombudsman ombudsmen",
    "fireman firemen",
    "fisherman fishermen",
    "statesman statesmen",
    "businessman businessmen",
    "businesswoman businesswomen",
    "gunman gunmen",
    "clergyman clergymen",
    "countryman countrymen",
    "alderman aldermen",
};

constexpr std::string_view russian_irregular[] = {
    "посол посла послу послом послы послов послам послами послах",
    "человек люди людей людям людьми людях",
    "ребенок дети детей детям детьми детях",
    "мать матери матерью матерей матерям матерями матерях",
    "дочь дочери дочерью дочерей дочерям дочерями дочерях",
    "время времени временем времена времен временам временами временах",
    "имя имени именем имена имен именам именами именах",
    "племя племени племенем племена племен племенам племенами",
    "знамя знамени знаменем знамена знамен знаменам знаменами",
    "сын сыновья сыновей сыновьям сыновьями сыновьях",
    "друг друзья друзей друзьям друзьями друзьях",
    "брат братья братьев братьям братьями братьях",
    "муж мужья мужей мужьям мужьями мужьях",
    "судья судей",
    "семья семей",
    "статья статей",
    "дело дел",
    "деньги денег",
    "церковь церкви церковью церквей церквам",
    "прийти приду придет придем придут",
    "идти иду идет идем идут шел шла шло шли",
    "начать начну начнет начнут",
    "нести нес",
    "дать даст дадут",
    "мочь мог",
    "лед льда льду льдом льде льды льдов",
    "путь пути путем путей путям путями путях",
    "судно судна судну судном судне суда судов судам судами судах",
    "рада рады раде раду радой",
    "принять приму примет примем примут",
    "снять сниму снимет снимем снимут",
    "поднять подниму поднимет поднимем поднимут",
    "занять займу займет займем займут",
    "понять пойму поймет поймем поймут",
    "взять возьму возьмет возьмем возьмут",
    "состояться состоится состоятся",
    "отец отца отцу отцом отце отцы отцов отцам отцами отцах",
    "огонь огня огню огнем огне огни огней огням огнями огнях",
    "врач врачом",
    "господин господа господ господам господами господах",
    "хозяин хозяева хозяев хозяевам хозяевами хозяевах",
    "два две двух двум двумя",
    "три трех трем тремя",
    "лев льва льву львом льве львы львов",
};

// Irregular endings behind any prefix: прийти, вошла; провёл; нанесли; погиб; опроверг.
constexpr std::string_view russian_prefixed[] = {
    "йти шел шла шло шли",
    "вести вел вела вело вели",
    "нести нес несла несло несли",
    "гибнуть гиб гибла гибло гибли",
    "вергнуть верг вергла вергло вергли",
};

constexpr std::string_view ukrainian_irregular[] = {
    "людина люди людей людям людьми людях",
    "дитина діти дітей дітям дітьми дітях",
    "друг друзі друзів друзям друзями друзях",
    "мати матері матірю матерів матерям матерями",
    "імя імені іменем імена імен іменам іменами",
    "час часу",
    "йти іти йде йдуть йшов йшла йшло йшли",
};

// Words that a dictionary reads as an ending on another word, which nobody means.
constexpr std::string_view english_only_themselves[] = {
    "news",
    "hamas",
    "evening",
    "morning",
    "customs",
    "corps",
    "mrs",
    "thing",
    "wicked",
    "rugged",
    "wretched"};

using IrregularWords = std::unordered_map<std::string_view, std::vector<std::string_view>>;

// Every member of a group leads to the group as it is written.
template <std::size_t size>
IrregularWords by_member(const std::string_view (&groups)[size]) {
    IrregularWords words;
    for (const std::string_view group : groups)
        each_word(group, [&](std::string_view word) { words[word].push_back(group); });
    return words;
}

const IrregularWords& irregular_words_of(FormLanguage language) {
    // Kept for ever: other statics may ask while the program ends.
    static const auto& words = *new std::array<IrregularWords, form_languages>{
        by_member(english_irregular), by_member(russian_irregular), by_member(ukrainian_irregular)};
    return words[static_cast<std::size_t>(language)];
}

const EndingMap<std::string_view>& prefixed_families() {
    static const auto& families = *new EndingMap<std::string_view>([] {
        EndingMap<std::string_view> made;
        for (const std::string_view family : russian_prefixed)
            each_word(family, [&](std::string_view member) { made.add(member, family); });
        return made;
    }());
    return families;
}

}  // namespace

std::vector<std::vector<std::string>> irregular_words(
    std::string_view word, FormLanguage language
) {
    std::vector<std::vector<std::string>> groups;
    const IrregularWords& words = irregular_words_of(language);
    if (const auto found = words.find(word); found != words.end())
        for (const std::string_view group : found->second) {
            groups.emplace_back();
            each_word(group, [&](std::string_view one) { groups.back().emplace_back(one); });
        }
    if (language != FormLanguage::russian) return groups;
    prefixed_families().each(word, [&](std::string_view family, std::string_view prefix) {
        if (prefix.empty()) return;
        groups.emplace_back();
        each_word(family, [&](std::string_view other) {
            groups.back().push_back(std::string(prefix).append(other));
        });
    });
    return groups;
}

bool is_only_itself(std::string_view word) {
    return std::find(
               std::begin(english_only_themselves), std::end(english_only_themselves), word
           ) != std::end(english_only_themselves);
}

}  // namespace spokeswatch
