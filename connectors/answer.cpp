#include "connectors/answer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/ascii.hpp"

namespace spokeswatch {

namespace {

ErrorKind kind_of(int status) {
    switch (status) {
        case 401:
        case 407:
            return ErrorKind::unauthorized;
        case 402:
            return ErrorKind::quota;
        case 403:
        case 451:
            return ErrorKind::forbidden;
        case 404:
        case 408:
            return ErrorKind::server;
        case 410:
            return ErrorKind::gone;
        case 429:
            return ErrorKind::rate_limited;
        default:
            break;
    }
    if (status >= 500 && status < 600) return ErrorKind::server;
    if (status >= 300 && status < 500) return ErrorKind::rejected;
    return ErrorKind::malformed;
}

std::string_view words_of(int status) {
    switch (status) {
        case 206:
            return "a part of the document where the whole was asked for";
        case 401:
            return "a credential is wanted";
        case 403:
            return "access refused";
        case 404:
            return "not found";
        case 410:
            return "gone for good";
        case 429:
            return "too many requests";
        case 451:
            return "withheld for legal reasons";
        case 503:
            return "not available at the moment";
        default:
            return {};
    }
}

// Titles of the pages that stand before a site: Cloudflare, DDoS-Guard, DataDome, Sina, and what
// they call it in other languages.
constexpr std::array challenge_titles{
    std::string_view("just a moment"),
    std::string_view("attention required!"),
    std::string_view("ddos-guard"),
    std::string_view("sina visitor system"),
    std::string_view("один момент"),
    std::string_view("please wait..."),
    std::string_view("checking your browser"),
    std::string_view("access denied"),
    std::string_view("are you a robot"),
    std::string_view("verify you are human"),
    std::string_view("einen moment"),
};

std::string title_of(std::string_view body) {
    std::string head = ascii_lower(body.substr(0, 8192));
    auto start = head.find("<title");
    if (start == std::string::npos) return {};
    start = head.find('>', start);
    if (start == std::string::npos) return {};
    auto end = head.find("</title", start);
    if (end == std::string::npos) return {};
    auto title = head.substr(start + 1, end - start - 1);
    title.erase(0, title.find_first_not_of(" \t\r\n"));
    return title;
}

// A header that says when a limit ends; of `RateLimit: limit=100, remaining=0, reset=50` that part.
std::optional<std::string> reset_header(const HttpResponse& response, std::string_view name) {
    auto value = response.header(name);
    if (!value || name != "ratelimit") return value;
    const auto at = value->find("reset=");
    if (at == std::string::npos) return std::nullopt;
    return value->substr(at + 6);
}

}  // namespace

HttpRequest source_request(const SourceConfig& source, const ConnectorDeps& deps, std::string url) {
    HttpRequest request(std::move(url));
    request.allow_private = source.allow_private;
    if (source.allow_private) request.min_gap = std::chrono::milliseconds(0);
    request.proxy_url = source.proxy_url.empty() ? deps.proxy_url : source.proxy_url;
    request.ca_file = source.ca_file;
    if (source.poll_timeout > Duration::zero()) {
        request.limits.whole =
            std::chrono::duration_cast<std::chrono::milliseconds>(source.poll_timeout);
    }
    request.limits.decoded_bytes_max = 4 * 1024 * 1024;
    if (!source.user_agent.empty()) request.headers.emplace_back("User-Agent", source.user_agent);
    return request;
}

std::optional<Error> answer_error(const HttpResponse& response, Time now) {
    int status = response.status;
    bool challenge = is_challenge(response);
    bool readable = status == 200 || status == 203 || status == 204 || status == 205 ||
                    status == 226 || status == 304;
    if (readable && !challenge) return std::nullopt;

    Error error;
    error.request_sent = true;
    error.retry_after =
        retry_after(response, std::chrono::floor<std::chrono::seconds>(now), retry_after_max);
    if (!error.retry_after && status == 429) error.retry_after = limit_reset(response, now);
    if (challenge) {
        error.kind = ErrorKind::blocked;
        error.message = "a challenge page stands in the way (HTTP " + std::to_string(status) + ")";
        return error;
    }
    error.kind = kind_of(status);
    error.message = "expected the document, got HTTP " + std::to_string(status);
    if (std::string_view words = words_of(status); !words.empty()) {
        error.message += ": ";
        error.message += words;
    }
    return error;
}

std::optional<Error> json_answer_error(const HttpResponse& response, Time now) {
    auto error = answer_error(response, now);
    if (!looks_like_page(response.body) || (error && error->kind == ErrorKind::blocked)) {
        return error;
    }
    if (error && error->kind == ErrorKind::rate_limited) return error;
    bool refused = response.status == 401 || response.status == 403 || response.status == 451;
    Error page;
    page.kind = refused ? ErrorKind::blocked : ErrorKind::server;
    page.message = "expected JSON, got a web page (HTTP " + std::to_string(response.status) + ")";
    page.retry_after = error ? error->retry_after : std::nullopt;
    page.request_sent = true;
    return page;
}

std::optional<std::chrono::seconds> limit_reset(const HttpResponse& response, Time now) {
    constexpr std::int64_t unix_from = 1'000'000'000;  // smaller numbers count from now
    for (std::string_view name :
         {"x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset", "ratelimit"}) {
        const std::string value = reset_header(response, name).value_or("");
        Time end{};
        std::int64_t number = 0;
        auto [last, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (auto time = parse_time(value)) {
            end = *time;
        } else if (error != std::errc() || number < 0) {
            continue;
        } else if (number >= unix_from && number < 100 * unix_from) {
            end = Time(std::chrono::seconds(number));
        } else {
            end = now + std::chrono::seconds(std::min(number, unix_from));
        }
        auto wait = std::chrono::ceil<std::chrono::seconds>(end - now);
        return std::clamp<std::chrono::seconds>(wait, std::chrono::seconds(1), retry_after_max);
    }
    return std::nullopt;
}

bool is_challenge(const HttpResponse& response) {
    if (response.header("cf-mitigated") || response.header("x-datadome") ||
        response.header("x-dd-b")) {
        // DataDome marks good answers too: only a refused one is a challenge.
        if (response.status >= 400 || response.header("cf-mitigated")) return true;
    }
    int status = response.status;
    bool may_be = status == 200 || status == 202 || status == 403 || status == 429 || status == 503;
    if (!may_be || !looks_like_page(response.body)) return false;
    std::string server = ascii_lower(response.header("server").value_or(""));
    if (status != 200 && server.find("ddos-guard") != std::string::npos) return true;
    std::string title = title_of(response.body);
    return std::any_of(challenge_titles.begin(), challenge_titles.end(), [&](auto start) {
        return title.starts_with(start);
    });
}

std::string header_charset(const HttpResponse& response) {
    std::string type = ascii_lower(response.header("content-type").value_or(""));
    auto at = type.find("charset=");
    if (at == std::string::npos) return {};
    std::string_view rest = std::string_view(type).substr(at + 8);
    while (!rest.empty() && (rest.front() == '"' || rest.front() == '\'' || rest.front() == ' ')) {
        rest.remove_prefix(1);
    }
    return std::string(rest.substr(0, rest.find_first_of("\"'; ,")));
}

bool is_due(const std::string& since, Duration every, Time now) {
    auto time = parse_time(since);
    return !time || now - *time >= every || *time > now;
}

bool looks_like_page(std::string_view body) {
    // Markup within JSON is somebody's words.
    auto first = body.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (body[first] == '{' || body[first] == '[')) return false;
    std::string head = ascii_lower(body.substr(0, 1024));
    std::string_view rest = head;
    for (;;) {
        auto start = rest.find('<');
        if (start == std::string_view::npos) return false;
        rest.remove_prefix(start);
        // Comments and declarations before the root tell nothing.
        std::string_view end = rest.starts_with("<!--") ? "-->"
                               : rest.starts_with("<?") ? "?>"
                                                        : "";
        if (end.empty()) break;
        auto found = rest.find(end);
        if (found == std::string_view::npos) return false;
        rest.remove_prefix(found + end.size());
    }
    for (std::string_view tag :
         {"<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script"}) {
        if (rest.starts_with(tag)) return true;
    }
    return false;
}

}  // namespace spokeswatch
