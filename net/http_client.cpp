#include "net/http_client.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "base/clock.hpp"
#include "net/address_rule.hpp"
#include "net/byte_budget.hpp"
#include "net/connect.hpp"
#include "net/connection_pool.hpp"
#include "net/host_gate.hpp"
#include "net/http_client_parts.hpp"
#include "net/http_exchange.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"
#include "net/url_target.hpp"
#include "net/with_timeout.hpp"

namespace spokeswatch {

namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds idle_max{90};
// A request that must not be repeated wants a connection that its server has not given up yet:
// the shortest keep-alive in common use is five seconds.
constexpr std::chrono::seconds idle_max_once{4};

bool is_repeatable(const std::string& method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Error timed_out(const std::string& what, milliseconds limit) {
    return Error{ErrorKind::timeout, what + " within " + format_duration(limit)};
}

Error prefixed(const std::string& prefix, Error error) {
    error.message = prefix + ": " + error.message;
    return error;
}

void drop_headers(Headers& headers, std::initializer_list<std::string_view> names) {
    std::erase_if(headers, [&](const auto& header) {
        const Headers one{header};
        return std::any_of(names.begin(), names.end(), [&](auto n) { return find_header(one, n); });
    });
}

// The request as the redirect wants it (RFC 9110 section 15.4).
void turn_request(HttpRequest& request, int status, bool same_origin) {
    const bool to_get = (status == 303 && request.method != "HEAD") ||
                        ((status == 301 || status == 302) && request.method == "POST");
    if (to_get) {
        request.method = "GET";
        request.body.clear();
        drop_headers(request.headers, {"Content-Type", "Content-Encoding", "Content-Language"});
    }
    if (!same_origin) drop_headers(request.headers, {"Authorization", "Cookie"});
}

// One request on its way to one server. What it points to lives in send().
struct Hop {
    UrlTarget target;
    AddressRule rule = AddressRule::public_only;
    const HttpRequest* request = nullptr;
    Progress* progress = nullptr;
};

class Client : public HttpClient {
  public:
    Client(
        boost::asio::any_io_executor executor,
        Clock& clock,
        HttpClientOptions options,
        Lookup lookup
    )
        : user_agent_(options.user_agent),
          resolver_(executor, options.resolver_threads, options.resolver_cache, std::move(lookup)),
          tls_(options.default_ca_file),
          gate_(executor, clock),
          budget_(executor, options.decoded_bytes_in_flight_max) {}

    awaitable<Result<HttpResponse>> send(HttpRequest request) override;

  private:
    awaitable<Result<HttpResponse>> run_hop(Hop hop);
    awaitable<Result<std::unique_ptr<Transport>>> open(Hop hop);
    awaitable<Result<tcp::socket>> reach(UrlTarget target, AddressRule rule, HttpLimits limits);
    awaitable<Result<tcp::socket>> reach_through_proxy(Hop hop, UrlTarget proxy);
    Result<std::string> wire(const Hop& hop) const;

    std::string user_agent_;
    Resolver resolver_;
    TlsClient tls_;
    HostGate gate_;
    ByteBudget budget_;
    ConnectionPool pool_;
};

// A connection carries only requests to the same place under the same rules.
std::string pool_key(const Hop& hop) {
    const HttpRequest& request = *hop.request;
    const char* rule = hop.rule == AddressRule::public_only ? "public" : "any";
    return hop.target.origin() + '\n' + request.proxy_url + '\n' + request.ca_file + '\n' + rule;
}

awaitable<Result<tcp::socket>> Client::reach(
    UrlTarget target, AddressRule rule, HttpLimits limits
) {
    Addresses addresses;
    if (target.address) {
        addresses.push_back(*target.address);
    } else {
        auto lookup = resolver_.resolve(target.host);
        auto found = co_await with_timeout(
            limits.resolve,
            std::move(lookup),
            timed_out("the name was not resolved", limits.resolve)
        );
        if (!found) co_return prefixed("cannot resolve the name", found.error());
        addresses = std::move(*found);
    }
    auto allowed = check_addresses(addresses, rule);
    if (!allowed) co_return allowed.error();
    auto race = connect_any(std::move(addresses), target.port);
    co_return co_await with_timeout(
        limits.connect, std::move(race), timed_out("no connection", limits.connect)
    );
}

// The proxy is the operator's word. What it connects to is out of our sight: only a target that is
// an address, or this very machine by name, can be judged here.
awaitable<Result<tcp::socket>> Client::reach_through_proxy(Hop hop, UrlTarget proxy) {
    const HttpLimits& limits = hop.request->limits;
    if (hop.target.address) {
        auto allowed = check_addresses(Addresses(1, *hop.target.address), hop.rule);
        if (!allowed) co_return allowed.error();
    }
    const std::string& host = hop.target.host;
    const bool local = host == "localhost" || host.ends_with(".localhost");
    if (local && hop.rule == AddressRule::public_only) {
        co_return Error{
            ErrorKind::rejected, host + " is a loopback address (allow_private is off)"};
    }
    const std::string name = "proxy " + proxy.authority_with_port();
    auto socket = co_await reach(proxy, AddressRule::any_but_metadata, limits);
    if (!socket) co_return prefixed(name, socket.error());
    if (!hop.target.tls) co_return std::move(*socket);
    auto tunnel =
        open_tunnel(std::move(*socket), hop.target.authority_with_port(), proxy_credentials(proxy));
    auto opened = co_await with_timeout(
        limits.connect, std::move(tunnel), timed_out("no tunnel", limits.connect)
    );
    if (!opened) co_return prefixed(name, opened.error());
    co_return std::move(*opened);
}

awaitable<Result<std::unique_ptr<Transport>>> Client::open(Hop hop) {
    const HttpRequest& request = *hop.request;
    awaitable<Result<tcp::socket>> way;
    if (request.proxy_url.empty()) {
        way = reach(hop.target, hop.rule, request.limits);
    } else {
        auto proxy = parse_proxy(request.proxy_url);
        if (!proxy) co_return proxy.error();
        way = reach_through_proxy(hop, std::move(*proxy));
    }
    auto socket = co_await std::move(way);
    if (!socket) co_return socket.error();
    if (!hop.target.tls) {
        if (!is_quiet(*socket)) {
            co_return Error{ErrorKind::malformed, "the server spoke or left before it was asked"};
        }
        co_return make_plain_transport(std::move(*socket));
    }
    auto handshake = tls_.handshake(std::move(*socket), hop.target.host, request.ca_file);
    const auto limit = request.limits.tls;
    co_return co_await with_timeout(
        limit, std::move(handshake), timed_out("no TLS handshake", limit)
    );
}

Result<std::string> Client::wire(const Hop& hop) const {
    Headers extra;
    if (!user_agent_.empty()) extra.emplace_back("User-Agent", user_agent_);
    std::string target = hop.target.path;
    if (!hop.request->proxy_url.empty() && !hop.target.tls) {
        target = hop.target.url();
        const auto proxy = parse_proxy(hop.request->proxy_url);
        if (!proxy) return proxy.error();
        const std::string credentials = proxy_credentials(*proxy);
        if (!credentials.empty()) extra.emplace_back("Proxy-Authorization", credentials);
    }
    return wire_form(*hop.request, hop.target.authority(), target, extra);
}

awaitable<Result<HttpResponse>> Client::run_hop(Hop hop) {
    auto bytes = wire(hop);
    if (!bytes) co_return bytes.error();
    const std::string key = pool_key(hop);
    const bool repeatable = is_repeatable(hop.request->method);
    auto transport = pool_.take(key, repeatable ? idle_max : idle_max_once);
    bool pooled = transport != nullptr;
    while (true) {
        if (!transport) {
            auto opened = co_await open(hop);
            if (!opened) co_return opened.error();
            transport = std::move(*opened);
        }
        *hop.progress = Progress();
        auto answer =
            co_await exchange(transport.get(), hop.request, *bytes, &budget_, hop.progress);
        if (answer && hop.progress->reusable) pool_.put(key, std::move(transport));
        if (answer) co_return answer;
        // The server may have closed a kept connection at any time. A fresh one gets one try.
        const bool untouched =
            !hop.progress->answer_began && (repeatable || hop.progress->written == 0);
        if (!pooled || !untouched || answer.error().kind == ErrorKind::timeout) co_return answer;
        pooled = false;
        transport = nullptr;
    }
}

awaitable<Result<HttpResponse>> Client::send(HttpRequest request) {
    auto parsed = parse_target(request.url);
    if (!parsed) co_return prefixed(url_for_people(request.url), parsed.error());
    Hop hop;
    hop.target = std::move(*parsed);
    hop.request = &request;
    const bool any = request.allow_private || request.operator_target;
    hop.rule = any ? AddressRule::any_but_metadata : AddressRule::public_only;

    std::vector<Redirect> redirects;
    std::set<std::string> seen;
    milliseconds left = request.limits.whole;
    bool acted = false;  // something that must not be repeated was answered on the way
    while (true) {
        seen.insert(request.method + ' ' + hop.target.url());
        const auto pass = co_await gate_.enter(
            hop.target.authority_with_port(), request.host_connections_max, request.min_gap
        );
        // Waiting for the turn is no part of the limit: it is not the server's fault.
        const auto started = steady_clock::now();
        Progress progress;
        hop.progress = &progress;
        auto work = run_hop(hop);
        auto answer = co_await with_timeout(
            left, std::move(work), timed_out("no complete answer", request.limits.whole)
        );
        left -= std::chrono::duration_cast<milliseconds>(steady_clock::now() - started);
        if (!answer) {
            Error error = prefixed(hop.target.authority(), answer.error());
            error.request_sent = acted || progress.request_sent;
            co_return error;
        }
        const auto location = answer->header("Location");
        answer->url = hop.target.url();
        answer->redirects = redirects;
        if (!request.follow_redirects || !is_redirect(answer->status) || !location) {
            co_return answer;
        }

        acted = acted || !is_repeatable(request.method);
        const auto refuse = [&](const std::string& why) {
            Error error{ErrorKind::rejected, hop.target.authority() + ": " + why};
            error.request_sent = acted;
            return error;
        };
        auto next = resolve_location(hop.target, *location);
        if (!next) co_return refuse("redirect: " + next.error().message);
        if (hop.target.tls && !next->tls) co_return refuse("redirect from https to http");
        redirects.emplace_back();
        redirects.back().status = answer->status;
        redirects.back().url = next->url();
        if (redirects.size() >
            static_cast<std::size_t>(std::max(request.limits.redirects_max, 0))) {
            co_return refuse(
                "more than " + std::to_string(request.limits.redirects_max) + " redirects"
            );
        }
        const bool same_origin = next->origin() == hop.target.origin();
        turn_request(request, answer->status, same_origin);
        if (seen.contains(request.method + ' ' + next->url())) co_return refuse("redirect loop");
        if (!same_origin && !request.allow_private) hop.rule = AddressRule::public_only;
        hop.target = std::move(*next);
    }
}

}  // namespace

std::unique_ptr<HttpClient> make_http_client_with(
    boost::asio::any_io_executor executor, Clock& clock, HttpClientOptions options, Lookup lookup
) {
    return std::make_unique<Client>(
        std::move(executor), clock, std::move(options), std::move(lookup)
    );
}

std::unique_ptr<HttpClient> make_http_client(
    boost::asio::any_io_executor executor, Clock& clock, HttpClientOptions options
) {
    return make_http_client_with(std::move(executor), clock, std::move(options), lookup_by_system);
}

}  // namespace spokeswatch
