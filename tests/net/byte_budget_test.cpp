#include "net/byte_budget.hpp"

#include <list>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

constexpr std::size_t free_bytes = ByteBudget::free_bytes;

awaitable<void> grow(ByteBudget::Share& share, std::size_t total, std::optional<bool>* granted) {
    auto result = co_await share.grow_to(total);
    *granted = result.has_value();
}

struct Bench {
    // What became of the attempt so far; nullopt while it waits.
    std::optional<bool>& start(ByteBudget::Share& share, std::size_t total) {
        outcomes.emplace_back();
        boost::asio::co_spawn(io, grow(share, total, &outcomes.back()), boost::asio::detached);
        io.restart();
        io.poll();
        return outcomes.back();
    }

    boost::asio::io_context io;
    std::list<std::optional<bool>> outcomes;
    ByteBudget budget{io.get_executor(), 1000};
};

}  // namespace

TEST_CASE("small answers never wait, big ones wait for each other") {
    Bench bench;
    std::optional<ByteBudget::Share> first(bench.budget);
    ByteBudget::Share second(bench.budget);
    ByteBudget::Share small(bench.budget);
    CHECK(bench.start(*first, free_bytes + 700) == true);
    const auto& waiting = bench.start(second, free_bytes + 500);
    CHECK(waiting == std::nullopt);
    CHECK(bench.start(small, free_bytes) == true);
    first.reset();
    bench.io.restart();
    bench.io.poll();
    CHECK(waiting == true);
}

TEST_CASE("an answer bigger than the whole budget is refused at once") {
    Bench bench;
    ByteBudget::Share share(bench.budget);
    CHECK(bench.start(share, free_bytes + 1001) == false);
    CHECK(bench.start(share, free_bytes + 1000) == true);
}

TEST_CASE("answers that wait for each other lose the biggest, not all") {
    Bench bench;
    std::optional<ByteBudget::Share> big(bench.budget);
    ByteBudget::Share small(bench.budget);
    CHECK(bench.start(*big, free_bytes + 600) == true);
    CHECK(bench.start(small, free_bytes + 400) == true);
    const auto& small_grows = bench.start(small, free_bytes + 500);
    CHECK(small_grows == std::nullopt);
    CHECK(bench.start(*big, free_bytes + 700) == false);
    big.reset();
    bench.io.restart();
    bench.io.poll();
    CHECK(small_grows == true);
}
