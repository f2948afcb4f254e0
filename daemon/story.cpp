#include "daemon/story.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "text/tokens.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t text_cells_min = 24;  // terminal cells: a Han character says twice as much
constexpr std::size_t title_code_points_max = 120;

bool is_front_page(const std::string& canonical) {
    return canonical.empty() || canonical.find('/') == std::string::npos ||
           canonical.find('/') + 1 == canonical.size();
}

// The part of a canonical URL behind its scheme.
std::string without_scheme(const std::string& canonical) {
    const auto at = canonical.find("://");
    return at == std::string::npos ? canonical : canonical.substr(at + 3);
}

}  // namespace

std::string text_key(const Statement& statement) {
    const std::string& words = statement.text.empty() ? statement.title : statement.text;
    const std::string normal = normalised_text(words);
    return display_cells(normal) >= text_cells_min ? "text:" + sha256_hex(normal) : "";
}

std::vector<StoryKeyText> story_keys(const Statement& statement) {
    std::vector<StoryKeyText> keys;
    if (std::string key = text_key(statement); !key.empty()) {
        keys.push_back({std::move(key), "same text"});
    }
    const std::string page = without_scheme(canonical_url(statement.url));
    if (!is_front_page(page)) keys.push_back({"url:" + page, "same url"});
    return keys;
}

std::string story_title(const Statement& statement) {
    const std::string& words = statement.title.empty() ? statement.text : statement.title;
    std::string title = clean_title(first_sentence(clean_text(words), title_code_points_max));
    return title.empty() ? "(no text)" : title;
}

}  // namespace spokeswatch
