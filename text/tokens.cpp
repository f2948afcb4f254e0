#include "text/tokens.hpp"

#include "base/blocks.hpp"
#include "text/abbreviations.hpp"
#include "text/entities.hpp"
#include "text/fold.hpp"
#include "text/token_hash.hpp"

namespace spokeswatch {

namespace {

// One pass over the text. A word grows at the end of `out.tokens` while `open_`; everything between
// two tokens is gathered in `gap_` and judged when the next one begins. `folded_` always has room
// for what the rest of the text may fold to, and for a block: no append looks at it.
class Tokeniser {
  public:
    Tokeniser(std::string_view text, Tokens& out)
        : text_(text), out_(out), key_(token_hash_key()), ascii_(&char_entry(0)) {
        out_.tokens.clear();
        out_.folded.resize(room_for(text.size()));
        folded_ = out_.folded.data();
    }

    void run() {
        while (at_ < text_.size()) {
            start_ = at_;
            const auto byte = static_cast<unsigned char>(text_[at_]);
            const char32_t c = byte < 0x80 ? (++at_, byte) : decode(text_, at_);
            const CharEntry& entry = byte < 0x80 ? ascii_[byte] : char_entry(c);
            if (entry.is(CharEntry::base) && sequence(entry)) continue;
            character(entry, c);
            if (entry.cls == CharClass::word) {
                if (open_ && !in_tag_) words();
            } else if (entry.cls == CharClass::ideograph) {
                ideographs();
            }
        }
        close();
        out_.folded.resize(folded_size());
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
        token.folded_end = folded_size();
        token.hash = padded_hash(
            key_, out_.folded.data() + token.folded_start, token.folded_end - token.folded_start
        );
    }

    // A character of two bytes may fold to five.
    static std::size_t room_for(std::size_t text_bytes) { return text_bytes * 5 / 2 + 16; }

    void make_room(std::size_t bytes) {
        const std::size_t used = folded_size();
        const std::size_t needed = used + bytes + room_for(text_.size() - at_);
        if (needed <= out_.folded.size()) return;
        out_.folded.resize(needed);
        folded_ = out_.folded.data() + used;
    }

    [[nodiscard]] std::uint32_t folded_size() const {
        return static_cast<std::uint32_t>(folded_ - out_.folded.data());
    }

    void append(const CharEntry& entry) {
        store_block(folded_, PackedEntry(entry).folded());
        folded_ += entry.size;
    }
    void append(std::string_view as_written) {
        folded_ += as_written.copy(folded_, as_written.size());
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
        token.folded_start = folded_size();
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
        // Two marks in a row may have to change places, be the first of them the base.
        const bool may_change = composes || marks > 1 || base_entry.is(CharEntry::combines);
        if (marks == 0 || !may_change) return false;
        at_ = end_of_sequence;
        folded_characters(fold_sequence(members), base_entry.is(CharEntry::capital));
        return true;
    }

    void folded_characters(std::string_view folded, bool capital) {
        make_room(room_for(folded.size()));
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
        append(entry);
        last().end = end();
        last_was_upper_ = entry.is(CharEntry::upper);
        last_was_letter_ = entry.is(CharEntry::letter);
        last_joins_lines_ = false;
    }

    // Whether what stands at `at` may change a base before it.
    [[nodiscard]] bool mark_follows(std::size_t at) const {
        if (at >= text_.size()) return false;
        const auto byte = static_cast<unsigned char>(text_[at]);
        if (byte < 0x80 || byte == 0xD0 || byte == 0xD1) return false;  // ASCII, Cyrillic letters
        const CharEntry& entry = char_entry(decode(text_, at));
        return entry.is(CharEntry::combines) || entry.cls == CharClass::mark ||
               entry.cls == CharClass::ignorable;
    }

    // The rest of the open word, and the words behind it that single spaces part: no flag of
    // theirs is set. Outside of tags.
    void words() {
        for (;;) {
            letters();
            last().end = end();
            std::size_t next = at_ + 1;
            if (next >= text_.size() || text_[at_] != ' ') return;
            const auto byte = static_cast<unsigned char>(text_[next]);
            const CharEntry& entry = byte < 0x80 ? ascii_[byte] : char_entry(decode(text_, next));
            // `http` or `www` may be the beginning of an address.
            if (entry.cls != CharClass::word || (byte | 0x20) == 'h' || (byte | 0x20) == 'w')
                return;
            if (entry.is(CharEntry::base) && mark_follows(next)) return;
            hash(last());
            ++at_;
            Token& token = out_.tokens.emplace_back();
            token.start = end();
            token.folded_start = folded_size();
        }
    }

    // Appends what of a word stands at `at_`; stops in front of all that is not plainly a letter.
    void letters() {
        const char* const text = text_.data();
        const std::size_t size = text_.size(), from = at_;
        std::size_t at = from, last_start = from;
        char* folded = folded_;
        while (at < size) {
            const std::size_t here = at;
            if (static_cast<unsigned char>(text[at]) < 0x80) {
                if (size - at >= 8) {
                    const AsciiWord word = ascii_word(load_block(text + at));
                    store_block(folded, word.lower);
                    at += word.size;
                    folded += word.size;
                } else {
                    const PackedEntry entry(ascii_[static_cast<unsigned char>(text[at])]);
                    if (entry.cls() != CharClass::word) break;
                    store_block(folded, entry.folded());
                    ++at;
                    ++folded;
                }
                if (at == here) break;
                last_start = at - 1;
                continue;
            }
            std::size_t next = at;
            const PackedEntry entry(char_entry(decode(text_, next)));
            if (entry.cls() != CharClass::word) break;
            if (entry.is(CharEntry::base) && mark_follows(next)) break;
            store_block(folded, entry.folded());
            folded += entry.size();
            last_start = at;
            at = next;
        }
        if (at == from) return;
        const CharEntry& entry = char_entry(decode(text_, last_start));
        last_was_upper_ = entry.is(CharEntry::upper);
        last_was_letter_ = entry.is(CharEntry::letter);
        last_joins_lines_ = false;
        at_ = at;
        folded_ = folded;
    }

    // Those that stand right behind one, each joined to the one before.
    void ideographs() {
        while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x80) {
            std::size_t next = at_;
            const PackedEntry entry(char_entry(decode(text_, next)));
            if (entry.cls() != CharClass::ideograph) return;
            if (entry.is(CharEntry::base) && mark_follows(next)) return;
            Token& token = out_.tokens.emplace_back();
            token.kind = TokenKind::ideograph;
            token.start = end();
            token.end = static_cast<std::uint32_t>(next);
            token.folded_start = folded_size();
            token.joined_before = true;
            store_block(folded_, entry.folded());
            folded_ += entry.size();
            token.folded_end = folded_size();
            token.hash = short_hash(key_, entry.folded(), entry.size());
            last_joins_lines_ = entry.is(CharEntry::joins_lines);
            at_ = next;
        }
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
            *folded_++ = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
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
        append(entry);
        hash(token);
        last_was_upper_ = last_was_letter_ = false;
    }

    void emoji(const CharEntry& entry, bool half_flag) {
        close();
        Token& token = begin(TokenKind::emoji, entry);
        append(text_.substr(start_, at_ - start_));
        hash(token);
        half_flag_ = half_flag;
        in_tag_ = false;
        last_was_letter_ = false;
    }

    void regional(const CharEntry& entry) {
        if (!after_emoji() || !half_flag_) return emoji(entry, true);
        append(text_.substr(start_, at_ - start_));
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
    const TokenHashKey& key_;
    const CharEntry* ascii_;
    char* folded_ = nullptr;  // end of what was folded so far
    std::size_t at_ = 0;      // behind the character that is looked at
    std::size_t start_ = 0;   // its start
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

}  // namespace spokeswatch
