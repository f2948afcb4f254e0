#include "connectors/robots_gate.hpp"

#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "net/url_target.hpp"

namespace spokeswatch {

namespace {

constexpr std::chrono::hours good_for{24};
constexpr std::size_t sites_max = 20;
constexpr std::string_view own_product = "spokeswatch";

// "name" of "name/1.0 (+https://...)".
std::string product_of(const std::string& user_agent) {
    const std::string product = user_agent.substr(0, user_agent.find_first_of("/ "));
    return product.empty() ? std::string(own_product) : product;
}

}  // namespace

awaitable<Result<std::chrono::milliseconds>> RobotsGate::ask(std::string url) {
    std::chrono::milliseconds gap{0};
    if (!source_.options.flag("respect_robots", true)) co_return gap;
    auto target = parse_target(url);
    if (!target) co_return target.error();
    const std::string origin = target->origin();
    const Time now = deps_.clock->now();
    auto site = sites_.find(origin);
    if (site == sites_.end() || now - site->second.asked >= good_for) {
        auto robots = co_await read(origin);
        if (!robots) co_return robots.error();
        if (site == sites_.end() && sites_.size() >= sites_max) sites_.clear();
        Site fresh;
        fresh.robots = std::move(*robots);
        fresh.asked = now;
        site = sites_.insert_or_assign(origin, std::move(fresh)).first;
    }
    const Robots& robots = site->second.robots;
    if (!robots.allows(target->path)) {
        co_return Error{
            ErrorKind::rejected,
            "robots.txt of " + target->host +
                " does not allow this page to be read; with its owner's consent set "
                "`respect_robots: false`"};
    }
    if (auto delay = robots.delay()) gap = *delay;
    co_return gap;
}

awaitable<Result<Robots>> RobotsGate::read(std::string origin) {
    HttpRequest request = source_request(source_, deps_, origin + "/robots.txt");
    request.limits.decoded_bytes_max = 2 * robots_bytes_max;
    request.cut_body = true;
    auto response = co_await deps_.http->send(std::move(request));
    if (!response) {
        Error error = response.error();
        error.message = "robots.txt could not be read: " + error.message;
        co_return error;
    }
    if (response->status >= 500) {
        Error error;
        error.kind = ErrorKind::server;
        error.message = "robots.txt could not be read: HTTP " + std::to_string(response->status);
        error.request_sent = true;
        co_return error;
    }
    if (response->status != 200 || looks_like_page(response->body)) co_return Robots();
    co_return Robots::parse(response->body, product_of(source_.user_agent));
}

}  // namespace spokeswatch
