#include <iostream>
#include <map>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/task_scope.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/run_here.hpp"
#include "daemon/status.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t polls_at_once = 16;

// One poll of every source, nothing stored. What came stands at the index of its source.
struct OnlineCheck {
    const Config& config;
    ConnectorDeps deps;
    std::map<std::size_t, Result<Batch>> outcomes;
    std::size_t next = 0;

    awaitable<void> work() {
        while (next < config.sources.size()) {
            const std::size_t index = next++;
            const SourceConfig& source = config.sources[index];
            const auto kind =
                std::ranges::find(connector_kinds, source.kind.value, &ConnectorKind::name);
            const auto connector = kind->make(source, deps);
            Cursor since;
            auto batch = co_await connector->poll(std::move(since));
            outcomes.emplace(index, std::move(batch));
        }
    }
};

awaitable<bool> poll_all(OnlineCheck& check, boost::asio::any_io_executor executor) {
    TaskScope workers(executor);
    for (std::size_t i = 0; i < polls_at_once; ++i) workers.spawn("polls", check.work());
    co_await workers.join();
    co_return true;
}

void print(const SourceConfig& source, const Result<Batch>& outcome, bool as_json) {
    if (as_json) {
        boost::json::object object;
        object["source"] = source.name.value;
        object["ok"] = outcome.has_value();
        if (outcome) {
            object["statements"] = outcome->statements.size();
        } else {
            object["error"] = to_string(outcome.error().kind);
            object["message"] = outcome.error().message;
        }
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::cout << padded(outcome ? "ok" : "failed", 8) << ' ' << padded(source.name.value, 24)
              << ' ';
    if (outcome)
        std::cout << outcome->statements.size() << " statements\n";
    else
        std::cout << to_string(outcome.error().kind) << ": "
                  << printable(outcome.error().message, 300) << '\n';
}

}  // namespace

int check_online(const Snapshot& snapshot, bool as_json) {
    boost::asio::io_context io(1);
    SystemClock clock;
    HttpClientOptions client;
    client.user_agent = user_agent(snapshot.config);
    const auto http = make_http_client(io.get_executor(), clock, client);
    OnlineCheck check{snapshot.config, {}, {}, 0};
    check.deps.http = http.get();
    check.deps.clock = &clock;
    check.deps.proxy_url = snapshot.config.global.proxy_url;
    run_here(io, poll_all(check, io.get_executor()));
    bool well = true;
    for (const auto& [index, outcome] : check.outcomes) {
        print(snapshot.config.sources[index], outcome, as_json);
        well = well && outcome.has_value();
    }
    return well ? exit_ok : exit_no;
}

}  // namespace spokeswatch
