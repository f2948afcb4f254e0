#include "daemon/demo/outlets.hpp"

#include <cstdint>
#include <ctime>
#include <utility>

#include <boost/json.hpp>
#include <iconv.h>

#include "base/check.hpp"
#include "text/html_text.hpp"

namespace spokeswatch::demo {

namespace {

namespace json = boost::json;

std::string strftime_utc(Time time, const char* format) {
    const std::time_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    char buffer[64];
    const std::size_t length = std::strftime(buffer, sizeof buffer, format, &fields);
    return {buffer, length};
}

Time shown_time(const Post& post) {
    return post.shown_date.empty() ? post.published : parse_time(post.shown_date).value();
}

const std::string& shown_text(const Post& post) {
    return post.edited_text.empty() ? post.text : post.edited_text;
}

std::string gb18030(const std::string& utf8) {
    iconv_t converter = iconv_open("GB18030", "UTF-8");
    check(reinterpret_cast<std::intptr_t>(converter) != -1, "iconv knows GB18030");
    std::string out(utf8.size() * 2 + 16, '\0');
    std::string in = utf8;
    char* from = in.data();
    char* to = out.data();
    std::size_t from_left = in.size();
    std::size_t to_left = out.size();
    const std::size_t failed = iconv(converter, &from, &from_left, &to, &to_left);
    iconv_close(converter);
    check(failed != std::size_t(-1), "the demo's Chinese text converts");
    out.resize(out.size() - to_left);
    return out;
}

std::string rss(
    const Outlet& outlet, const std::vector<Post>& posts, const std::string& page, bool chinese
) {
    std::string out = std::string("<?xml version=\"1.0\" encoding=\"") +
                      (chinese ? "gb2312" : "UTF-8") +
                      "\"?>\n<rss version=\"2.0\"><channel><title>" + escape_html(outlet.title) +
                      "</title><link>" + page + "</link><language>" + outlet.lang + "</language>\n";
    for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
        out += "<item><title>" + escape_html(post->title) + "</title><link>" + page + '/' +
               post->id + "</link><guid isPermaLink=\"false\">" + post->id + "</guid><pubDate>" +
               strftime_utc(shown_time(*post), "%a, %d %b %Y %H:%M:%S GMT") +
               "</pubDate><description>" + escape_html(escape_html(shown_text(*post))) +
               "</description></item>\n";
    }
    out += "</channel></rss>\n";
    return chinese ? gb18030(out) : out;
}

std::string atom(const Outlet& outlet, const std::vector<Post>& posts, const std::string& page) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
        "xml:lang=\"" +
        outlet.lang + "\"><title>" + escape_html(outlet.title) + "</title><id>" + page +
        "</id><updated>" + format_time(posts.back().published) + "</updated>\n";
    for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
        out += "<entry><id>" + page + '/' + post->id + "</id><title>" + escape_html(post->title) +
               "</title><link rel=\"alternate\" href=\"" + page + '/' + post->id +
               "\"/><published>" + format_time(shown_time(*post)) + "</published><updated>" +
               format_time(shown_time(*post)) + "</updated><content type=\"html\">" +
               escape_html("<p>" + escape_html(shown_text(*post)) + "</p>") +
               "</content></entry>\n";
    }
    return out + "</feed>\n";
}

std::string json_feed(
    const Outlet& outlet, const std::vector<Post>& posts, const std::string& page
) {
    json::array items;
    for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
        json::object item;
        item["id"] = post->id;
        item["url"] = page + '/' + post->id;
        item["title"] = post->title;
        item["content_text"] = shown_text(*post);
        item["date_published"] = format_time(shown_time(*post));
        items.push_back(std::move(item));
    }
    json::object feed;
    feed["version"] = "https://jsonfeed.org/version/1.1";
    feed["title"] = outlet.title;
    feed["language"] = outlet.lang;
    feed["items"] = std::move(items);
    return json::serialize(feed);
}

std::string telegram(
    const Outlet& outlet, const std::vector<Post>& posts, const std::string& base
) {
    std::string out =
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" "
        "content=\"" +
        escape_html(outlet.title) +
        "\"></head><body><main class=\"tgme_main\"><section class=\"tgme_channel_history "
        "js-message_history\">\n";
    for (const Post& post : posts) {
        const std::string name = outlet.source + '/' + post.id;
        out +=
            "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div "
            "class=\"tgme_widget_message text_not_supported_wrap js-widget_message\" "
            "data-post=\"" +
            name +
            "\"><div class=\"tgme_widget_message_bubble\"><div "
            "class=\"tgme_widget_message_author\"><a class=\"tgme_widget_message_owner_name\" "
            "href=\"" +
            base + '/' + outlet.source + "\"><span dir=\"auto\">" + escape_html(outlet.title) +
            "</span></a></div><div class=\"tgme_widget_message_text js-message_text\" "
            "dir=\"auto\">" +
            escape_html(shown_text(post)) +
            "</div><div class=\"tgme_widget_message_footer\"><div "
            "class=\"tgme_widget_message_info\"><span class=\"tgme_widget_message_views\">1.2K"
            "</span><span class=\"tgme_widget_message_meta\">" +
            (post.edited_text.empty() ? "" : "edited &nbsp;") +
            "<a class=\"tgme_widget_message_date\" href=\"" + base + '/' + name +
            "\"><time datetime=\"" + strftime_utc(post.published, "%Y-%m-%dT%H:%M:%S+00:00") +
            "\" class=\"time\">" + strftime_utc(post.published, "%H:%M") +
            "</time></a></span></div></div></div></div></div>\n";
    }
    return out + "</section></main></body></html>\n";
}

}  // namespace

Press::Press(const Script& script) {
    for (const Outlet& outlet : script.outlets) shelves_[outlet.source].outlet = outlet;
    for (const Post& post : script.before) shelves_.at(post.outlet).posts.push_back(post);
}

std::string Press::post_url(const std::string& outlet, const std::string& id) const {
    const Shelf& shelf = shelves_.at(outlet);
    const bool channel = shelf.outlet.form == OutletForm::telegram;
    return base_ + (channel ? "/" : "/pages/") + outlet + '/' + id;
}

std::string Press::document(const Shelf& shelf, std::string& content_type) const {
    const std::string page = base_ + "/pages/" + shelf.outlet.source;
    switch (shelf.outlet.form) {
        case OutletForm::telegram:
            content_type = "text/html; charset=utf-8";
            return telegram(shelf.outlet, shelf.posts, base_);
        case OutletForm::rss:
            content_type = "application/rss+xml";
            return rss(shelf.outlet, shelf.posts, page, false);
        case OutletForm::rss_gb18030:
            content_type = "text/xml";
            return rss(shelf.outlet, shelf.posts, page, true);
        case OutletForm::atom:
            content_type = "application/atom+xml; charset=utf-8";
            return atom(shelf.outlet, shelf.posts, page);
        case OutletForm::json_feed:
            content_type = "application/feed+json";
            return json_feed(shelf.outlet, shelf.posts, page);
    }
    return "";
}

ServerResponse Press::answer(const ServerRequest& request) {
    ServerResponse response;
    std::string name;
    for (const char* prefix : {"/s/", "/feeds/"}) {
        if (request.path.starts_with(prefix))
            name = request.path.substr(std::string(prefix).size());
    }
    const auto found = shelves_.find(name);
    if (found == shelves_.end()) {
        response.status = 404;
        return response;
    }
    Shelf& shelf = found->second;
    ++shelf.served;
    if (shelf.fault != 0) {
        response.status = std::exchange(shelf.fault, 0);
        if (response.status == 429) response.headers.emplace_back("Retry-After", "1");
        return response;
    }
    const std::string etag = "\"v" + std::to_string(shelf.version) + '"';
    response.headers.emplace_back("ETag", etag);
    if (request.header("If-None-Match").value_or("") == etag) {
        response.status = 304;
        return response;
    }
    response.body = document(shelf, response.content_type);
    return response;
}

void Press::publish(const Post& post) {
    Shelf& shelf = shelves_.at(post.outlet);
    shelf.posts.push_back(post);
    ++shelf.version;
    shelf.served = 0;
}

void Press::edit(const std::string& outlet, const std::string& id, const std::string& text) {
    Shelf& shelf = shelves_.at(outlet);
    for (Post& post : shelf.posts) {
        if (post.id == id) post.edited_text = text;
    }
    ++shelf.version;
    shelf.served = 0;
}

void Press::fail_once(const std::string& outlet, int status) {
    Shelf& shelf = shelves_.at(outlet);
    shelf.fault = status;
    shelf.served = 0;
}

std::size_t Press::served(const std::string& outlet) const { return shelves_.at(outlet).served; }

}  // namespace spokeswatch::demo
