#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// What a token is. Han, kana and Thai give one token a character; words are runs of letters, marks
// and digits of other scripts.
enum class TokenKind : std::uint8_t { word, ideograph, url, emoji };

// One token of a text. Offsets are bytes of the original text.
struct Token {
    std::uint64_t hash = 0;   // of the folded form, keyed per process
    std::uint32_t start = 0;  // original bytes [start, end)
    std::uint32_t end = 0;
    std::uint32_t folded_start = 0;  // bytes of Tokens::folded
    std::uint32_t folded_end = 0;
    TokenKind kind = TokenKind::word;
    bool sentence_start = false;   // a sentence end or blank line lies before it
    bool paragraph_start = false;  // a blank line lies before it
    bool hyphen_before = false;    // may be read as one word with the token before: one hyphen
                                   // between letters, or a border of words inside a hashtag
    bool joined_before = false;    // nothing lies between it and the token before (or between Han
                                   // and kana one line break): the two are one run
    bool dot_before = false;       // exactly one full stop lies between it and the one before
    bool tag_start = false;        // first word of a hashtag; `#` or `＃` stands before it
};

// A text folded and cut into tokens: what every rule condition on words looks at. Folding and the
// meaning of every flag are those of the rule language (docs/rules.md, "What counts as the same
// word"): NFKC, ignorables removed, case, width, quotes, dashes unified, Latin and Greek diacritics
// and ё folded, traditional Han as simplified. Idempotent and linear.
struct Tokens {
    std::string folded;  // folded forms of all tokens, one after the other, no separators
    std::vector<Token> tokens;

    [[nodiscard]] std::string_view form(const Token& token) const {
        return std::string_view(folded).substr(
            token.folded_start, token.folded_end - token.folded_start
        );
    }
};

// `original`: valid UTF-8, at most 4 GiB. `word*` is not understood here: strip the star first.
Tokens tokenise(std::string_view original);
// Reuses the buffers of `into`: the hot path.
void tokenise(std::string_view original, Tokens& into);

// Folded text on one line with single spaces between tokens: equality of stories.
std::string normalised_text(std::string_view original);

// Every character folded and none cut: "the same entity" (tags, mentions). Signs stay.
std::string folded_text(std::string_view original);

// The per-process key of token hashes makes collisions unpredictable to who writes statements.
std::uint64_t token_hash(std::string_view folded_form);

// Hashtags (without sign; `#tag#` is one), mentions (without sign; `@user@host` kept) and URLs in
// plain text, as written, in order, no duplicates.
struct Entities {
    std::vector<std::string> tags, mentions, links;
};
Entities extract_entities(std::string_view original);

// Text that a `regex:` or `exact:` looks at: default-ignorables removed, NFC, quotes and dashes
// unified, own case. `original_offsets[i]` is the byte of the original that byte i comes from, with
// one more entry for the end.
struct SurfaceText {
    std::string text;
    std::vector<std::uint32_t> original_offsets;
};
SurfaceText surface_text(std::string_view original);
// Reuses the buffers of `into`.
void surface_text(std::string_view original, SurfaceText& into);

// Where bytes [start, end) of a surface text stand in its original: without the ignorable
// characters around it, with those inside.
struct OriginalSpan {
    std::uint32_t start = 0, end = 0;
};
OriginalSpan original_span(
    std::string_view original, const SurfaceText& surface, std::size_t start, std::size_t end
);

// Paragraphs of a text: half-open byte ranges between blank lines.
std::vector<OriginalSpan> paragraphs(std::string_view text);

}  // namespace spokeswatch
