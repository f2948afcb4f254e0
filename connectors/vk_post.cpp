#include "connectors/vk_post.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/ascii.hpp"
#include "connectors/limits.hpp"
#include "text/language.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t id_bytes_max = 20;
constexpr std::size_t people_max = 2'000;
constexpr double seconds_max = 7'258'118'400;  // year 2200

bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() <= id_bytes_max &&
           std::all_of(text.begin(), text.end(), ascii_digit);
}

bool is_set(Json flag) { return flag.flag() || flag.text() == "1"; }

std::optional<Time> time_of(Json seconds) {
    auto number = seconds.number();
    if (!number || *number < 1 || *number > seconds_max) return std::nullopt;
    return Time(std::chrono::seconds(static_cast<std::int64_t>(std::floor(*number))));
}

// Everybody who is in the answer: communities by their negative number, persons by the number.
class People {
  public:
    explicit People(Json response) {
        for (Json one : response["groups"].items()) add("-" + one["id"].id(), one);
        for (Json one : response["profiles"].items()) add(one["id"].id(), one);
    }
    [[nodiscard]] Json find(const std::string& id) const {
        const auto found = all_.find(id);
        return found == all_.end() ? Json() : found->second;
    }

  private:
    void add(std::string id, Json one) {
        if (all_.size() < people_max) all_.emplace(std::move(id), one);
    }
    std::map<std::string, Json> all_;
};

std::string name_of(Json one) {
    std::string name = one["name"].text();
    if (!name.empty()) return name;
    name = one["first_name"].text();
    std::string last = one["last_name"].text();
    if (!name.empty() && !last.empty()) name += ' ';
    return name + last;
}

std::string native_id(Json item) {
    std::string owner = item["owner_id"].id();
    if (owner.empty()) owner = item["to_id"].id();
    const std::string id = item["id"].id();
    bool usable = is_number(owner) && is_number(id) && !id.starts_with('-');
    return usable ? owner + "_" + id : std::string();
}

// The largest of a photo's sizes; older answers have "photo_604" and the like in their place.
void read_photo(Json photo, Media& medium) {
    double widest = -1;
    for (std::string_view list : {"sizes", "image"}) {
        for (Json size : photo[list].items()) {
            std::string url = kept_link(size["url"].text());
            double width = size["width"].number().value_or(0);
            if (url.empty() || width <= widest) continue;
            widest = width;
            medium.url = std::move(url);
            medium.w = size["width"].pixels();
            medium.h = size["height"].pixels();
        }
    }
    for (std::string_view width : {"2560", "1280", "807", "604", "320", "130"}) {
        if (medium.url.empty()) medium.url = kept_link(photo["photo_" + std::string(width)].text());
    }
}

void append_line(std::string& text, const std::string& line) {
    if (line.empty()) return;
    if (!text.empty()) text += '\n';
    text += line;
}

std::string page_of(std::string_view type, Json thing) {
    return "https://vk.com/" + std::string(type) + thing["owner_id"].id() + "_" + thing["id"].id();
}

// An attachment of a type that has no words and nothing to show is none.
std::optional<Media> medium_of(const std::string& type, Json thing) {
    Media medium;
    medium.alt = thing["title"].text();
    medium.duration_s = thing["duration"].number();
    if (type == "photo" || type == "posted_photo" || type == "graffiti") {
        medium.kind = "photo";
        medium.alt = thing["text"].text();
        read_photo(thing, medium);
    } else if (type == "video" || type == "clip" || type == "short_video") {
        medium.kind = "video";
        Media picture;
        read_photo(thing, picture);
        medium.thumb = std::move(picture.url);
        medium.url = page_of("video", thing);
        append_line(medium.alt, thing["description"].text());
    } else if (type == "audio" || type == "podcast") {
        medium.kind = "audio";
        medium.url = page_of(type, thing);
        const std::string artist = thing["artist"].text();
        if (!artist.empty()) medium.alt = artist + ": " + medium.alt;
        append_line(medium.alt, thing["podcast_info"]["description"].text());
    } else if (type == "doc") {
        medium.kind = "document";
        medium.url = kept_link(thing["url"].text());
    } else if (type == "link" || type == "article") {
        medium.kind = "link";
        medium.url = kept_link(thing["url"].text());
        append_line(medium.alt, thing["description"].text());
        append_line(medium.alt, thing["subtitle"].text());
    } else if (type == "album" || type == "page") {
        medium.kind = "link";
        medium.url = kept_link(thing["view_url"].text());
        if (medium.url.empty()) medium.url = page_of(type, thing);
    } else if (type == "poll") {
        // The answers and not the votes, which change all the time.
        medium.kind = "poll";
        medium.alt = thing["question"].text();
        for (Json answer : thing["answers"].items()) append_line(medium.alt, answer["text"].text());
    } else {
        return std::nullopt;
    }
    return medium;
}

void read_attachments(Json item, Statement& statement) {
    for (Json attachment : item["attachments"].items()) {
        const std::string type = attachment["type"].text();
        auto medium = medium_of(type, attachment[type]);
        if (!medium) continue;
        if (medium->kind == "link") add_unique(statement.links, medium->url);
        statement.media.push_back(std::move(*medium));
    }
}

// A post that is passed on. With words of one's own beside it, it is quoted.
void read_original(Json item, const People& people, Statement& statement) {
    auto history = item["copy_history"].items();
    if (history.empty()) return;
    Json original = history.front();
    Reference reference;
    reference.native_id = native_id(original);
    if (!reference.native_id.empty()) {
        reference.url = "https://vk.com/wall" + reference.native_id;
    }
    Json author = people.find(original["from_id"].id());
    reference.author_handle = author["screen_name"].text();
    reference.author_name = name_of(author);
    reference.text = vk_text(original["text"].text());
    bool quotes = !statement.text.empty();
    statement.form = quotes ? Form::quote : Form::repost;
    (quotes ? statement.quote_of : statement.repost_of) = std::move(reference);
}

std::optional<Statement> parse_item(Json item, const People& people, const std::string& lang) {
    Statement statement;
    statement.native_id = native_id(item);
    if (statement.native_id.empty()) return std::nullopt;
    statement.url = "https://vk.com/wall" + statement.native_id;
    statement.author_id = item["from_id"].id();
    if (statement.author_id.empty()) statement.author_id = item["owner_id"].id();
    Json author = people.find(statement.author_id);
    statement.author_handle = author["screen_name"].text();
    statement.author_name = name_of(author);
    statement.published_at = time_of(item["date"]);
    statement.edited_at = time_of(item["edited"]);
    statement.edited = statement.edited_at.has_value();
    statement.text = vk_text(item["text"].text());
    // Words for subscribers who pay: the others see a sentence in their place.
    Json placeholder = item["donut"]["placeholder"]["text"];
    statement.partial = bool(placeholder);
    if (item["post_type"].text() == "reply") statement.form = Form::reply;
    read_original(item, people, statement);
    read_attachments(item, statement);
    add_unique(statement.links, kept_link(item["copyright"]["link"].text()));
    statement.lang = canonical_language(lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = item.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

bool is_shown(Json item, bool with_ads) {
    const std::string type = item["post_type"].text();
    if (is_set(item["is_deleted"]) || type == "postpone" || type == "suggest") return false;
    return with_ads || !is_set(item["marked_as_ads"]);
}

}  // namespace

Result<VkPage> parse_vk_page(Json response, bool with_ads, const std::string& lang) {
    Json list = response.is_array() ? response : response["items"];
    if (!list.is_array()) {
        return Error{ErrorKind::malformed, "expected a list of posts, got other JSON"};
    }
    VkPage page;
    const People people(response);
    std::vector<Json> items = list.items();
    if (items.size() > statements_max) items.resize(statements_max);
    std::size_t usable = 0;
    for (Json item : items) {
        auto statement = parse_item(item, people, lang);
        if (!statement) {
            page.list.recovered = true;
            continue;
        }
        ++usable;
        if (page.owner.empty()) page.owner = item["owner_id"].id();
        if (!is_shown(item, with_ads)) continue;
        page.list.entries.push_back(
            {std::move(*statement), item["id"].id(), is_set(item["is_pinned"])}
        );
    }
    page.count = items.size();
    if (usable * 2 < items.size()) {
        return Error{
            ErrorKind::malformed,
            "expected posts with `id` and `owner_id`, got a list in which most have none"};
    }
    return page;
}

std::string vk_text(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto start = std::min(text.find('[', at), text.size());
        out += text.substr(at, start - at);
        at = start;
        if (start == text.size()) break;
        const auto end = text.find_first_of("[]\n", start + 1);
        std::string_view inside = text.substr(start + 1);
        if (end != std::string_view::npos) inside = text.substr(start + 1, end - start - 1);
        const auto bar = inside.find('|');
        const bool closed = end != std::string_view::npos && text[end] == ']';
        std::string_view target = inside.substr(0, bar);
        bool account = false;
        for (std::string_view kind : {"club", "public", "event", "id"}) {
            if (!target.starts_with(kind)) continue;
            // "club1" or "club1:bp-2_3", which leads to an answer of it.
            std::string_view number = target.substr(kind.size());
            account = account || is_number(number.substr(0, number.find(':')));
        }
        const bool leads = account || is_http_url(target);
        if (!closed || bar == std::string_view::npos || !leads) {
            out += '[';
            at = start + 1;
            continue;
        }
        out += inside.substr(bar + 1);
        at = end + 1;
    }
    while (!out.empty() && ascii_space(out.back())) out.pop_back();
    return out;
}

}  // namespace spokeswatch
