#include "config/yaml_tree.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/source_text.hpp"
#include "config/yaml_scan.hpp"

namespace spokeswatch {

namespace {

// Thrown through yaml-cpp by the handler below: the fault is already reported.
struct Stop {};

// yaml-cpp's words for its own errors, in ours.
struct Explanation {
    std::string_view theirs;
    std::string_view ours;
    std::string_view help;
};
constexpr Explanation explanations[] = {
    {"illegal map value",
     "a `:` that cannot stand here",
     "a text that holds `: ` needs quotes; keys of one mapping are indented alike"},
    {"end of map not found",
     "this line does not fit the indentation of the lines above it",
     "keys of one mapping are indented alike; list items begin with `- `"},
    {"end of sequence not found",
     "this line does not fit the list above it",
     "items of one list are indented alike and begin with `- `"},
    {"end of sequence flow not found", "a `,` or `]` is missing before this place", ""},
    {"end of map flow not found", "a `,` or `}` is missing before this place", ""},
    {"the referenced anchor is not defined",
     "YAML takes a word that begins with `*` as an alias, and nothing has this name",
     "to write a text that begins with `*`, put it in quotes"},
    {"illegal block entry", "a list item cannot begin here", "put the `- ` on a line of its own"},
    {"illegal map key", "a key cannot begin here", ""},
    {"illegal flow end", "this bracket closes nothing", "a text that begins with it needs quotes"},
    {"illegal tab when looking for indentation", "a tab cannot stand here", "use spaces"},
    {"unknown token", "this character cannot begin a value", "put the text in quotes"},
};

}  // namespace

// Builds the tree from yaml-cpp's events, which see every key, tag and place.
class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(YamlTree& tree, const YamlScan& scan, Diagnostics& diagnostics)
        : tree_(tree), scan_(scan), diagnostics_(diagnostics), places_(tree.file_) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (tree_.root_ == nullptr) return;
        error(code::yaml_feature, offset(mark), "a second YAML document begins here");
        throw Stop();
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode& node = add(YamlNode::Kind::empty, mark, "?");
        if (anchor != 0) refuse_bare_anchor(offset(mark));
        // The mark of nothing is that of the next token: the key is what people look for.
        if (!open_.empty() && open_.back()->kind == YamlNode::Kind::map &&
            open_.back()->children.size() % 2 == 1) {
            const YamlNode& key = *open_.back()->children.back();
            node.line = key.line;
            node.column = key.column;
            node.length = key.length;
            node.offset = key.offset;
        } else {
            place(node, open_.empty() ? offset(mark) : dash_before(offset(mark)), 1);
        }
        close(node, anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            error(code::too_much, offset(mark), "an alias stands inside the value that it names");
            throw Stop();
        }
        count_ += found->second->nodes;
        check_limits(mark, open_.size() + found->second->height);
        attach(*found->second);
    }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        YamlNode& node = add(YamlNode::Kind::scalar, mark, tag);
        node.text = value;
        const std::size_t start = offset(mark);
        const std::string_view bytes = tree_.file_->bytes;
        const char first = start < bytes.size() ? bytes[start] : ' ';
        const std::uint32_t* end = scan_.end_of(static_cast<std::uint32_t>(start));
        node.quoted = tag == "!";
        if (node.quoted && (first == '"' || first == '\'') && end != nullptr) {
            if (*end == start + 1)
                place(node, start, 2);
            else
                place(node, start + 1, *end - start - 1);
        } else if (bytes.substr(start, value.size()) == value) {
            place(node, start, value.size());
        } else {
            // A text of several lines: its first one stands for it.
            std::size_t line_end = std::min(bytes.find_first_of("\r\n", start), bytes.size());
            place(node, start, node.quoted ? 1 : line_end - start);
        }
        close(node, anchor);
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value style
    ) override {
        open(YamlNode::Kind::list, mark, tag, anchor, style);
    }
    void OnSequenceEnd() override { close_open(); }
    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value style
    ) override {
        open(YamlNode::Kind::map, mark, tag, anchor, style);
    }
    void OnMapEnd() override {
        refuse_duplicates(*open_.back());
        close_open();
    }

    void report(const YAML::Exception& exception) {
        const std::size_t at = offset(exception.mark);
        if (!scan_.open_brackets.empty()) {
            const std::size_t bracket = scan_.open_brackets.back();
            const char sign = tree_.file_->bytes[bracket];
            error(code::syntax, bracket, cited(std::string(1, sign)) + " is never closed").label =
                sign == '[' ? "the list that begins here needs a `]`"
                            : "the mapping that begins here needs a `}`";
            return;
        }
        if (const auto quote = long_quote_before(at)) {
            error(code::syntax, *quote, "this quote is closed only some lines below").label =
                "is a quote missing at the end of this line?";
            return;
        }
        for (const Explanation& explanation : explanations) {
            if (exception.msg != explanation.theirs) continue;
            Diagnostic& fault = error(code::syntax, at, std::string(explanation.ours));
            if (!explanation.help.empty()) fault.helps.emplace_back(explanation.help);
            return;
        }
        error(code::syntax, at, "this is not YAML: " + exception.msg);
    }

  private:
    [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
        return mark.pos < 0 ? 0
                            : std::min<std::size_t>(
                                  static_cast<std::size_t>(mark.pos), tree_.file_->bytes.size()
                              );
    }
    Diagnostic& error(const char* code, std::size_t at, std::string message) {
        return diagnostics_.error(code, places_.at(at), std::move(message));
    }

    // `any: [&co]`: a word that was meant.
    void refuse_bare_anchor(std::size_t at) {
        const std::size_t sign = tree_.file_->bytes.rfind('&', at);
        error(
            code::yaml_feature,
            sign == std::string::npos ? at : sign,
            "YAML takes a word that begins with `&` as the name of a value, and none follows"
        )
            .helps.emplace_back("to write a text that begins with `&`, put it in quotes");
    }

    // The dash of an item that is empty: the mark stands behind it, at whatever comes next.
    [[nodiscard]] std::size_t dash_before(std::size_t at) const {
        const std::string_view bytes = tree_.file_->bytes;
        for (std::size_t end = at; end > 0;) {
            const std::size_t last = bytes.find_last_not_of(" \t\r\n", end - 1);
            if (last == bytes.npos) return at;
            if (bytes[last] == '-') return last;
            // A comment may stand between.
            const std::size_t line = bytes.rfind('\n', last) + 1;
            const std::size_t hash = bytes.find('#', line);
            if (hash > last) return at;
            end = hash;
        }
        return at;
    }

    // A quoted text over several lines that ends on the line of `at`, before it.
    [[nodiscard]] std::optional<std::size_t> long_quote_before(std::size_t at) const {
        const std::string_view bytes = tree_.file_->bytes;
        const std::size_t line_start = bytes.rfind('\n', at == 0 ? 0 : at - 1) + 1;
        for (const auto& [start, end] : scan_.pairs) {
            const bool quote = bytes[start] == '"' || bytes[start] == '\'';
            if (quote && start < line_start && end >= line_start && end <= at) return start;
        }
        return std::nullopt;
    }

    void place(YamlNode& node, std::size_t at, std::size_t length_bytes) {
        const Span span = places_.at(at, length_bytes);
        node.line = static_cast<std::uint32_t>(span.line);
        node.column = static_cast<std::uint32_t>(span.column);
        node.length = static_cast<std::uint32_t>(span.length);
        node.offset = static_cast<std::uint32_t>(at);
    }

    void check_limits(const YAML::Mark& mark, std::size_t depth) {
        if (depth > yaml_depth_max) {
            error(
                code::too_much,
                offset(mark),
                "lists and mappings are nested more than " + std::to_string(yaml_depth_max) +
                    " levels deep"
            );
            throw Stop();
        }
        if (count_ > yaml_nodes_max) {
            error(
                code::too_much,
                offset(mark),
                "the file holds more than " + std::to_string(yaml_nodes_max) +
                    " values, aliases counted each time"
            );
            throw Stop();
        }
    }

    YamlNode& add(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
        ++count_;
        check_limits(mark, open_.size() + 1);
        if (!tag.empty() && tag != "?" && tag != "!") {
            error(code::yaml_feature, offset(mark), "YAML tags are not used here: remove it")
                .helps.push_back("to write a text that begins with `!`, put it in quotes");
        }
        YamlNode& node = tree_.nodes_.emplace_back();
        node.kind = kind;
        node.in_flow = flow_depth_ > 0;
        return node;
    }

    void open(
        YamlNode::Kind kind,
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value style
    ) {
        YamlNode& node = add(kind, mark, tag);
        const std::size_t start = offset(mark);
        const std::uint32_t* end = nullptr;
        const bool brackets = style == YAML::EmitterStyle::Flow;
        if (brackets) end = scan_.end_of(static_cast<std::uint32_t>(start));
        place(node, start, end != nullptr ? *end - start + 1 : 1);
        if (brackets) ++flow_depth_;
        flow_.push_back(brackets);
        anchor_of_.push_back(anchor);
        open_.push_back(&node);
    }

    void close_open() {
        YamlNode& node = *open_.back();
        if (!flow_.back() && !node.children.empty()) {
            const YamlNode& first = *node.children.front();
            if (first.line == node.line && first.column == node.column) node.length = first.length;
        }
        if (flow_.back()) --flow_depth_;
        const YAML::anchor_t anchor = anchor_of_.back();
        flow_.pop_back();
        anchor_of_.pop_back();
        open_.pop_back();
        close(node, anchor);
    }

    void close(YamlNode& node, YAML::anchor_t anchor) {
        if (anchor != 0) anchors_[anchor] = &node;
        attach(node);
    }

    void attach(const YamlNode& node) {
        if (open_.empty()) {
            tree_.root_ = &node;
            return;
        }
        YamlNode& parent = *open_.back();
        parent.children.push_back(&node);
        parent.nodes += node.nodes;
        parent.height =
            std::max<std::uint8_t>(parent.height, static_cast<std::uint8_t>(node.height + 1));
    }

    void refuse_duplicates(const YamlNode& map) {
        std::unordered_map<std::string_view, const YamlNode*> seen;
        for (std::size_t i = 0; i < map.children.size(); i += 2) {
            const YamlNode& key = *map.children[i];
            const Span span{tree_.file_, key.line, key.column, key.length};
            if (key.kind != YamlNode::Kind::scalar) {
                diagnostics_.error(code::wrong_type, span, "a key must be a text");
                continue;
            }
            if (key.text == "<<" && !key.quoted) {
                diagnostics_
                    .error(code::yaml_feature, span, "YAML merge keys (`<<`) are not supported")
                    .label = "write the keys out here";
                continue;
            }
            const auto [first, is_new] = seen.emplace(key.text, &key);
            if (is_new) continue;
            Diagnostic& fault = diagnostics_.error(
                code::duplicate_key, span, "key " + cited(key.text) + " stands here twice"
            );
            fault.label = "second one";
            const YamlNode& other = *first->second;
            fault.secondary.push_back(
                {Span{tree_.file_, other.line, other.column, other.length}, "first one is here"}
            );
        }
    }

    YamlTree& tree_;
    const YamlScan& scan_;
    Diagnostics& diagnostics_;
    Places places_;
    std::vector<YamlNode*> open_;
    std::vector<bool> flow_;
    std::vector<YAML::anchor_t> anchor_of_;
    std::unordered_map<YAML::anchor_t, const YamlNode*> anchors_;
    std::size_t flow_depth_ = 0;
    std::size_t count_ = 0;
};

std::unique_ptr<YamlTree> YamlTree::parse(
    const std::string& path, std::string bytes, Diagnostics& diagnostics
) {
    const std::size_t faults_before = diagnostics.errors();
    auto source = read_source_text(path, std::move(bytes), diagnostics);
    if (!source) return nullptr;
    std::unique_ptr<YamlTree> tree(new YamlTree());
    tree->text_ = std::move(source);
    tree->file_ = tree->text_;
    const YamlScan scan = scan_yaml(tree->file_, diagnostics);
    if (diagnostics.errors() > faults_before) return nullptr;

    TreeBuilder builder(*tree, scan, diagnostics);
    try {
        std::istringstream stream(tree->text_->bytes);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop&) {
    } catch (const YAML::Exception& exception) {
        builder.report(exception);
    }
    if (tree->root_ == nullptr) tree->root_ = &tree->nodes_.emplace_back();
    return diagnostics.errors() > faults_before ? nullptr : std::move(tree);
}

void YamlTree::hide(Yaml secret) {
    const Span span = secret.span();
    std::string_view rest = std::string_view(text_->bytes).substr(secret.offset());
    rest = rest.substr(0, rest.find_first_of("\r\n"));
    const std::size_t size = byte_offset(rest, span.length);
    text_->hidden.emplace_back(secret.offset(), secret.offset() + size);
}

}  // namespace spokeswatch
