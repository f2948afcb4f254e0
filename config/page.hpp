#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// A page of a manual that can be printed as Markdown and as a man page. What goes in is a small
// part of Markdown: paragraphs, items that begin with `- `, code in backquotes, [links](to).
class Page {
  public:
    void heading(int level, std::string text);
    // Paragraphs and items, parted by blank lines; an item may follow another on the next line.
    void prose(std::string_view text);
    void code(std::string language, std::string text);
    // The first row names the columns. A man page shows the first cell of each further row as a
    // term and joins the rest below it: that of column 1 and 2 in one line, then the others.
    void table(std::vector<std::vector<std::string>> rows);

    [[nodiscard]] std::string markdown() const;
    // Section `section` of the manual; `name` as in `man name`, `summary` for whatis(1).
    [[nodiscard]] std::string man(const std::string& name, int section, const std::string& summary)
        const;

  private:
    struct Block {
        enum class Kind { heading, paragraph, item, code, table };
        Kind kind = Kind::paragraph;
        int level = 0;
        std::string text, language{};
        std::vector<std::vector<std::string>> rows{};
    };
    std::vector<Block> blocks_;
};

}  // namespace spokeswatch
