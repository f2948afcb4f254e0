#include "connectors/xml.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/utf8.hpp"
#include "text/charset.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {

namespace {

// What escaping may add to a document; more is an attack on memory.
constexpr std::size_t growth_max = 4 * 1024 * 1024;

bool starts_name(char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           byte == ':' || byte >= 0x80;
}

bool allowed(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return !(c >= 0xD800 && c <= 0xDFFF) && c != 0xFFFE && c != 0xFFFF && c <= 0x10FFFF;
}

// Four bytes of `<?xm` in UTF-16 and UTF-32 without a byte order mark; they are also valid UTF-8
// with NULs in between, so nobody after us would tell.
std::string_view wide_charset(std::string_view bytes) {
    using std::string_view_literals::operator""sv;
    if (bytes.starts_with("\0\0\0<"sv)) return "utf-32be";
    if (bytes.starts_with("<\0\0\0"sv)) return "utf-32le";
    if (bytes.starts_with("\0<\0"sv)) return "utf-16be";
    if (bytes.size() >= 4 && bytes[0] == '<' && bytes[1] == '\0' && bytes[3] == '\0') {
        return "utf-16le";
    }
    return {};
}

// encoding="..." of the XML declaration, found in the first bytes of an ASCII-like document.
std::string declared_charset(std::string_view bytes) {
    std::string_view head = bytes.substr(0, 1024);
    auto start = head.find("<?xml");
    if (start == std::string_view::npos) return {};
    head = head.substr(start, head.find("?>", start) - start);
    auto at = head.find("encoding");
    if (at == std::string_view::npos) return {};
    auto quote = head.find_first_of("\"'", at);
    if (quote == std::string_view::npos) return {};
    auto end = head.find(head[quote], quote + 1);
    if (end == std::string_view::npos) return {};
    return std::string(head.substr(quote + 1, end - quote - 1));
}

std::string to_utf8(std::string_view bytes, std::string_view header_charset) {
    if (std::string_view wide = wide_charset(bytes); !wide.empty()) {
        if (auto text = decode_charset(bytes, wide)) return std::move(*text);
    }
    return decode_text(bytes, header_charset, declared_charset(bytes));
}

// Copies a document and leaves out or replaces what must not reach the parser.
class Preparer {
  public:
    explicit Preparer(std::string_view in) : in_(in) { out_.reserve(in.size() + 64); }

    std::string prepare() {
        at_ = in_.find('<');
        if (at_ == std::string_view::npos) return {};
        while (at_ < in_.size() && !cut_) {
            cut_ = out_.size() > in_.size() + growth_max;
            char c = in_[at_];
            if (c == '<') {
                markup();
            } else if (c == '&') {
                reference();
            } else if (c == ']' && rest().starts_with("]]>")) {
                out_ += "]]&gt;";
                at_ += 3;
            } else {
                character();
            }
        }
        return std::move(out_);
    }

    [[nodiscard]] bool cut() const { return cut_; }
    [[nodiscard]] bool mended() const { return mended_; }

  private:
    [[nodiscard]] std::string_view rest() const { return in_.substr(at_); }

    // One character as it is, unless XML forbids it.
    void character() {
        auto byte = static_cast<unsigned char>(in_[at_]);
        if (byte < 0x80) {
            if (allowed(byte)) out_ += in_[at_];
            ++at_;
            return;
        }
        std::size_t start = at_;
        if (allowed(next_code_point(in_, at_))) out_ += in_.substr(start, at_ - start);
    }

    void markup() {
        if (rest().starts_with("<![CDATA[")) return cdata();
        if (rest().starts_with("<!--")) return skip_past("-->", 4);
        if (rest().starts_with("<?")) return skip_past("?>", 2);
        if (rest().starts_with("<!")) return declaration();
        char following = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
        if (following == '/' || starts_name(following)) {
            if (following != '/' && ++elements_ > xml_elements_max) {
                cut_ = true;
                return;
            }
            out_ += '<';
        } else {
            mended_ = true;
            out_ += "&lt;";
        }
        ++at_;
    }

    void skip_past(std::string_view end, std::size_t opening) {
        auto found = in_.find(end, at_ + opening);
        if (found == std::string_view::npos) mended_ = true;
        at_ = found == std::string_view::npos ? in_.size() : found + end.size();
    }

    // The text of a CDATA section as ordinary text. One without an end is opened up instead, so
    // that it does not swallow the items behind it.
    void cdata() {
        std::size_t start = at_ + 9;
        auto end = cdata_ends_ ? in_.find("]]>", start) : std::string_view::npos;
        at_ = start;
        if (end == std::string_view::npos) {
            mended_ = true;
            cdata_ends_ = false;
            return;
        }
        while (at_ < end) {
            char c = in_[at_];
            if (c == '<' || c == '>' || c == '&') {
                out_ += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
                ++at_;
            } else {
                character();
            }
        }
        at_ = end + 3;
    }

    // DOCTYPE with its internal subset, and stray <!ELEMENT ...>: nothing of them is wanted.
    void declaration() {
        int brackets = 0;
        char quote = '\0';
        for (; at_ < in_.size(); ++at_) {
            char c = in_[at_];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
            } else if (rest().starts_with("<!--")) {
                skip_past("-->", 4);
                --at_;
            } else if (c == '"' || (c == '\'' && brackets == 0)) {
                quote = c;
            } else if (c == '[') {
                ++brackets;
            } else if (c == ']') {
                --brackets;
            } else if (c == '>' && brackets <= 0) {
                ++at_;
                return;
            }
        }
        mended_ = true;
    }

    void reference() {
        // No name of HTML is longer than 31 letters.
        std::string_view window = rest().substr(0, 40);
        auto end = window.find(';');
        std::string_view whole = end == std::string_view::npos ? "" : window.substr(0, end + 1);
        std::optional<std::string> replaced = resolve(whole);
        if (!replaced) {
            mended_ = true;
            out_ += "&amp;";
            ++at_;
            return;
        }
        out_ += *replaced;
        at_ += whole.size();
    }

    // What stands in the prepared document for a whole reference; nullopt: it is none.
    static std::optional<std::string> resolve(std::string_view whole) {
        if (whole.size() < 3) return std::nullopt;
        for (std::string_view own : {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}) {
            if (whole == own) return std::string(whole);
        }
        for (char c : whole.substr(1, whole.size() - 2)) {
            if (!starts_name(c) && !(c >= '0' && c <= '9') && c != '#') return std::nullopt;
        }
        // Numbers too: HTML reads 128 to 159 as windows-1252, and so do the authors of feeds.
        std::string text = decode_entities(whole);
        if (text == whole) return std::nullopt;
        std::string kept;
        for (std::size_t at = 0; at < text.size();) {
            char32_t c = next_code_point(text, at);
            if (c == '\r') {
                kept += "&#13;";
            } else if (allowed(c)) {
                append_code_point(kept, c);
            }
        }
        return escape_html(kept);
    }

    std::string_view in_;
    std::string out_;
    std::size_t at_ = 0;
    std::size_t elements_ = 0;
    bool cdata_ends_ = true;  // there may be a "]]>" ahead
    bool cut_ = false;
    bool mended_ = false;
};

}  // namespace

Result<Document> parse_xml(std::string_view bytes, std::string_view header_charset) {
    std::string text = to_utf8(bytes, header_charset);
    Preparer preparer(text);
    std::string prepared = preparer.prepare();
    std::string().swap(text);

    std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context(
        xmlNewParserCtxt(), &xmlFreeParserCtxt
    );
    if (!context) return Error{ErrorKind::too_large, "no memory for an XML document"};
    // Never XML_PARSE_NOENT, XML_PARSE_DTDLOAD or XML_PARSE_HUGE: with the first a feed reads local
    // files, whatever NONET says.
    constexpr int flags = XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOCDATA |
                          XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT;
    xmlDoc* document = xmlCtxtReadMemory(
        context.get(), prepared.data(), static_cast<int>(prepared.size()), nullptr, "UTF-8", flags
    );
    bool recovered = context->wellFormed == 0 || preparer.mended();
    Document result(document, recovered, preparer.cut());
    if (!result.root()) {
        return Error{ErrorKind::malformed, "expected an XML document, got no element"};
    }
    return result;
}

}  // namespace spokeswatch
