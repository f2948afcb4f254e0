#include "text/html_tags.hpp"

#include <initializer_list>
#include <unordered_map>

#include "base/ascii.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {
namespace {

class TagReader {
  public:
    TagReader(std::string_view input, std::size_t& at) : input_(input), at_(at) {}

    std::optional<HtmlTag> read() {
        HtmlTag tag;
        tag.name =
            ascii_lower(take_until([](char c) { return ascii_space(c) || c == '/' || c == '>'; }));
        while (true) {
            bool slash = false;
            while (at_ < input_.size() && (ascii_space(input_[at_]) || input_[at_] == '/'))
                slash = input_[at_++] == '/';
            if (at_ >= input_.size()) return std::nullopt;
            if (input_[at_] == '>') {
                ++at_;
                tag.self_closing = slash;
                return tag;
            }
            read_attribute(tag);
        }
    }

  private:
    template <typename Stop>
    std::string_view take_until(Stop stop) {
        const std::size_t start = at_;
        while (at_ < input_.size() && !stop(input_[at_])) ++at_;
        return input_.substr(start, at_ - start);
    }

    void skip_spaces() {
        while (at_ < input_.size() && ascii_space(input_[at_])) ++at_;
    }

    void read_attribute(HtmlTag& tag) {
        const std::size_t start = at_++;  // a `=` in first place belongs to the name
        take_until([](char c) { return ascii_space(c) || c == '/' || c == '>' || c == '='; });
        const std::string_view name = input_.substr(start, at_ - start);
        skip_spaces();
        std::string_view value;
        if (at_ < input_.size() && input_[at_] == '=') {
            ++at_;
            skip_spaces();
            value = read_value();
        }
        if (name.size() > 6) return;
        const std::string key = ascii_lower(name);
        if (key == "hidden") tag.hidden = true;
        keep(key == "href", tag.href, value);
        keep(key == "src", tag.src, value);
        keep(key == "alt", tag.alt, value);
        keep(key == "class", tag.classes, value);
        keep(key == "style", tag.style, value);
    }

    std::string_view read_value() {
        if (at_ >= input_.size()) return {};
        const char quote = input_[at_];
        if (quote != '"' && quote != '\'')
            return take_until([](char c) { return ascii_space(c) || c == '>'; });
        ++at_;
        const std::string_view value = take_until([quote](char c) { return c == quote; });
        if (at_ < input_.size()) ++at_;
        return value;
    }

    // The first of two attributes of one name counts.
    static void keep(bool wanted, std::optional<std::string>& into, std::string_view value) {
        if (wanted && !into) into = decode_entities(value);
    }

    std::string_view input_;
    std::size_t& at_;
};

bool style_hides(std::string_view style) {
    std::string tight;
    for (const char c : style)
        if (!ascii_space(c)) tight += ascii_lower(c);
    return tight.find("display:none") != std::string::npos ||
           tight.find("visibility:hidden") != std::string::npos;
}

}  // namespace

const KnownTag& known_tag(std::string_view name) {
    using namespace traits;
    static const auto table = [] {
        std::unordered_map<std::string_view, KnownTag> built;
        const auto add = [&built](Traits given, std::initializer_list<std::string_view> names) {
            for (const std::string_view each : names)
                built[each] = KnownTag{given, (given & kept) != 0 ? each : std::string_view{}};
        };
        add(block | closes_p,
            {"address", "article",  "aside",      "center",  "details", "dir",    "div",
             "dl",      "fieldset", "figcaption", "figure",  "footer",  "form",   "h1",
             "h2",      "h3",       "h4",         "h5",      "h6",      "header", "hgroup",
             "main",    "menu",     "nav",        "section", "summary", "table"});
        add(block | closes_p | kept, {"blockquote", "ol", "p", "ul"});
        add(block | closes_p | pre | kept, {"pre"});
        add(block | closes_p | pre, {"listing"});
        add(block | closes_p | childless, {"hr"});
        add(line | closes_p, {"dd", "dt"});
        add(line | closes_p | kept, {"li"});
        add(line, {"caption", "legend", "optgroup", "option", "tr"});
        add(cell, {"td", "th"});
        // Fallback of media, form choices, and the reading aids of ruby, which cut words in two.
        add(hidden,
            {"audio",
             "canvas",
             "datalist",
             "noscript",
             "object",
             "rp",
             "rt",
             "select",
             "template",
             "video"});
        add(raw, {"iframe", "noembed", "noframes", "script", "style", "textarea", "title"});
        add(childless,
            {"area",
             "base",
             "br",
             "col",
             "embed",
             "frame",
             "img",
             "input",
             "link",
             "meta",
             "param",
             "source",
             "track",
             "wbr"});
        add(kept, {"a", "b", "code", "em", "i", "s", "strong", "u"});
        for (const std::string_view struck : {"del", "strike"}) built[struck] = KnownTag{kept, "s"};
        return built;
    }();
    static const KnownTag unknown;
    const auto found = table.find(name);
    return found != table.end() ? found->second : unknown;
}

std::optional<HtmlTag> read_tag(std::string_view input, std::size_t& at) {
    return TagReader(input, at).read();
}

bool tag_hides(const HtmlTag& tag) { return tag.hidden || (tag.style && style_hides(*tag.style)); }

bool tag_shows_emoji(const HtmlTag& tag) {
    if (!tag.classes) return false;
    return tag.classes->find("emoji") != std::string::npos ||
           tag.classes->find("url-icon") != std::string::npos;
}

}  // namespace spokeswatch
