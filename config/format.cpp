#include "config/format.hpp"

#include <array>
#include <map>
#include <vector>

#include "config/codes.hpp"
#include "config/expression_tokens.hpp"
#include "config/reader.hpp"
#include "config/scalar_places.hpp"
#include "config/source_text.hpp"
#include "config/yaml_scan.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

namespace {

constexpr int passes_max = 8;  // what one mend uncovers is mended by the next pass
constexpr std::array<std::size_t, 3> tab_widths{2, 4, 8};
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::array<std::string_view, 2> wide_commas{"，", "、"};

// Other bytes for those at an offset.
using Edits = std::map<std::size_t, YamlMend>;

std::string edited(const std::string& bytes, const Edits& edits) {
    std::string out;
    std::size_t at = 0;
    for (const auto& [offset, mend] : edits) {
        out.append(bytes, at, offset - at);
        out += mend.text;
        at = offset + mend.length;
    }
    return out.append(bytes, at);
}

// Slips in the values, where their keys tell what they are.
class ValueMends {
  public:
    explicit ValueMends(const std::string& bytes) : bytes_(bytes) {}

    Edits find(Yaml root) {
        each_item(root, "rules", [this](Yaml rule) {
            if (const Yaml match = value_of(rule, "match")) condition(match);
        });
        each_item(root, "concepts", [this](Yaml concept_item) {
            if (const Yaml terms = value_of(concept_item, "terms")) members(terms);
        });
        return std::move(edits_);
    }

  private:
    template <typename Use>
    void each_item(Yaml root, const char* key, Use use) {
        const Yaml list = root.is_map() ? value_of(root, key) : Yaml();
        if (!list || !list.is_list()) return;
        for (std::size_t i = 0; i < list.size(); ++i)
            if (list.item(i).is_map()) use(list.item(i));
    }

    void condition(Yaml value) {
        if (value.is_scalar()) return expression(value);
        if (!value.is_map()) return;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const std::string& key = value.key(i).text();
            if (key == "all" || key == "any" || key == "none" || key == "near" || key == "before")
                members(value.value(i));
        }
    }

    // Lists of terms, also below the keys of languages.
    void members(Yaml value) {
        for (std::size_t i = 0; value.is_map() && i < value.size(); ++i) {
            if (value.value(i).is_list()) members(value.value(i));
        }
        for (std::size_t i = 0; value.is_list() && i < value.size(); ++i) {
            const Yaml item = value.item(i);
            if (item.is_map()) condition(item);
            if (item.is_scalar() && item.in_flow() && !item.quoted()) part_by_commas(item);
        }
    }

    void part_by_commas(Yaml term) {
        const std::string& text = term.text();
        const ScalarPlaces places(term);
        for (const std::string_view comma : wide_commas) {
            for (std::size_t at = text.find(comma); at != std::string::npos;
                 at = text.find(comma, at + 1)) {
                const std::size_t end = at + comma.size();
                const bool last = text.find_first_not_of(' ', end) == std::string::npos;
                const bool spaced = end < text.size() && text[end] == ' ';
                replace(places, at, comma, last || spaced ? "," : ", ");
            }
        }
    }

    void expression(Yaml value) {
        const ExpressionTokens read = expression_tokens(value.text());
        if (read.fault || read.one_phrase()) return;
        const ScalarPlaces places(value);
        for (const ExpressionToken& token : read.tokens) {
            if (token.text == "ONEAR" || token.text == "PRE" || token.text == "W") {
                if (token.kind == ExpressionToken::Kind::before)
                    replace(places, token.start, token.text, "BEFORE");
                if (token.kind == ExpressionToken::Kind::near)
                    replace(places, token.start, token.text, "NEAR");
            }
            if (token.kind != ExpressionToken::Kind::word) continue;
            for (const auto& [wide, narrow] : {std::pair("（", "("), std::pair("）", ")")}) {
                for (std::size_t at = token.text.find(wide); at != std::string::npos;
                     at = token.text.find(wide, at + 1))
                    replace(places, token.start + at, wide, narrow);
            }
        }
    }

    // `what` at that byte of the text, when it stands so in the file.
    void replace(
        const ScalarPlaces& places, std::size_t at, std::string_view what, const char* by
    ) {
        const auto offset = places.offset(at);
        if (offset && bytes_.compare(*offset, what.size(), what) == 0)
            edits_[*offset] = YamlMend{*offset, what.size(), by};
    }

    const std::string& bytes_;
    Edits edits_;
};

struct Mended {
    std::string bytes;
    std::unique_ptr<YamlTree> tree;
    std::optional<Span> tab;  // the first one that became spaces
};

// Mends with one width for tabs. Nothing when something is left that is wrong.
std::optional<Mended> mend(
    const std::string& path, std::string bytes, std::size_t tab_width, Diagnostics& diagnostics
) {
    Mended out;
    for (int pass = 0; pass < passes_max; ++pass) {
        const auto source = read_source_text(path, bytes, diagnostics);
        if (!source) return std::nullopt;
        Diagnostics found;
        YamlScan scan = scan_yaml(source, found);
        Edits edits;
        for (YamlMend& one : scan.mends) {
            if (one.tabs) {
                if (!out.tab) out.tab = Places(source).at(one.offset);
                one.text.assign(one.length * tab_width, ' ');
            }
            edits[one.offset] = std::move(one);
        }
        if (found.errors() > edits.size()) {
            scan_yaml(source, diagnostics);
            return std::nullopt;
        }
        if (edits.empty()) {
            out.tree = YamlTree::parse(path, bytes, diagnostics);
            if (!out.tree) return std::nullopt;
            edits = ValueMends(bytes).find(out.tree->root());
        }
        if (edits.empty()) {
            out.bytes = std::move(bytes);
            return out;
        }
        bytes = edited(bytes, edits);
    }
    YamlTree::parse(path, bytes, diagnostics);
    return std::nullopt;
}

bool same(Yaml one, Yaml other) {
    if (one.is_list() != other.is_list() || one.is_map() != other.is_map()) return false;
    if (one.size() != other.size() || one.text() != other.text()) return false;
    for (std::size_t i = 0; i < one.size(); ++i) {
        const bool equal =
            one.is_map() ? same(one.key(i), other.key(i)) && same(one.value(i), other.value(i))
                         : same(one.item(i), other.item(i));
        if (!equal) return false;
    }
    return true;
}

}  // namespace

std::optional<std::string> format_config(
    const std::string& path, const std::string& bytes, Diagnostics& diagnostics
) {
    const bool marked = bytes.starts_with(byte_order_mark);
    const std::string text = marked ? bytes.substr(byte_order_mark.size()) : bytes;
    std::optional<Mended> mended;
    for (const std::size_t width : tab_widths) {
        Diagnostics found;
        auto one = mend(path, text, width, found);
        if (!one) continue;
        if (!mended) {
            mended = std::move(one);
            if (!mended->tab) break;
        } else if (!same(mended->tree->root(), one->tree->root())) {
            diagnostics
                .error(
                    code::tab,
                    *mended->tab,
                    "tabs and spaces are mixed: how deep this line stands hangs on the width of a "
                    "tab"
                )
                .label = "indent these lines with spaces alone";
            return std::nullopt;
        }
    }
    if (!mended) {
        mend(path, text, tab_widths.front(), diagnostics);
        return std::nullopt;
    }
    return (marked ? std::string(byte_order_mark) : "") + mended->bytes;
}

}  // namespace spokeswatch
