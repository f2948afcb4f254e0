#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"

namespace spokeswatch {

inline constexpr std::size_t yaml_bytes_max = 8 * 1024 * 1024;
inline constexpr std::size_t yaml_depth_max = 64;
inline constexpr std::size_t yaml_nodes_max = 1'000'000;  // aliases expanded

// One value of a YAML file and where it stands. Scalars are texts: the reader decides the type.
struct YamlNode {
    enum class Kind : std::uint8_t { empty, scalar, list, map };

    Kind kind = Kind::empty;
    bool quoted = false;      // a scalar in quotes or a block scalar
    bool in_flow = false;     // stands between [ ] or { }
    std::uint8_t height = 1;  // levels below and with it
    std::uint32_t nodes = 1;  // it and everything below, aliases expanded
    // A scalar in quotes begins behind its quote, so that column + n is its character n as long as
    // nothing is escaped. A list or map in brackets spans them when they close on its line; one
    // without is where its first item begins.
    std::uint32_t line = 1, column = 1, length = 1;
    std::uint32_t offset = 0;  // bytes
    std::string text;
    std::vector<const YamlNode*> children;  // items of a list; key, value, key, value of a map
};

// A view of a node in its file. Cheap to copy; the tree must outlive it.
class Yaml {
  public:
    Yaml() = default;
    Yaml(const YamlNode* node, const std::shared_ptr<const SourceText>* file)
        : node_(node), file_(file) {}

    explicit operator bool() const { return node_ != nullptr; }
    [[nodiscard]] bool is_empty() const { return node_->kind == YamlNode::Kind::empty; }
    [[nodiscard]] bool is_scalar() const { return node_->kind == YamlNode::Kind::scalar; }
    [[nodiscard]] bool is_list() const { return node_->kind == YamlNode::Kind::list; }
    [[nodiscard]] bool is_map() const { return node_->kind == YamlNode::Kind::map; }
    [[nodiscard]] bool quoted() const { return node_->quoted; }
    [[nodiscard]] bool in_flow() const { return node_->in_flow; }
    [[nodiscard]] const std::string& text() const { return node_->text; }
    [[nodiscard]] Span span() const {
        return Span{*file_, node_->line, node_->column, node_->length};
    }
    [[nodiscard]] std::size_t offset() const { return node_->offset; }

    // Items of a list or pairs of a map; 0 for the rest.
    [[nodiscard]] std::size_t size() const {
        return is_map() ? node_->children.size() / 2 : node_->children.size();
    }
    [[nodiscard]] Yaml item(std::size_t i) const { return {node_->children[i], file_}; }
    [[nodiscard]] Yaml key(std::size_t i) const { return {node_->children[2 * i], file_}; }
    [[nodiscard]] Yaml value(std::size_t i) const { return {node_->children[2 * i + 1], file_}; }

  private:
    const YamlNode* node_ = nullptr;
    const std::shared_ptr<const SourceText>* file_ = nullptr;
};

// A whole file as nodes with places. What yaml-cpp does not report is reported here: duplicate
// keys, merge keys, tags, further documents, unclosed quotes, wrong encoding, tabs, full-width
// punctuation, nodes without end (docs/configuration.md, "YAML").
class YamlTree {
  public:
    // `bytes` as read from the disk. Null when there is an error; all of them are in `diagnostics`.
    static std::unique_ptr<YamlTree> parse(
        const std::string& path, std::string bytes, Diagnostics& diagnostics
    );

    // An empty file has an empty root.
    [[nodiscard]] Yaml root() const { return {root_, &file_}; }
    [[nodiscard]] const std::shared_ptr<const SourceText>& file() const { return file_; }
    // Whatever stands there is never shown: see SourceText::hidden.
    void hide(Yaml secret);

  private:
    friend class TreeBuilder;
    YamlTree() = default;

    std::shared_ptr<SourceText> text_;
    std::shared_ptr<const SourceText> file_;  // the same
    std::deque<YamlNode> nodes_;
    const YamlNode* root_ = nullptr;
};

}  // namespace spokeswatch
