#include "connectors/page_settings.hpp"

#include "text/charset.hpp"

namespace spokeswatch {

namespace {

constexpr int pages_default = 5;
constexpr int pages_most = 20;
constexpr int articles_default = 5;
constexpr int articles_most = 50;
constexpr int items_most = 500;

OptionSpec whole_option(
    std::string name, std::string help, int low, int high, int otherwise, std::string example
) {
    OptionSpec option;
    option.name = std::move(name);
    option.type = OptionType::whole;
    option.help = std::move(help);
    option.low = low;
    option.high = high;
    option.otherwise = '`' + std::to_string(otherwise) + '`';
    option.example = std::move(example);
    return option;
}

OptionSpec drop_option(std::string help) {
    OptionSpec option;
    option.name = "drop";
    option.type = OptionType::texts;
    option.help = std::move(help);
    option.example = "['.promo', '.share']";
    return option;
}

std::vector<OptionSpec> item_keys() {
    OptionSpec item{"item", OptionType::text, "What one item of the list is, CSS or XPath.", true};
    item.example = "'.newsBd li'";
    return {
        item,
        page_field_option("title", "Its title.", "a"),
        page_field_option("link", "Its address, without which it needs an `id`.", "'a@href'"),
        page_field_option("date", "When it was published.", "span"),
        page_field_option("text", "Its text; of several places, all in their order.", "p.lead"),
        page_field_option("id", "What tells it from others; else its address does.", "'@data-id'"),
        page_field_option("author", "Who says it.", "'.byline'")};
}

std::vector<OptionSpec> article_keys() {
    return {
        page_field_option("title", "Its title.", "h1"),
        page_field_option("text", "Its text.", "'#News_Body_Txt_A'"),
        page_field_option("date", "When it was published.", "'.time span'"),
        page_field_option("author", "Who wrote it.", "'.byline'"),
        drop_option("What is no part of its text.")};
}

std::vector<Selector> read_drop(
    const Options& options, const std::string& option, std::vector<OptionFault>& faults
) {
    std::vector<Selector> selectors;
    for (const std::string& text : options.texts(option)) {
        std::optional<SelectorProblem> problem;
        selectors.push_back(Selector::compile(text, problem));
        // One of a list: its place is not known.
        if (problem) faults.push_back({option, cited(text) + ": " + problem->message});
    }
    return selectors;
}

}  // namespace

std::vector<OptionSpec> page_options() {
    OptionSpec url{"url", OptionType::url, "Address of the page that lists the items.", true};
    url.example = "'https://www.mfa.gov.cn/eng/xw/fyrbt/'";
    OptionSpec select{
        "select", OptionType::mapping, "Where the items stand, and what each of them says.", true};
    select.keys = item_keys();
    OptionSpec article{
        "article",
        OptionType::mapping,
        "Read the page of every new item as well; what is not told here is looked for."};
    article.keys = article_keys();
    OptionSpec charset{
        "charset", OptionType::text, "Charset of the page, whatever it says itself."};
    charset.example = "gb18030";
    OptionSpec robots{"respect_robots", OptionType::flag, "Ask `robots.txt` of the site first."};
    robots.otherwise = "yes";
    robots.example = "false";
    return {
        url,
        select,
        drop_option("What is no part of the list."),
        page_field_option(
            "next", "Link to the page with older items, read when items were missed.", "a.next"
        ),
        whole_option(
            "max_pages", "Pages of the list that one poll reads.", 1, pages_most, pages_default, "3"
        ),
        whole_option(
            "min_items", "With fewer items the page must have changed.", 0, items_most, 1, "5"
        ),
        article,
        whole_option(
            "article_max",
            "Pages of new items that one poll reads.",
            1,
            articles_most,
            articles_default,
            "10"
        ),
        charset,
        robots};
}

PageSettings read_page_settings(const SourceConfig& source) {
    const Options& options = source.options;
    PageSettings settings;
    settings.url = options.text("url");
    settings.lang = source.lang;
    settings.charset = options.text("charset");
    auto& faults = settings.faults;
    if (!settings.charset.empty() && !decode_charset("", settings.charset)) {
        faults.push_back({"charset", "no charset has this name"});
    }
    const auto field = [&](const char* option) {
        return read_page_field(options, option, source.timezone, faults);
    };
    if (options.has("select.item")) {
        settings.item = read_selector("select.item", options.text("select.item"), faults);
    } else {
        faults.push_back({"select.item", "this is needed"});
    }
    settings.title = field("select.title");
    settings.link = field("select.link");
    settings.date = field("select.date");
    settings.text = field("select.text");
    settings.id = field("select.id");
    settings.author = field("select.author");
    settings.next = field("next");
    if (settings.link.attribute.empty()) settings.link.attribute = "href";
    if (settings.next.attribute.empty()) settings.next.attribute = "href";
    if (options.has("select") && !settings.link.given && !settings.id.given) {
        faults.push_back({"select", "an item needs a `link` or an `id` to be known again by"});
    }
    settings.drop = read_drop(options, "drop", faults);
    settings.pages_max = static_cast<int>(options.whole("max_pages", pages_default));
    settings.items_min = static_cast<std::size_t>(options.whole("min_items", 1));
    settings.with_articles = options.has("article");
    if (settings.with_articles && !settings.link.given) {
        faults.push_back({"article", "it is found by the `link` of an item, and `select` has none"}
        );
    }
    settings.article.title = field("article.title");
    settings.article.date = field("article.date");
    settings.article.text = field("article.text");
    settings.article.author = field("article.author");
    settings.article.drop = read_drop(options, "article.drop", faults);
    std::optional<SelectorProblem> none;
    settings.article.drop.push_back(Selector::compile(article_clutter, none));
    settings.articles_max =
        static_cast<std::size_t>(options.whole("article_max", articles_default));
    return settings;
}

}  // namespace spokeswatch
