#include "text/abbreviations.hpp"

#include <string_view>
#include <unordered_set>

#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

// Words behind which a full stop ends no sentence, folded. Only those that stand before what they
// belong to: after "etc." or "млн." a new sentence is as likely.
constexpr std::string_view abbreviations[] = {
    "mr",  "mrs",  "ms",  "messrs", "dr",    "prof", "st",   "ste",  "sen",  "rep",  "gov",   "gen",
    "col", "lt",   "maj", "sgt",    "capt",  "cmdr", "adm",  "rev",  "hon",  "pres", "amb",   "sec",
    "mt",  "ft",   "jr",  "sr",     "vs",    "inc",  "ltd",  "corp", "bros", "co",   "jan",   "feb",
    "aug", "sept", "sep", "oct",    "nov",   "dec",  "dept", "cf",   "mme",  "mlle", "sra",   "nr",
    "bzw", "ул",   "пер", "пл",     "просп", "пр",   "наб",  "им",   "св",   "акад", "проф",  "доц",
    "ген", "полк", "зам", "гл",     "обл",   "респ", "пос",  "дер",  "стр",  "корп", "тов",   "гр",
    "гос", "см",   "ср",  "напр",   "рис",   "табл", "тыс",  "гг",   "вв",   "вул",  "просп",
};

}  // namespace

bool is_abbreviation(std::uint64_t hash) {
    static const std::unordered_set<std::uint64_t> known = [] {
        std::unordered_set<std::uint64_t> hashes;
        for (const std::string_view word : abbreviations) hashes.insert(token_hash(word));
        return hashes;
    }();
    return known.count(hash) != 0;
}

}  // namespace spokeswatch
