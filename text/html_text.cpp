#include "text/html_text.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <unordered_map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/char_reference.hpp"
#include "text/html_tags.hpp"

// A tokeniser of our own, after the HTML standard, instead of libxml2's: that one drops all text
// below depth 256 (a wall of tags would hide a keyword), is quadratic in the attributes of one tag
// (269 KB take 3.4 s) and takes &#150; for a control character.

namespace spokeswatch {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && ascii_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && ascii_space(text.back())) text.remove_suffix(1);
    return text;
}

bool starts_with_nocase(std::string_view text, std::string_view lower_prefix) {
    if (text.size() < lower_prefix.size()) return false;
    for (std::size_t i = 0; i < lower_prefix.size(); ++i)
        if (ascii_lower(text[i]) != lower_prefix[i]) return false;
    return true;
}

bool web_address(std::string_view url) {
    return starts_with_nocase(url, "http://") || starts_with_nocase(url, "https://");
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
}

// Writes text and markup side by side. White space and breaks wait until something visible comes,
// so that none stands at the end and the largest wins.
class Writer {
  public:
    void visible(std::string_view bytes) {
        const bool first = result.text.empty();
        if (!first) result.text.append(std::max(required_breaks_, breaks_), '\n');
        result.text += space_;
        result.text += bytes;
        before_inline();
        if (!result.html.empty()) {
            result.html.append(preserved_breaks_, '\n');
            result.html += markup_space_;
        }
        append_escaped(result.html, bytes);
        required_breaks_ = breaks_ = preserved_breaks_ = 0;
        drop_space();
    }

    void space(std::string_view kind) {
        const bool line_start = result.text.empty() || required_breaks_ > 0 || breaks_ > 0;
        if (!line_start && space_.empty()) space_ = markup_space_ = kind;
    }

    void preserved_space(char c) {
        space_ += c;
        markup_space_ += c;
    }

    void line_break() {
        ++breaks_;
        drop_space();
        result.html += "<br>";
        at_block_edge_ = true;
        owed_break_ = false;
    }

    void preserved_break() {
        ++breaks_;
        ++preserved_breaks_;
        drop_space();
    }

    // The edge of a block or line. `in_markup`: a kept tag says so there.
    void edge(std::size_t breaks, bool in_markup) {
        required_breaks_ = std::max(required_breaks_, breaks);
        drop_space();
        if (!in_markup && !result.html.empty() && !at_block_edge_) owed_break_ = true;
    }

    void block_tag(std::string_view markup) {
        owed_break_ = false;
        at_block_edge_ = true;
        result.html += markup;
    }
    void inline_start(std::string_view markup) {
        before_inline();
        result.html += markup_space_;  // before the tag, not within
        markup_space_.clear();
        result.html += markup;
    }
    void inline_end(std::string_view markup) { result.html += markup; }

    HtmlText result;

  private:
    void before_inline() {
        if (owed_break_) result.html += "<br>";
        owed_break_ = at_block_edge_ = false;
    }
    void drop_space() {
        space_.clear();
        markup_space_.clear();
    }

    std::string space_, markup_space_;  // wait
    std::size_t breaks_ = 0, required_breaks_ = 0, preserved_breaks_ = 0;
    bool owed_break_ = false;     // the markup needs a <br> for a block that is not kept
    bool at_block_edge_ = false;  // the markup ends with the tag of a block
};

class Reader {
  public:
    explicit Reader(std::string_view input) : input_(input) {}

    HtmlText read() {
        for (std::size_t nodes = 0; at_ < input_.size() && nodes < html_nodes_max; ++nodes) {
            if (input_[at_] == '<' && read_markup()) continue;
            const std::size_t end = std::min(input_.find('<', at_ + 1), input_.size());
            if (!hidden_now()) read_text(input_.substr(at_, end - at_));
            at_ = end;
        }
        while (!open_.empty()) pop();
        return std::move(writer_.result);
    }

  private:
    struct Open {
        std::uint64_t id = 0;
        const KnownTag* known = nullptr;
        std::string_view kept_name;  // empty: no markup to close
        bool hidden = false, pre = false, emoji = false;
    };

    [[nodiscard]] bool hidden_now() const { return !open_.empty() && open_.back().hidden; }
    [[nodiscard]] bool pre_now() const { return !open_.empty() && open_.back().pre; }

    // A tag, comment or declaration at `at_`; false when the `<` is text.
    bool read_markup() {
        const std::string_view rest = input_.substr(at_);
        if (rest.size() < 2) return false;
        if (ascii_letter(rest[1])) {
            ++at_;
            auto tag = read_tag(input_, at_);
            if (tag) on_start(*tag);
            return true;
        }
        if (rest[1] == '/' && rest.size() > 2 && ascii_letter(rest[2])) {
            at_ += 2;
            const auto tag = read_tag(input_, at_);
            if (tag) on_end(tag->name);
            return true;
        }
        if (rest.substr(0, 4) == "<!--") {
            at_ = comment_end();
            return true;
        }
        if (rest[1] == '!' || rest[1] == '?' || (rest[1] == '/' && rest.size() > 2)) {
            const std::size_t end = input_.find('>', at_);
            at_ = end == std::string_view::npos ? input_.size() : end + 1;
            return true;
        }
        return false;
    }

    [[nodiscard]] std::size_t comment_end() const {
        const std::string_view body = input_.substr(at_ + 4);
        if (body.substr(0, 1) == ">") return at_ + 5;
        if (body.substr(0, 2) == "->") return at_ + 6;
        for (std::size_t dashes = at_ + 4;; ++dashes) {
            dashes = input_.find("--", dashes);
            if (dashes == std::string_view::npos) return input_.size();
            if (input_.substr(dashes + 2, 1) == ">") return dashes + 3;
            if (input_.substr(dashes + 2, 2) == "!>") return dashes + 4;
        }
    }

    void skip_raw(std::string_view name) {
        while (true) {
            const std::size_t end = input_.find("</", at_);
            if (end == std::string_view::npos) {
                at_ = input_.size();
                return;
            }
            at_ = end + 2;
            if (!starts_with_nocase(input_.substr(at_), name)) continue;
            const std::string_view after = input_.substr(at_ + name.size(), 1);
            if (!after.empty() && after != ">" && after != "/" && !ascii_space(after[0])) continue;
            (void)read_tag(input_, at_);
            return;
        }
    }

    void read_text(std::string_view run) {
        for (std::size_t i = 0; i < run.size();) {
            std::size_t end = i;
            while (end < run.size() && !special(run[end])) ++end;
            if (end > i) {
                put(run.substr(i, end - i));
                i = end;
                continue;
            }
            if (run[i] == '&') {
                std::string meaning;
                const std::size_t length = decode_reference(run, i, false, meaning);
                if (length > 0) {
                    put_decoded(meaning);
                    i += length;
                    continue;
                }
            }
            i += put_special(run.substr(i));
        }
    }

    // Bytes that may begin white space or a reference.
    static bool special(char c) { return ascii_space(c) || c == '&' || c == '\xC2' || c == '\xE3'; }

    void put(std::string_view bytes) {
        first_in_pre_ = false;
        writer_.visible(bytes);
    }

    void put_decoded(std::string_view meaning) {
        if (special(meaning[0]) && meaning[0] != '&') {
            put_special(meaning);
        } else {
            put(meaning);
        }
    }

    // One white space character, or one visible one that begins like it; returns its bytes.
    std::size_t put_special(std::string_view rest) {
        const bool keep = pre_now();
        if (ascii_space(rest[0])) {
            if (!keep) {
                writer_.space(" ");
            } else if (rest[0] == '\n') {
                if (!first_in_pre_) writer_.preserved_break();
                first_in_pre_ = false;
            } else if (rest[0] != '\r') {
                writer_.preserved_space(rest[0]);
            }
            return 1;
        }
        if (rest.substr(0, 2) == "\xC2\xA0") {
            keep ? writer_.preserved_space(' ') : writer_.space(" ");
            return 2;
        }
        if (rest.substr(0, 3) == "\xE3\x80\x80" && !keep) {
            writer_.space("\xE3\x80\x80");
            return 3;
        }
        const std::size_t length = rest[0] == '\xE3' ? 3 : rest[0] == '\xC2' ? 2 : 1;
        put(rest.substr(0, length));
        return std::min(length, rest.size());
    }

    void on_start(const HtmlTag& tag) {
        const KnownTag& known = known_tag(tag.name);
        if ((known.traits & traits::raw) != 0) {
            if (!tag.self_closing) skip_raw(tag.name);
            return;
        }
        close_implied(tag.name, known.traits);
        const bool visible = !hidden_now();
        if ((known.traits & traits::childless) != 0) {
            if (visible) on_childless(tag, known.traits);
            return;
        }
        Open opened;
        opened.id = name_id(tag.name);
        opened.known = &known;
        opened.hidden = !visible || (known.traits & traits::hidden) != 0 || tag_hides(tag);
        opened.pre = pre_now() || (known.traits & traits::pre) != 0;
        opened.emoji = wraps_emoji(tag);
        if (open_.size() >= html_depth_max) {
            if (!tag.self_closing) ++ignored_;
            if (!opened.hidden) edge(known);
            return;
        }
        if (!opened.hidden) start_visible(tag, known, opened);
        open_.push_back(opened);
        ++open_counts_[opened.id];
        if (tag.self_closing) pop();
    }

    // A class on a whole page or block says nothing about the pictures in it.
    [[nodiscard]] bool wraps_emoji(const HtmlTag& tag) const {
        const bool small =
            tag.name == "i" || tag.name == "b" || tag.name == "span" || tag.name == "tg-emoji";
        return small && (tag_shows_emoji(tag) || (!open_.empty() && open_.back().emoji));
    }

    void start_visible(const HtmlTag& tag, const KnownTag& known, Open& opened) {
        edge(known);
        if ((known.traits & traits::pre) != 0) first_in_pre_ = true;
        if (tag.name == "a" && tag.href && !trimmed(*tag.href).empty())
            writer_.result.links.emplace_back(trimmed(*tag.href));
        if ((known.traits & traits::kept) == 0 || opened.emoji) return;
        if (tag.name == "a") {
            if (!tag.href || !web_address(trimmed(*tag.href))) return;
            writer_.inline_start("<a href=\"" + escape_html(trimmed(*tag.href)) + "\">");
        } else {
            const std::string markup = "<" + std::string(known.kept_name) + ">";
            is_block(known) ? writer_.block_tag(markup) : writer_.inline_start(markup);
        }
        opened.kept_name = known.kept_name;
    }

    void on_childless(const HtmlTag& tag, Traits given) {
        if (tag.name == "br") return writer_.line_break();
        if ((given & traits::block) != 0) return writer_.edge(2, false);
        if (tag.name != "img" || tag_hides(tag)) return;
        if (tag_shows_emoji(tag) || (!open_.empty() && open_.back().emoji)) {
            if (tag.alt) read_plain(*tag.alt);
            return;
        }
        if (!tag.src || trimmed(*tag.src).empty()) return;
        const std::string source(trimmed(*tag.src));
        writer_.result.images.push_back(source);
        if (!web_address(source)) return;
        std::string markup = "<img src=\"" + escape_html(source) + "\"";
        if (tag.alt) markup += " alt=\"" + escape_html(*tag.alt) + "\"";
        writer_.inline_start(markup + ">");
    }

    // Text whose references are decoded already.
    void read_plain(std::string_view text) {
        text = trimmed(text);
        if (!text.empty()) put(text);
    }

    void on_end(std::string_view name) {
        const std::uint64_t id = name_id(name);
        if (name == "br") {  // as browsers read </br>
            if (!hidden_now()) writer_.line_break();
            return;
        }
        if (ignored_ > 0) {
            --ignored_;
            if (!hidden_now()) edge(known_tag(name));
            return;
        }
        const auto count = open_counts_.find(id);
        if (count == open_counts_.end() || count->second == 0) {
            // A stray </p> is an empty paragraph.
            if (name == "p" && !hidden_now()) writer_.edge(2, false);
            return;
        }
        while (open_.back().id != id) pop();
        pop();
    }

    void pop() {
        const Open closed = open_.back();
        open_.pop_back();
        --open_counts_[closed.id];
        if (closed.hidden) return;
        if (!closed.kept_name.empty()) {
            const std::string markup = "</" + std::string(closed.kept_name) + ">";
            is_block(*closed.known) ? writer_.block_tag(markup) : writer_.inline_end(markup);
        }
        edge(*closed.known);
    }

    static bool is_block(const KnownTag& known) {
        return (known.traits & (traits::block | traits::line)) != 0;
    }

    void edge(const KnownTag& known) {
        const bool in_markup = (known.traits & traits::kept) != 0;
        if ((known.traits & traits::block) != 0) {
            // A list within a list item goes on in the next line.
            const bool is_list = known.kept_name == "ul" || known.kept_name == "ol";
            writer_.edge(is_list && open_counts_[name_id("li")] > 0 ? 1 : 2, in_markup);
        } else if ((known.traits & traits::line) != 0) {
            writer_.edge(1, in_markup);
        } else if ((known.traits & traits::cell) != 0) {
            writer_.space(" ");
        }
    }

    // End tags that HTML lets out.
    void close_implied(std::string_view name, Traits given) {
        constexpr std::uint64_t table = name_id("table"), td = name_id("td"), th = name_id("th"),
                                tr = name_id("tr");
        if ((given & traits::closes_p) != 0)
            close_up_to({name_id("p")}, {table, td, th, name_id("caption"), name_id("button")});
        if (name == "li") close_up_to({name_id("li")}, {name_id("ul"), name_id("ol"), table});
        if (name == "dt" || name == "dd")
            close_up_to({name_id("dt"), name_id("dd")}, {name_id("dl"), table});
        if (name == "td" || name == "th") close_up_to({td, th}, {tr, table});
        if (name == "tr") close_up_to({tr}, {table});
    }

    void close_up_to(
        std::initializer_list<std::uint64_t> wanted, std::initializer_list<std::uint64_t> fences
    ) {
        const bool any = std::any_of(wanted.begin(), wanted.end(), [this](std::uint64_t id) {
            const auto count = open_counts_.find(id);
            return count != open_counts_.end() && count->second > 0;
        });
        if (!any) return;
        const auto among = [](std::uint64_t id, std::initializer_list<std::uint64_t> ids) {
            return std::find(ids.begin(), ids.end(), id) != ids.end();
        };
        for (std::size_t depth = open_.size(); depth > 0; --depth) {
            if (among(open_[depth - 1].id, fences)) return;
            if (!among(open_[depth - 1].id, wanted)) continue;
            while (open_.size() >= depth) pop();
            return;
        }
    }

    std::string_view input_;
    std::size_t at_ = 0;
    Writer writer_;
    std::vector<Open> open_;
    std::unordered_map<std::uint64_t, std::size_t> open_counts_;
    std::size_t ignored_ = 0;  // open tags below the depth limit
    bool first_in_pre_ = false;
};

}  // namespace

HtmlText html_to_text(std::string_view html) {
    if (valid_utf8(html) && html.find('\0') == std::string_view::npos) return Reader(html).read();
    const std::string repaired = repair_utf8(html);
    return Reader(repaired).read();
}

std::string decode_entities(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t sign = std::min(text.find('&', at), text.size());
        out += text.substr(at, sign - at);
        at = sign;
        if (at == text.size()) break;
        const std::size_t length = decode_reference(text, at, true, out);
        if (length == 0) out += '&';
        at += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    append_escaped(out, text);
    return out;
}

}  // namespace spokeswatch
