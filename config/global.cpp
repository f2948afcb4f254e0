#include <charconv>

#include "config/codes.hpp"
#include "config/loader.hpp"

// `global`, `storage` and `web`.

namespace spokeswatch {

namespace {

constexpr Duration interval_min = std::chrono::milliseconds(10);

void read_heartbeat(Loading& loading, Yaml value) {
    GlobalConfig& global = loading.config.global;
    Mapping map(Section::heartbeat, "`heartbeat`", loading.diagnostics);
    if (!map.add(value)) return;
    std::string url;
    if (loading.reader.url(map, "url", url))
        global.heartbeat_url = Located<std::string>{url, map["url"].span()};
    else if (!map["url"] && !map.meant("url"))
        loading.diagnostics
            .error(code::missing_key, value.span(), "`heartbeat` needs a `url` to call")
            .label = "add `url: ...`";
    loading.reader.duration(map, "every", global.heartbeat_every, std::chrono::seconds(1));
}

// host:port, [v6]:port or :port.
bool is_listen_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon + 1 == text.size()) return false;
    const std::string host = text.substr(0, colon);
    int port = -1;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
    if (parsed.ec != std::errc() || parsed.ptr != end || port < 0 || port > 65535) return false;
    if (host.find_first_of(" /@") != std::string::npos) return false;
    return host.find(':') == std::string::npos || (host.front() == '[' && host.back() == ']');
}

}  // namespace

void read_global(Loading& loading, const Mapping& map) {
    GlobalConfig& global = loading.config.global;
    Reader& reader = loading.reader;
    reader.duration(map, "poll_interval", global.poll_interval, interval_min);
    reader.duration(map, "poll_timeout", global.poll_timeout, interval_min);
    reader.duration(map, "max_age", global.max_age);
    reader.time_zone(map, "timezone", global.timezone);
    reader.text(map, "contact", global.contact);
    reader.text(map, "user_agent", global.user_agent);
    reader.url(map, "proxy_url", global.proxy_url);
    reader.duration(map, "delivery_max_age", global.delivery_max_age, std::chrono::seconds(1));
    if (const Yaml heartbeat = map["heartbeat"]) read_heartbeat(loading, heartbeat);
    read_options(
        loading, global_options(loading.options.kinds), map, "`global`", map.span(), loading.globals
    );
}

std::vector<std::string> global_keys_of_kinds(const KindSpecs& kinds) {
    return option_keys(global_options(kinds));
}

void read_storage(Loading& loading, const Mapping& map) {
    const Yaml value = map["path"];
    if (!value) return;
    const auto text = loading.reader.text_of(value, "`path`");
    if (text && text->empty())
        loading.diagnostics.error(code::empty, value.span(), "`path` of the database is empty");
    else if (text)
        loading.config.storage.path = path_from(loading, value);
}

void read_web(Loading& loading, const Mapping& map) {
    WebConfig& web = loading.config.web;
    if (const Yaml value = map["listen_address"]) {
        const auto text = loading.reader.text_of(value, "`listen_address`");
        if (text && !is_listen_address(*text)) {
            const std::size_t colon = text->rfind(':');
            const bool digits = text->find('/') == text->npos && colon != std::string::npos &&
                                colon + 1 < text->size() &&
                                text->find_first_not_of("0123456789", colon + 1) == text->npos;
            loading.diagnostics
                .error(
                    code::place,
                    value.span(),
                    "`listen_address` needs a host and a port, not " + cited(*text)
                )
                .label = digits ? "a port is a number from 0 to 65535; an IPv6 address stands in []"
                                : "write `127.0.0.1:8317` or `[::1]:8317`";
        } else if (text) {
            web.listen_address = {*text, value.span()};
        }
    }
    if (loading.reader.url(map, "external_url", web.external_url) &&
        !web.external_url.ends_with('/'))
        web.external_url += '/';
    if (auto token = loading.secrets.read(map, "auth_token")) web.auth_token = token->value;
}

}  // namespace spokeswatch
