#include "connectors/graph_answer.hpp"

#include <algorithm>
#include <array>

#include "connectors/answer.hpp"
#include "connectors/json.hpp"

namespace spokeswatch {

namespace {

constexpr std::chrono::hours limited_unless_told{1};
constexpr std::size_t token_bytes_min = 8;  // a shorter one is none, and could be a word

// A code of the Graph API, or a range of them. Of several rows that fit the first one counts.
struct Meaning {
    int first, last;
    int subcode;  // 0: any
    ErrorKind kind;
    std::string_view words;
};
constexpr std::array meanings{
    Meaning{4, 4, 0, ErrorKind::rate_limited, "the app has made too many requests"},
    Meaning{17, 17, 0, ErrorKind::rate_limited, "the token's owner has made too many requests"},
    Meaning{32, 32, 0, ErrorKind::rate_limited, "the page has had too many requests"},
    Meaning{613, 613, 0, ErrorKind::rate_limited, "too many requests of this kind"},
    // Of business use cases: 80001 pages, 80002 Instagram, and others.
    Meaning{80000, 80014, 0, ErrorKind::rate_limited, "the account has had too many requests"},
    Meaning{
        190,
        190,
        458,
        ErrorKind::unauthorized,
        "the token's owner has removed the app: log in again and set a new `access_token`"},
    Meaning{
        190,
        190,
        460,
        ErrorKind::unauthorized,
        "the token ended with a change of password: set a new `access_token`"},
    Meaning{
        190, 190, 463, ErrorKind::unauthorized, "the token has expired: set a new `access_token`"},
    Meaning{
        190,
        190,
        464,
        ErrorKind::unauthorized,
        "the token's owner has to confirm the account by logging in"},
    Meaning{
        190,
        190,
        492,
        ErrorKind::unauthorized,
        "the token's owner has no role on the page any more"},
    Meaning{190, 190, 0, ErrorKind::unauthorized, "the token is not valid: set `access_token`"},
    Meaning{102, 102, 0, ErrorKind::unauthorized, "the session has ended: set `access_token`"},
    Meaning{3, 3, 0, ErrorKind::forbidden, "the app lacks a capability that this reading needs"},
    Meaning{
        10,
        10,
        0,
        ErrorKind::forbidden,
        "the token lacks a permission or the app a reviewed feature"},
    Meaning{200, 299, 0, ErrorKind::forbidden, "the token lacks a permission"},
    Meaning{
        368, 368, 0, ErrorKind::forbidden, "the service has blocked the app or the token's owner"},
    Meaning{
        100,
        100,
        33,
        ErrorKind::forbidden,
        "there is no such object, or the token may not read it"},
    Meaning{100, 100, 0, ErrorKind::rejected, "a parameter is refused"},
    Meaning{803, 803, 0, ErrorKind::gone, "nobody has the name"},
    Meaning{
        110,
        110,
        2207013,
        ErrorKind::gone,
        "nobody has the name, or the account is not a professional one"},
    Meaning{24, 24, 2207006, ErrorKind::rejected, "what was asked for is not there any more"},
    Meaning{
        2635, 2635, 0, ErrorKind::rejected, "the version is no longer served: raise `api_version`"},
    Meaning{1, 2, 0, ErrorKind::server, "the service has a fault"},
};

const Meaning* meaning_of(int code, int subcode) {
    const auto* found = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) {
        return code >= m.first && code <= m.last && (m.subcode == 0 || m.subcode == subcode);
    });
    return found == meanings.end() ? nullptr : found;
}

int small_number(Json json) {
    auto number = json.number();
    return number && *number <= 1e9 ? static_cast<int>(*number) : 0;
}

void add_usage(Json counts, GraphUsage& usage) {
    for (std::string_view name : {"call_count", "total_cputime", "total_time"}) {
        usage.percent = std::max(usage.percent, counts[name].number().value_or(0));
    }
    const std::chrono::minutes regain(small_number(counts["estimated_time_to_regain_access"]));
    if (regain > usage.regain.value_or(std::chrono::minutes(0))) usage.regain = regain;
}

void name_code(Error& error, int code, int subcode) {
    error.message += " (code " + std::to_string(code);
    if (subcode > 0) error.message += "/" + std::to_string(subcode);
    error.message += ")";
}

// The form in which the older login of Instagram refuses.
std::optional<Error> old_refusal(Json root) {
    if (!root["error_type"] || !root["error_message"]) return std::nullopt;
    bool credential = root["error_type"].text() == "OAuthException";
    return Error{
        credential ? ErrorKind::unauthorized : ErrorKind::rejected,
        credential ? "the token is not valid: set `access_token`" : "the request is refused"};
}

}  // namespace

GraphUsage graph_usage(const HttpResponse& response) {
    GraphUsage usage;
    for (std::string_view name : {"x-app-usage", "x-page-usage", "x-business-use-case-usage"}) {
        auto value = response.header(name);
        if (!value) continue;
        auto document = parse_json(*value, "usage");
        if (!document) continue;
        add_usage(document->root(), usage);
        // The keys of X-Business-Use-Case-Usage are accounts.
        for (const auto& [account, usages] : document->root().members()) {
            for (Json counts : usages.items()) add_usage(counts, usage);
        }
    }
    return usage;
}

std::optional<GraphRefusal> graph_refusal(const HttpResponse& response, Time now) {
    GraphRefusal refusal;
    auto by_status = json_answer_error(response, now);
    if (by_status) refusal.error = *by_status;
    if (by_status && by_status->kind == ErrorKind::blocked) return refusal;
    auto document = parse_json(response.body, "an answer of the Graph API");
    if (!document) return by_status ? std::optional(refusal) : std::nullopt;
    Json root = document->root();
    Error& error = refusal.error;
    if (auto old = old_refusal(root)) {
        error.kind = old->kind;
        error.message = old->message;
        error.request_sent = true;
        return refusal;
    }
    Json told = root["error"];
    if (!told.is_object()) return by_status ? std::optional(refusal) : std::nullopt;

    const int code = small_number(told["code"]);
    const int subcode = small_number(told["error_subcode"]);
    const Meaning* meaning = meaning_of(code, subcode);
    refusal.missing = code == 100 && subcode == 33;
    error.request_sent = true;
    if (meaning != nullptr) {
        error.kind = meaning->kind;
        error.message = meaning->words;
    } else if (!by_status || by_status->kind == ErrorKind::server) {
        error.kind = by_status ? ErrorKind::server : ErrorKind::rejected;
        error.message = "the request is refused";
    }
    // A foreign page without the reviewed feature has the code of a wrong parameter.
    if (code == 100 && told["message"].text().find("Public Content Access") != std::string::npos) {
        error.kind = ErrorKind::forbidden;
        error.message = "the feature Page Public Content Access wants `app_secret` or an app token";
    }
    const bool limited = error.kind == ErrorKind::rate_limited;
    if (told["is_transient"].flag() && error.kind == ErrorKind::rejected) {
        error.kind = ErrorKind::server;
    }
    name_code(error, code, subcode);
    if (!limited) return refusal;
    if (auto regain = graph_usage(response).regain) error.retry_after = *regain;
    const std::chrono::seconds wait = error.retry_after.value_or(limited_unless_told);
    error.retry_after = std::min<std::chrono::seconds>(wait, retry_after_max);
    return refusal;
}

std::string without_credentials(std::string_view body, std::string_view token) {
    std::string out;
    out.reserve(body.size());
    for (std::size_t at = 0; at < body.size();) {
        std::string_view rest = body.substr(at);
        if (token.size() >= token_bytes_min && rest.starts_with(token)) {
            at += token.size();
            continue;
        }
        std::size_t skipped = 0;
        for (std::string_view name : {"access_token=", "appsecret_proof="}) {
            if (!rest.starts_with(name)) continue;
            out += name;
            // In JSON `&` may be written \u0026.
            skipped = std::min(rest.find_first_of("&\"\\ #<>", name.size()), rest.size());
        }
        if (skipped == 0) out += rest.front();
        at += std::max<std::size_t>(skipped, 1);
    }
    return out;
}

}  // namespace spokeswatch
