#include <algorithm>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"

// `name`, `label=value`, `!=`, `=~`, `!~`: the one syntax of `from`, `not_from` and `matchers`.

namespace spokeswatch {

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class MatcherParser {
  public:
    MatcherParser(const Located<std::string>& item, bool bare_names, Diagnostics& diagnostics)
        : item_(item), text_(item.value), bare_names_(bare_names), diagnostics_(diagnostics) {}

    std::optional<MatcherConfig> parse() {
        MatcherConfig out;
        out.span = item_.span;
        text_ = trimmed(text_);
        // As Alertmanager writes them: {severity="critical",desk="asia"}.
        if (text_.starts_with('{') && text_.ends_with('}'))
            text_ = trimmed(text_.substr(1, text_.size() - 2));
        if (text_.empty()) return refuse("an empty matcher", "write `label=value`");
        while (true) {
            auto part = next();
            if (!part) return std::nullopt;
            out.parts.push_back(std::move(*part));
            skip_space();
            if (at_ == text_.size()) return out;
            if (text_[at_] != ',') return refuse_value();
            ++at_;
        }
    }

  private:
    std::nullopt_t refuse(const std::string& message, const std::string& label) {
        diagnostics_.error(code::matcher, item_.span, message).label = label;
        return std::nullopt;
    }
    std::nullopt_t refuse_value() {
        return refuse(
            "cannot read the matcher " + cited(item_.value), "put the value in quotes: label=\"…\""
        );
    }
    void skip_space() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }

    std::optional<MatcherConfig::Part> next() {
        MatcherConfig::Part part;
        skip_space();
        const std::size_t end = std::min(text_.find_first_of("=!,", at_), text_.size());
        const std::string left(trimmed(text_.substr(at_, end - at_)));
        at_ = end;
        if (at_ == text_.size() || text_[at_] == ',') return bare(left);
        part.label = left;
        if (!read_operator(part.op)) {
            if (left.empty() && bare_names_)
                return refuse(
                    cited(item_.value) + " cannot stand here", "to exclude a source, use `not_from`"
                );
            return refuse("cannot read the matcher " + cited(item_.value), "write `label=value`");
        }
        if (!is_label_name(part.label))
            return refuse(
                cited(part.label) + " cannot name a label",
                "use letters, digits and `_`, no digit first"
            );
        if (!read_value(part.value)) return refuse_value();
        return part;
    }

    std::optional<MatcherConfig::Part> bare(const std::string& name) {
        if (!is_name(name))
            return refuse(
                "cannot read the matcher " + cited(item_.value),
                bare_names_ ? "write the name of a source or `label=value`" : "write `label=value`"
            );
        if (!bare_names_)
            return refuse(
                cited(name) + " is no matcher",
                "a bare name stands in `from` only: write `label=value`"
            );
        MatcherConfig::Part part;
        part.value = name;
        return part;
    }

    bool read_operator(MatcherOp& op) {
        const std::string_view rest = text_.substr(at_);
        std::size_t size = 2;
        if (rest.starts_with("=~")) {
            op = MatcherOp::regex;
        } else if (rest.starts_with("!~")) {
            op = MatcherOp::not_regex;
        } else if (rest.starts_with("!=")) {
            op = MatcherOp::not_equal;
        } else if (rest.starts_with("=") && !rest.starts_with("==")) {
            op = MatcherOp::equal;
            size = 1;
        } else {
            return false;
        }
        at_ += size;
        return true;
    }

    bool read_value(std::string& into) {
        skip_space();
        if (at_ < text_.size() && text_[at_] == '"') {
            for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
                if (text_[at_] != '\\' || at_ + 1 == text_.size()) {
                    into += text_[at_];
                    continue;
                }
                // Other escapes belong to a regular expression and stay as they are.
                const char escaped = text_[++at_];
                if (escaped == 'n')
                    into += '\n';
                else if (escaped == '"' || escaped == '\\')
                    into += escaped;
                else
                    into += {'\\', escaped};
            }
            if (at_ == text_.size()) return false;
            ++at_;
            return true;
        }
        const std::size_t end = std::min(text_.find(',', at_), text_.size());
        into = trimmed(text_.substr(at_, end - at_));
        at_ = end;
        return into.find('"') == std::string::npos;
    }

    const Located<std::string>& item_;
    std::string_view text_;
    bool bare_names_;
    Diagnostics& diagnostics_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<MatcherConfig> read_matchers(
    Loading& loading, const Mapping& map, std::string_view key, bool bare_names
) {
    std::vector<MatcherConfig> out;
    std::vector<Located<std::string>> texts;
    const Yaml value = map[key];
    if (!value) return out;
    // `[tier: official]` is a list of mappings to YAML.
    if (value.is_list()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const Yaml item = value.item(i);
            if (!item.is_map() || item.size() != 1 || !item.value(0).is_scalar()) continue;
            wrong_type(loading.diagnostics, "an item of " + cited(key), "a text", item).label =
                "write `" + item.key(0).text() + "=" + item.value(0).text() + "`";
            return out;
        }
    }
    if (value.is_map() && value.size() > 0 && value.value(0).is_scalar()) {
        wrong_type(loading.diagnostics, cited(key), "a list of texts", value).label =
            "write `['" + value.key(0).text() + "=" + value.value(0).text() + "']`";
        return out;
    }
    if (!loading.reader.texts(map, key, texts, Reader::Texts::terms)) return out;
    if (texts.empty())
        loading.diagnostics
            .error(code::empty, value.span(), "`" + std::string(key) + ": []` is empty")
            .label = bare_names ? "leave the key out to mean every source"
                                : "leave the key out to mean everything";
    for (const Located<std::string>& text : texts) {
        auto matcher = MatcherParser(text, bare_names, loading.diagnostics).parse();
        if (matcher) out.push_back(std::move(*matcher));
    }
    return out;
}

}  // namespace spokeswatch
