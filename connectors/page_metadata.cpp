#include "connectors/page_metadata.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/html.hpp"
#include "connectors/json.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t scripts_max = 20;
constexpr std::size_t objects_max = 200;  // of one script

constexpr std::array article_types{
    std::string_view("Article"),
    std::string_view("NewsArticle"),
    std::string_view("PressRelease"),
    std::string_view("ReportageNewsArticle"),
    std::string_view("BlogPosting"),
};

// Names under which pages keep the date; in lower case.
constexpr std::array date_names{
    std::string_view("article:published_time"),
    std::string_view("date"),
    std::string_view("pubdate"),
    std::string_view("publishdate"),
    std::string_view("dc.date"),
    std::string_view("dc.date.issued"),
    std::string_view("dc.date.created"),
    std::string_view("dcterms.date"),
    std::string_view("dcterms.issued"),
};

void fill(std::string& into, std::string value) {
    if (into.empty()) into = trim(value);
}

// The value, or the values when it is a list.
std::vector<Json> one_or_all(Json value) {
    return value.is_array() ? value.items() : std::vector<Json>(1, value);
}

bool is_article(Json object) {
    for (const Json& type : one_or_all(object["@type"])) {
        std::string name = type.text();
        name.erase(0, name.rfind('/') + 1);
        if (std::find(article_types.begin(), article_types.end(), name) != article_types.end()) {
            return true;
        }
    }
    return false;
}

void read_object(Json object, PageMetadata& page) {
    fill(page.title, object["headline"].text());
    fill(page.published, object["datePublished"].text());
    fill(page.modified, object["dateModified"].text());
    fill(page.text, object["articleBody"].text());
    for (const Json& author : one_or_all(object["author"])) {
        fill(page.author, author.is_object() ? author["name"].text() : author.text());
    }
}

void read_json_ld(Node root, PageMetadata& page) {
    std::size_t scripts = 0;
    for (Node script = root.following(root); script; script = script.following(root)) {
        if (!script.is("script")) continue;
        if (ascii_lower(trim(script.attribute("type"))) != "application/ld+json") continue;
        if (++scripts > scripts_max) return;
        auto document = parse_json(script.text(), "JSON-LD");
        if (!document) continue;
        std::vector<Json> objects = one_or_all(document->root());
        for (std::size_t i = 0; i < objects.size() && i < objects_max; ++i) {
            const Json object = objects[i];
            for (const Json& part : one_or_all(object["@graph"])) {
                if (part.is_object()) objects.push_back(part);
            }
            if (is_article(object)) read_object(object, page);
        }
    }
}

}  // namespace

PageMetadata page_metadata(Node root) {
    PageMetadata page;
    read_json_ld(root, page);
    fill(page.title, meta_content(root, "og:title"));
    fill(page.modified, meta_content(root, "article:modified_time"));
    fill(page.author, meta_content(root, "author"));
    for (std::string_view name : date_names) fill(page.published, meta_content(root, name));
    for (Node time = root.following(root); time && page.published.empty();
         time = time.following(root)) {
        if (time.is("time")) fill(page.published, time.attribute("datetime"));
    }
    return page;
}

}  // namespace spokeswatch
