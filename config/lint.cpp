#include "config/lint.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include <arpa/inet.h>

#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

constexpr unsigned others_may_write = 0002;
// Beyond these sizes a lint would cost more than it tells.
constexpr std::size_t source_rule_pairs_max = 5'000'000;
constexpr std::size_t sibling_routes_max = 2'000;

// Whether a matcher is true of a source. What only a regular expression can tell is `unknown`.
enum class Truth { no, unknown, yes };

Truth matches(const MatcherConfig& matcher, const SourceConfig& source) {
    Truth result = Truth::yes;
    for (const MatcherConfig::Part& part : matcher.parts) {
        if (part.op == MatcherOp::regex || part.op == MatcherOp::not_regex) {
            result = Truth::unknown;
            continue;
        }
        std::string actual = source.name.value;
        if (!part.label.empty()) {
            const auto label = source.labels.find(part.label);
            actual = label == source.labels.end() ? "" : label->second;
        }
        if ((actual == part.value) != (part.op == MatcherOp::equal)) return Truth::no;
    }
    return result;
}

bool may_read(const RuleConfig& rule, const SourceConfig& source) {
    const auto selects = [&source](const MatcherConfig& m) {
        return matches(m, source) != Truth::no;
    };
    const auto excludes = [&source](const MatcherConfig& m) {
        return matches(m, source) == Truth::yes;
    };
    return (rule.from.empty() || std::any_of(rule.from.begin(), rule.from.end(), selects)) &&
           std::none_of(rule.not_from.begin(), rule.not_from.end(), excludes);
}

void lint_sources(Loading& loading) {
    const Config& config = loading.config;
    if (config.rules.empty() || config.sources.empty()) return;
    if (config.rules.size() > source_rule_pairs_max / config.sources.size()) return;
    for (const SourceConfig& source : config.sources) {
        const bool read = std::any_of(
            config.rules.begin(),
            config.rules.end(),
            [&source](const RuleConfig& rule) { return may_read(rule, source); }
        );
        if (!read)
            loading.diagnostics
                .warning(
                    code::unused,
                    source.name.span,
                    "no rule reads source " + cited(source.name.value)
                )
                .label = "its statements are stored and never alert";
    }
    for (const RuleConfig& rule : config.rules) {
        for (const auto* list : {&rule.from, &rule.not_from}) {
            for (const MatcherConfig& matcher : *list) {
                const bool any = std::any_of(
                    config.sources.begin(),
                    config.sources.end(),
                    [&matcher](const auto& source) { return matches(matcher, source) != Truth::no; }
                );
                if (!any)
                    loading.diagnostics.warning(
                        code::selects_nothing, matcher.span, "this is true of no source"
                    );
            }
        }
    }
}

void add_concept(const std::string& reference, std::set<std::string>& into) {
    into.insert(reference);
    into.insert(reference.substr(0, reference.rfind('.')));
}

void collect_concepts(const MatchNode& node, std::set<std::string>& into) {
    if (node.kind == MatchNode::Kind::concept_) add_concept(node.text, into);
    for (const MatchNode& child : node.children) collect_concepts(child, into);
}

void lint_concepts(Loading& loading) {
    std::set<std::string> used;
    for (const RuleConfig& rule : loading.config.rules) {
        collect_concepts(rule.match, used);
        if (!rule.watch) continue;
        for (const auto& name : watch_concepts(rule.watch->watch)) add_concept(name.value, used);
    }
    for (const ConceptConfig& concept_config : loading.config.concepts) {
        if (!used.contains(concept_config.name.value))
            loading.diagnostics.warning(
                code::unused,
                concept_config.name.span,
                "no rule uses concept " + cited(concept_config.name.value)
            );
    }
}

void collect_receivers(const RouteConfig& route, std::set<std::string>& into) {
    into.insert(route.receiver.value);
    for (const RouteConfig& child : route.routes) collect_receivers(child, into);
}

void lint_receivers(Loading& loading) {
    if (!loading.config.route) return;
    std::set<std::string> used;
    collect_receivers(*loading.config.route, used);
    if (loading.config.operations) collect_receivers(*loading.config.operations, used);
    for (const ReceiverConfig& receiver : loading.config.receivers) {
        if (!used.contains(receiver.name.value))
            loading.diagnostics.warning(
                code::unused,
                receiver.name.span,
                "no route leads to receiver " + cited(receiver.name.value)
            );
    }
}

// What no other route takes ends there. Of a later route it may be meant.
void lint_first_receiver(Loading& loading) {
    if (!loading.config.route) return;
    for (const ReceiverConfig& receiver : loading.config.receivers) {
        if (receiver.name.value != loading.config.route->receiver.value) continue;
        if (!receiver.targets.empty()) continue;
        Diagnostic& fault = loading.diagnostics.warning(
            code::silent_receiver,
            receiver.name.span,
            "receiver " + cited(receiver.name.value) +
                " sends nothing, and the first route leads to it"
        );
        fault.label = "add `slack_configs`, `email_configs` or another";
    }
}

bool same_parts(const MatcherConfig& a, const MatcherConfig& b) {
    return std::equal(
        a.parts.begin(),
        a.parts.end(),
        b.parts.begin(),
        b.parts.end(),
        [](const MatcherConfig::Part& x, const MatcherConfig::Part& y) {
            return x.label == y.label && x.op == y.op && x.value == y.value;
        }
    );
}

// Whether everything that `later` takes is already taken by `earlier`: all its matchers stand
// there too.
bool takes_all_of(const RouteConfig& earlier, const RouteConfig& later) {
    return std::all_of(
        earlier.matchers.begin(),
        earlier.matchers.end(),
        [&later](const MatcherConfig& wanted) {
            return std::any_of(
                later.matchers.begin(),
                later.matchers.end(),
                [&wanted](const MatcherConfig& m) { return same_parts(m, wanted); }
            );
        }
    );
}

void lint_route(Loading& loading, const RouteConfig& route) {
    const bool compared = route.routes.size() <= sibling_routes_max;
    for (std::size_t i = 0; i < route.routes.size(); ++i) {
        const RouteConfig& later = route.routes[i];
        for (std::size_t j = 0; compared && j < i; ++j) {
            const RouteConfig& earlier = route.routes[j];
            if (earlier.continue_ || !takes_all_of(earlier, later)) continue;
            Diagnostic& fault = loading.diagnostics.warning(
                code::unreachable_route, later.span, "nothing ever comes to this route"
            );
            fault.label = "everything it would take is gone by then";
            fault.secondary.push_back(
                {earlier.span, "this one takes it and has no `continue: true`"}
            );
            break;
        }
        lint_route(loading, later);
    }
}

// The host of an absolute URL, without port and brackets.
std::string host_of(const std::string& url) {
    const std::size_t start = url.find("://");
    if (start == std::string::npos) return "";
    std::string host = url.substr(start + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const std::size_t at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

bool is_private_v4(const in_addr& address) {
    const std::uint32_t ip = ntohl(address.s_addr);
    return (ip >> 24U) == 127 || (ip >> 24U) == 10 || (ip >> 24U) == 0 || (ip >> 20U) == 0xac1 ||
           (ip >> 16U) == 0xc0a8 || (ip >> 16U) == 0xa9fe || (ip >> 22U) == (0x64400000U >> 22U);
}

// A host that is private as it stands there, without a look at names.
bool is_private(const std::string& host) {
    in_addr v4{};
    in6_addr v6{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_private_v4(v4);
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) ||
               IN6_IS_ADDR_UNSPECIFIED(&v6) || (v6.s6_addr[0] & 0xfeU) == 0xfc;
    return host == "localhost" || host.ends_with(".localhost");
}

void lint_addresses(Loading& loading) {
    for (const SourceConfig& source : loading.config.sources) {
        if (source.allow_private) continue;
        for (const KindSpec& kind : loading.options.kinds.connectors) {
            if (kind.name != source.kind.value) continue;
            for (const OptionSpec& spec : kind.options) {
                if (spec.type != OptionType::url || !source.options.has(spec.name)) continue;
                if (!is_private(host_of(source.options.text(spec.name)))) continue;
                loading.diagnostics
                    .warning(
                        code::private_address,
                        source.options.span(spec.name),
                        "this address is private: it is refused when the source is polled"
                    )
                    .label = "to allow it, add `allow_private: true` to the source";
            }
        }
    }
}

void lint_listener(Loading& loading) {
    const WebConfig& web = loading.config.web;
    const std::string host = host_of("http://" + web.listen_address.value);
    if (!web.auth_token.empty() || !web.listen_address.span.file) return;
    if (host == "localhost" || host == "::1" || host.starts_with("127.")) return;
    Diagnostic& fault = loading.diagnostics.warning(
        code::open_listener,
        web.listen_address.span,
        "other machines can reach this address and no token is asked for"
    );
    fault.label = "add `auth_token_file`, or listen on 127.0.0.1";
}

void lint_files(Loading& loading) {
    for (const auto& document : loading.files.documents()) {
        if ((document->mode & others_may_write) == 0) continue;
        Diagnostic& fault = loading.diagnostics.warning(
            code::readable_secret,
            Span{document->tree->file(), 1, 1, 1},
            "everybody can write to this configuration file"
        );
        fault.helps.push_back("chmod o-w " + document->path.string());
    }
}

}  // namespace

void lint(Loading& loading, bool sound) {
    lint_files(loading);
    lint_rules(loading);
    lint_addresses(loading);
    if (loading.options.read_secrets) lint_listener(loading);
    if (loading.config.route) lint_route(loading, *loading.config.route);
    if (!sound) return;
    lint_sources(loading);
    lint_concepts(loading);
    lint_receivers(loading);
    lint_first_receiver(loading);
}

}  // namespace spokeswatch
