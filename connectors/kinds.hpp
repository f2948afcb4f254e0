#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "connectors/connector.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

class Clock;

// What a connector may use. All of it outlives the connector.
struct ConnectorDeps {
    HttpClient* http = nullptr;
    Clock* clock = nullptr;
    std::string proxy_url;  // global, when the source has none
};

// One recorded answer through the parser of a kind: `spokeswatch parse`, tests and fuzzing. The
// statements come in document order, no de-duplication, at most 500.
struct ParseInput {
    HttpResponse response;                 // url, status, headers, body
    const SourceConfig* source = nullptr;  // with the kind's options; never null
    Time now{};
};

// Reports what only the kind can tell of its options.
using CheckSource = void(const SourceConfig&, Diagnostics&);
using MakeConnector = std::unique_ptr<Connector>(const SourceConfig&, const ConnectorDeps&);
using ParseRecorded = Result<Batch>(const ParseInput&);
using ListOptions = std::vector<OptionSpec>();

struct ConnectorKind {
    std::string_view name;
    std::string_view summary;
    ListOptions* options;
    MakeConnector* make;
    ParseRecorded* parse;
    std::chrono::seconds interval_default;
    std::chrono::seconds interval_floor;
    CheckSource* check = nullptr;  // null: the loader has told all
};

MakeConnector make_bluesky;
ParseRecorded parse_bluesky;
ListOptions bluesky_options;
MakeConnector make_facebook;
ParseRecorded parse_facebook;
ListOptions facebook_options;
MakeConnector make_feed;
ParseRecorded parse_feed;
ListOptions feed_options;
MakeConnector make_instagram;
ParseRecorded parse_instagram;
ListOptions instagram_options;
MakeConnector make_json_api;
ParseRecorded parse_json_api;
ListOptions json_api_options;
CheckSource check_json_api;
MakeConnector make_mastodon;
ParseRecorded parse_mastodon;
ListOptions mastodon_options;
MakeConnector make_reddit;
ParseRecorded parse_reddit;
ListOptions reddit_options;
MakeConnector make_telegram_web;
ParseRecorded parse_telegram_web;
ListOptions telegram_web_options;
MakeConnector make_threads;
ParseRecorded parse_threads;
ListOptions threads_options;
MakeConnector make_vk;
ParseRecorded parse_vk;
ListOptions vk_options;
MakeConnector make_web_page;
ParseRecorded parse_web_page;
ListOptions web_page_options;
CheckSource check_web_page;
MakeConnector make_weibo;
ParseRecorded parse_weibo;
ListOptions weibo_options;
MakeConnector make_x;
ParseRecorded parse_x;
ListOptions x_options;
MakeConnector make_youtube;
ParseRecorded parse_youtube;
ListOptions youtube_options;

// The only list of kinds of sources.
inline constexpr std::array connector_kinds{
    ConnectorKind{
        "bluesky",
        "Bluesky and other app views of the AT Protocol",
        bluesky_options,
        make_bluesky,
        parse_bluesky,
        std::chrono::seconds(60),
        std::chrono::seconds(20)},
    ConnectorKind{
        "facebook",
        "posts of Facebook pages by the Graph API",
        facebook_options,
        make_facebook,
        parse_facebook,
        std::chrono::seconds(300),
        std::chrono::seconds(60)},
    ConnectorKind{
        "feed",
        "RSS 0.9x/1.0/2.0, Atom 0.3/1.0, JSON Feed",
        feed_options,
        make_feed,
        parse_feed,
        std::chrono::seconds(600),
        std::chrono::seconds(60)},
    ConnectorKind{
        "instagram",
        "professional accounts of Instagram by business discovery",
        instagram_options,
        make_instagram,
        parse_instagram,
        std::chrono::seconds(600),
        std::chrono::seconds(300)},
    ConnectorKind{
        "json_api",
        "items of a JSON document, by JSON Pointers",
        json_api_options,
        make_json_api,
        parse_json_api,
        std::chrono::seconds(300),
        std::chrono::seconds(60),
        check_json_api},
    ConnectorKind{
        "mastodon",
        "Mastodon API, also Pleroma, Akkoma, GoToSocial, Pixelfed, Truth Social",
        mastodon_options,
        make_mastodon,
        parse_mastodon,
        std::chrono::seconds(60),
        std::chrono::seconds(20)},
    ConnectorKind{
        "reddit",
        "posts of a user or a subreddit on Reddit",
        reddit_options,
        make_reddit,
        parse_reddit,
        std::chrono::seconds(600),
        std::chrono::seconds(300)},
    ConnectorKind{
        "telegram_web",
        "public channel preview at t.me/s",
        telegram_web_options,
        make_telegram_web,
        parse_telegram_web,
        std::chrono::seconds(60),
        std::chrono::seconds(30)},
    ConnectorKind{
        "threads",
        "profiles by the Threads API",
        threads_options,
        make_threads,
        parse_threads,
        std::chrono::seconds(300),
        std::chrono::seconds(60)},
    ConnectorKind{
        "vk",
        "wall of a community or person on VK",
        vk_options,
        make_vk,
        parse_vk,
        std::chrono::seconds(120),
        std::chrono::seconds(20)},
    ConnectorKind{
        "web_page",
        "items of a web page, by CSS selectors or XPath, with their own pages",
        web_page_options,
        make_web_page,
        parse_web_page,
        std::chrono::seconds(300),
        std::chrono::seconds(60),
        check_web_page},
    ConnectorKind{
        "weibo",
        "public posts of an account on Weibo",
        weibo_options,
        make_weibo,
        parse_weibo,
        std::chrono::seconds(120),
        std::chrono::seconds(60)},
    ConnectorKind{
        "x",
        "X (Twitter) API v2, posts of one account",
        x_options,
        make_x,
        parse_x,
        std::chrono::seconds(120),
        std::chrono::seconds(15)},
    ConnectorKind{
        "youtube",
        "videos of a YouTube channel",
        youtube_options,
        make_youtube,
        parse_youtube,
        std::chrono::seconds(900),
        std::chrono::seconds(600)},
};

}  // namespace spokeswatch
