#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "text/tokens.hpp"
#include "text/url.hpp"

// The Atom feed that YouTube keeps of every channel: the fifteen newest videos
// (developers.google.com/youtube/v3/guides/push_notifications shows an entry).

namespace spokeswatch {

namespace {

constexpr std::string_view id_prefix = "yt:video:";
constexpr std::chrono::hours lost_after{72};

// "UC..." of an id or of the channel's address; empty when it is no id.
std::string channel_id(std::string_view text) {
    constexpr std::string_view path = "/channel/";
    if (is_http_url(text)) {
        auto at = text.find(path);
        if (at == std::string_view::npos) return {};
        text.remove_prefix(at + path.size());
        text = text.substr(0, text.find_first_of("/?#"));
    }
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '-' || c == '_';
    });
    return plain && text.size() == 24 && text.starts_with("UC") ? std::string(text) : std::string();
}

// The list of all that a channel shows, or the one that YouTube keeps of a part of it.
std::string feed_query(const std::string& channel, const std::string& only) {
    if (only.empty()) return "channel_id=" + channel;
    std::string prefix = only == "shorts" ? "UUSH" : only == "live" ? "UULV" : "UULF";
    return "playlist_id=" + prefix + channel.substr(2);
}

std::string bare_id(const std::string& id) {
    bool video = id.starts_with(id_prefix) && id.size() > id_prefix.size();
    return video ? id.substr(id_prefix.size()) : id;
}

// An entry of the feed as a video. `updated` moves with the number of views: an edit is another
// title or description, which the store finds.
void make_video(Statement& statement, const std::string& channel) {
    statement.native_id = bare_id(statement.native_id);
    statement.author_id = channel;
    statement.edited = false;
    statement.edited_at.reset();
    Media video;
    video.kind = "video";
    video.url = kept_link(statement.url);
    if (!statement.media.empty()) {
        const Media& shown = statement.media.front();
        video.thumb = shown.kind == "photo" ? shown.url : shown.thumb;
    }
    statement.media.assign(1, std::move(video));
    Entities entities = extract_entities(statement.title);
    for (std::string& tag : entities.tags) add_unique(statement.tags, std::move(tag));
    for (std::string& name : entities.mentions) add_unique(statement.mentions, std::move(name));
    const std::string break_after = statement.text.empty() ? "" : "\n\n";
    statement.text = statement.title + break_after + statement.text;
    statement.html.clear();
    keep_within_limits(statement);
}

void make_videos(Batch& batch, const std::string& channel) {
    batch.account_key = channel;
    for (Statement& statement : batch.statements) make_video(statement, channel);
    for (std::string& id : batch.next.seen) id = bare_id(id);
}

class YoutubeConnector : public Connector {
  public:
    YoutubeConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          channel_(channel_id(source.options.text("channel"))),
          base_(source.options.text("base_url", "https://www.youtube.com")) {
        while (base_.ends_with('/')) base_.pop_back();
        if (channel_.empty()) return;
        SourceConfig feed = source;
        feed.options.set(
            "url",
            base_ + "/feeds/videos.xml?" + feed_query(channel_, source.options.text("only")),
            source.options.span("channel")
        );
        feed_ = make_feed(feed, deps);
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (channel_.empty()) {
            co_return Error{
                ErrorKind::rejected,
                "`channel` is not the id of a channel (UC and 22 more characters); YouTube shows "
                "it at the channel under \"Share channel\""};
        }
        for (std::string& id : since.seen) id.insert(0, id_prefix);
        auto batch = co_await feed_->poll(std::move(since));
        if (!batch) {
            Error error = co_await judge(batch.error());
            co_return error;
        }
        lost_since_.reset();
        make_videos(*batch, channel_);
        if (batch->gap) {
            batch->gap->from_id = bare_id(batch->gap->from_id);
            batch->gap->to_id = bare_id(batch->gap->to_id);
        }
        co_return batch;
    }

  private:
    // 404 and 500 come and go for channels that exist: only after three days of them is the
    // channel's page asked. Held here and not in the cursor, because an error brings no cursor; a
    // restart only makes the days begin again.
    awaitable<Error> judge(Error error) {
        if (error.kind != ErrorKind::server) co_return error;
        const Time now = deps_.clock->now();
        if (!lost_since_) lost_since_ = now;
        if (now - *lost_since_ < lost_after) co_return error;
        HttpRequest request = source_request(source_, deps_, base_ + "/channel/" + channel_);
        request.cut_body = true;
        auto page = co_await deps_.http->send(std::move(request));
        if (!page || page->status != 404) co_return error;
        error.kind = ErrorKind::gone;
        error.message = "the channel's feed has failed for three days, and its page is not there";
        co_return error;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string channel_;  // empty when the configured one is no id
    std::string base_;
    std::unique_ptr<Connector> feed_;
    std::optional<Time> lost_since_;
};

}  // namespace

std::vector<OptionSpec> youtube_options() {
    std::vector<OptionSpec> options(3);
    options[0] = {
        "channel", OptionType::text, "Id of the channel (`UC...`), or its address with it.", true};
    options[0].example = "UCaaaaaaaaaaaaaaaaaaaaaa";
    options[1] = {"only", OptionType::choice, "Read one part of what the channel shows."};
    options[1].choices = {"videos", "shorts", "live"};
    options[1].otherwise = "all of it";
    options[1].example = "live";
    options[2] = {"base_url", OptionType::url, "Where YouTube is."};
    options[2].otherwise = "`https://www.youtube.com`";
    options[2].example = "'https://youtube.example.org'";
    return options;
}

std::unique_ptr<Connector> make_youtube(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<YoutubeConnector>(source, deps);
}

Result<Batch> parse_youtube(const ParseInput& input) {
    const std::string channel = channel_id(input.source->options.text("channel"));
    ParseInput feed = input;
    SourceConfig source = *input.source;
    source.options.set("url", "https://www.youtube.com/channel/" + channel, Span());
    feed.source = &source;
    auto batch = parse_feed(feed);
    if (batch) make_videos(*batch, channel);
    return batch;
}

}  // namespace spokeswatch
