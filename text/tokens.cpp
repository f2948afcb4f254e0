#include "text/tokens.hpp"

#include <array>
#include <cstring>
#include <random>
#include <unordered_set>

#include "text/entities.hpp"
#include "text/fold.hpp"

namespace spokeswatch {

namespace {

__extension__ using uint128 = unsigned __int128;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    const uint128 product = static_cast<uint128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

struct HashKey {
    HashKey() {
        std::random_device device;
        for (std::uint64_t& word : words)
            word = static_cast<std::uint64_t>(device()) << 32 | device() | 1;
    }
    std::array<std::uint64_t, 3> words{};
};

const HashKey& hash_key() {
    static const HashKey key;
    return key;
}

std::uint64_t keyed_hash(const HashKey& key, const char* bytes, std::size_t size) {
    std::uint64_t hash = key.words[0] ^ size;
    while (size >= 8) {
        std::uint64_t block = 0;
        std::memcpy(&block, bytes, 8);
        hash = mixed(hash ^ block, key.words[1]);
        bytes += 8;
        size -= 8;
    }
    std::uint64_t block = 0;
    for (std::size_t i = 0; i < size; ++i)
        block |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return mixed(mixed(hash ^ block, key.words[1]), key.words[2]);
}

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

bool is_abbreviation(std::uint64_t hash) {
    static const std::unordered_set<std::uint64_t> known = [] {
        std::unordered_set<std::uint64_t> hashes;
        for (const std::string_view word : abbreviations) hashes.insert(token_hash(word));
        return hashes;
    }();
    return known.count(hash) != 0;
}

// ASCII without a look at the lazily built pages.
const std::array<CharEntry, 128>& ascii_entries() {
    static const std::array<CharEntry, 128> entries = [] {
        std::array<CharEntry, 128> table;
        for (char32_t c = 0; c < 128; ++c) table[c] = char_entry(c);
        return table;
    }();
    return entries;
}

// One pass over the text. A word grows at the end of `out.tokens` while `open_`; everything between
// two tokens is gathered in `gap_` and judged when the next one begins.
class Tokeniser {
  public:
    Tokeniser(std::string_view text, Tokens& out)
        : text_(text), out_(out), key_(hash_key()), ascii_(ascii_entries()) {
        out_.folded.clear();
        out_.tokens.clear();
    }

    void run() {
        while (at_ < text_.size()) {
            start_ = at_;
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (byte < 0x80) {
                ++at_;
                const CharEntry& entry = ascii_[byte];
                character(entry, byte);
                if (open_ && !in_tag_ && entry.cls == CharClass::word) ascii_word();
            } else {
                const char32_t c = decode(text_, at_);
                const CharEntry& entry = char_entry(c);
                if (!entry.is(CharEntry::base) || !sequence(entry)) character(entry, c);
            }
        }
        close();
    }

  private:
    struct Gap {
        std::uint32_t length = 0;       // code points that are not ignorable
        std::uint32_t line_breaks = 0;  // since the last visible sign
        std::uint32_t dots = 0, terminators = 0;
        bool paragraph = false, hard_stop = false;
        bool space_after_stop = false;  // white space behind a dot or terminator
        bool dot_first = false;         // the dot stands right behind the token
        bool line_break_only = false, hyphen_only = false, underscore_only = false;
        bool hash_last = false;
    };

    Token& last() { return out_.tokens.back(); }
    [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(at_); }

    void close() {
        if (!open_) return;
        open_ = false;
        hash(last());
    }

    void hash(Token& token) {
        token.folded_end = static_cast<std::uint32_t>(out_.folded.size());
        token.hash = keyed_hash(
            key_, out_.folded.data() + token.folded_start, token.folded_end - token.folded_start
        );
    }

    [[nodiscard]] bool ends_sentence(const CharEntry& first) {
        if (gap_.paragraph || gap_.hard_stop) return true;
        if (!gap_.space_after_stop || !first.is(CharEntry::capital)) return false;
        if (gap_.terminators > 0 || gap_.dots != 1 || !gap_.dot_first) return true;
        const std::string_view before = out_.form(last());
        std::size_t one = 0;
        const char32_t letter = decode(before, one);
        if (one == before.size() && char_entry(letter).is(CharEntry::letter) &&
            last().kind == TokenKind::word)
            return false;
        return !is_abbreviation(last().hash);
    }

    // A token begins at `start_`; `first` is its first character as written.
    Token& begin(TokenKind kind, const CharEntry& first) {
        Token token;
        token.kind = kind;
        token.start = static_cast<std::uint32_t>(start_);
        token.end = end();
        token.folded_start = static_cast<std::uint32_t>(out_.folded.size());
        if (!out_.tokens.empty()) {
            const Token& before = last();
            const bool words = kind == TokenKind::word && before.kind == TokenKind::word;
            const bool letter = first.is(CharEntry::letter) || last_was_letter_;
            token.paragraph_start = gap_.paragraph;
            token.sentence_start = ends_sentence(first);
            token.dot_before = gap_.dots == 1 && gap_.terminators == 0;
            token.hyphen_before =
                words && ((gap_.hyphen_only && letter) || (gap_.underscore_only && in_tag_));
            token.joined_before = gap_.length == 0 || (gap_.line_break_only && last_joins_lines_ &&
                                                       first.is(CharEntry::joins_lines));
        }
        token.tag_start = gap_.hash_last;
        gap_ = Gap{};
        last_joins_lines_ = first.is(CharEntry::joins_lines);
        out_.tokens.push_back(token);
        return last();
    }

    // A base and the marks behind it, when marks follow that may change it. Everything they become
    // stands for the whole of them. False: nothing of that kind follows.
    bool sequence(const CharEntry& base_entry) {
        constexpr std::size_t marks_max = 32;  // the rest is decoration and is dropped as such
        std::size_t next = at_, end_of_sequence = at_, marks = 0;
        std::string members;
        bool composes = false;
        while (next < text_.size() && marks < marks_max) {
            const std::size_t here = next;
            if (static_cast<unsigned char>(text_[here]) < 0x80) break;
            const char32_t c = decode(text_, next);
            const CharEntry& entry = char_entry(c);
            if (!entry.is(CharEntry::combines)) {
                if (entry.cls != CharClass::ignorable && entry.cls != CharClass::mark) break;
                continue;
            }
            if (marks == 0) members.assign(text_.substr(start_, at_ - start_));
            members.append(text_.substr(here, next - here));
            composes = composes || entry.is(CharEntry::composes);
            ++marks;
            end_of_sequence = next;
        }
        if (marks == 0 || (marks == 1 && !composes)) return false;
        at_ = end_of_sequence;
        folded_characters(fold_sequence(members), base_entry.is(CharEntry::capital));
        return true;
    }

    void folded_characters(std::string_view folded, bool capital) {
        std::size_t next = 0;
        while (next < folded.size()) {
            const char32_t c = decode(folded, next);
            CharEntry entry = char_entry(c);
            if (capital) {
                entry.flags = static_cast<std::uint8_t>(entry.flags | CharEntry::capital);
                capital = false;
            }
            character(entry, c);
        }
    }

    void character(const CharEntry& entry, char32_t c) {
        switch (entry.cls) {
            case CharClass::word:
                word(entry, c);
                break;
            case CharClass::ideograph:
                ideograph(entry);
                break;
            case CharClass::mark:
                extend();
                break;
            case CharClass::ignorable:
                if (c == 0xFE0F && after_emoji()) last().end = end();
                break;
            case CharClass::emoji:
                emoji(entry, false);
                break;
            case CharClass::regional:
                regional(entry);
                break;
            case CharClass::skin_tone:
                if (after_emoji())
                    last().end = end();
                else
                    emoji(entry, false);
                break;
            case CharClass::expand:
                folded_characters(char_expansion(c), entry.is(CharEntry::capital));
                break;
            default:
                gap(entry.cls);
        }
    }

    void word(const CharEntry& entry, char32_t c) {
        if (open_ && in_tag_ && word_border(entry)) {
            close();
            begin(TokenKind::word, entry).hyphen_before = true;
            open_ = true;
        } else if (!open_) {
            if ((c == 'h' || c == 'H' || c == 'w' || c == 'W') && url()) return;
            begin(TokenKind::word, entry);
            open_ = true;
        }
        out_.folded.append(entry.bytes, entry.size);
        last().end = end();
        last_was_upper_ = entry.is(CharEntry::upper);
        last_was_letter_ = entry.is(CharEntry::letter);
        last_joins_lines_ = false;
    }

    // The rest of a word as far as it is ASCII.
    void ascii_word() {
        const std::size_t from = at_;
        std::array<char, 32> letters{};
        std::size_t count = 0;
        while (at_ < text_.size() && count < letters.size()) {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (byte >= 0x80 || ascii_[byte].cls != CharClass::word) break;
            letters[count++] = ascii_[byte].bytes[0];
            ++at_;
        }
        if (at_ == from) return;
        out_.folded.append(letters.data(), count);
        const CharEntry& entry = ascii_[static_cast<unsigned char>(text_[at_ - 1])];
        last().end = end();
        last_was_upper_ = entry.is(CharEntry::upper);
        last_was_letter_ = entry.is(CharEntry::letter);
    }

    // Between the words of a CamelCase tag: StateVisit, USRussia, G20Summit.
    bool word_border(const CharEntry& entry) const {
        if (!entry.is(CharEntry::upper)) return false;
        if (!last_was_upper_) return true;
        std::size_t next = at_;
        return next < text_.size() && char_entry(decode(text_, next)).is(CharEntry::lower);
    }

    bool url() {
        const auto found = url_end(text_, start_);
        if (!found) return false;
        Token& token = begin(TokenKind::url, ascii_[static_cast<unsigned char>(text_[start_])]);
        at_ = *found;
        for (std::size_t i = start_; i < at_; ++i) {
            const char c = text_[i];
            out_.folded.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
        }
        token.end = end();
        hash(token);
        in_tag_ = false;
        last_was_letter_ = false;
        return true;
    }

    void ideograph(const CharEntry& entry) {
        close();
        Token& token = begin(TokenKind::ideograph, entry);
        out_.folded.append(entry.bytes, entry.size);
        hash(token);
        last_was_upper_ = last_was_letter_ = false;
    }

    void emoji(const CharEntry& entry, bool half_flag) {
        close();
        Token& token = begin(TokenKind::emoji, entry);
        out_.folded.append(text_.substr(start_, at_ - start_));
        hash(token);
        half_flag_ = half_flag;
        in_tag_ = false;
        last_was_letter_ = false;
    }

    void regional(const CharEntry& entry) {
        if (!after_emoji() || !half_flag_) return emoji(entry, true);
        out_.folded.append(text_.substr(start_, at_ - start_));
        last().end = end();
        hash(last());
        half_flag_ = false;
    }

    [[nodiscard]] bool after_emoji() {
        return !open_ && gap_.length == 0 && !out_.tokens.empty() &&
               last().kind == TokenKind::emoji;
    }

    // A mark that is nothing of its own belongs to what it stands on.
    void extend() {
        if (gap_.length == 0 && !out_.tokens.empty()) last().end = end();
    }

    void gap(CharClass cls) {
        close();
        const bool first = gap_.length == 0;
        ++gap_.length;
        gap_.hash_last = false;
        gap_.hyphen_only = first && cls == CharClass::hyphen;
        gap_.underscore_only = first && cls == CharClass::underscore;
        // A carriage return and the line feed behind it are one line break.
        const bool second_half = cls == CharClass::line_break && start_ > 0 &&
                                 text_[start_] == '\n' && text_[start_ - 1] == '\r';
        gap_.line_break_only =
            (first && cls == CharClass::line_break) || (second_half && gap_.line_break_only);
        const bool stopped = gap_.dots + gap_.terminators > 0;
        if (cls != CharClass::underscore) in_tag_ = false;
        switch (cls) {
            case CharClass::space:
                gap_.space_after_stop = gap_.space_after_stop || stopped;
                return;
            case CharClass::line_break:
                gap_.space_after_stop = gap_.space_after_stop || stopped;
                if (!second_half && ++gap_.line_breaks > 1) gap_.paragraph = true;
                return;
            case CharClass::paragraph:
                gap_.paragraph = true;
                return;
            case CharClass::dot:
                ++gap_.dots;
                gap_.dot_first = gap_.dot_first || first;
                break;
            case CharClass::terminator:
                ++gap_.terminators;
                break;
            case CharClass::hard_stop:
                gap_.hard_stop = true;
                break;
            case CharClass::hash:
                tag();
                break;
            default:
                break;
        }
        gap_.line_breaks = 0;
    }

    void tag() {
        if (start_ == closing_sign_) return;
        const auto extent = tag_extent(text_, start_, at_);
        if (!extent) return;
        in_tag_ = gap_.hash_last = true;
        if (extent->closing) closing_sign_ = *extent->closing;
    }

    std::string_view text_;
    Tokens& out_;
    const HashKey& key_;
    const std::array<CharEntry, 128>& ascii_;
    std::size_t at_ = 0;     // behind the character that is looked at
    std::size_t start_ = 0;  // its start
    Gap gap_;
    bool open_ = false;
    bool in_tag_ = false;
    bool half_flag_ = false;
    bool last_was_upper_ = false, last_was_letter_ = false, last_joins_lines_ = false;
    std::size_t closing_sign_ = std::string_view::npos;
};

}  // namespace

void tokenise(std::string_view original, Tokens& into) { Tokeniser(original, into).run(); }

Tokens tokenise(std::string_view original) {
    Tokens tokens;
    tokenise(original, tokens);
    return tokens;
}

std::string normalised_text(std::string_view original) {
    const Tokens tokens = tokenise(original);
    std::string text;
    text.reserve(tokens.folded.size() + tokens.tokens.size());
    for (const Token& token : tokens.tokens) {
        if (!text.empty()) text.push_back(' ');
        text.append(tokens.form(token));
    }
    return text;
}

std::uint64_t token_hash(std::string_view folded_form) {
    return keyed_hash(hash_key(), folded_form.data(), folded_form.size());
}

}  // namespace spokeswatch
