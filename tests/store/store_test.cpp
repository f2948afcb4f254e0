#include "store/store.hpp"

#include <future>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

awaitable<std::int64_t> store_and_count(Store& store, std::string name) {
    const auto write = [name](Database& database) {
        return database.commit(make_alert_ingest(name));
    };
    auto written = co_await store.run(write);
    good(std::move(written));
    const auto count = [](Database& database) { return database.counts(); };
    auto counts = co_await store.run(count);
    co_return good(std::move(counts)).alerts;
}

}  // namespace

TEST_CASE("work runs on the store thread and its caller goes on where it was") {
    boost::asio::io_context io;
    auto store = Store::in_memory();
    std::thread::id there;
    const auto ask = [](Store& on, std::thread::id& thread) -> awaitable<std::thread::id> {
        const auto look = [&thread](Database&) {
            thread = std::this_thread::get_id();
            return true;
        };
        const bool looked = co_await on.run(look);
        CHECK(looked);
        co_return std::this_thread::get_id();
    };
    CHECK(run(io, ask(*store, there)) == std::this_thread::get_id());
    CHECK(there != std::this_thread::get_id());
    CHECK(run(io, store_and_count(*store, "a")) == 1);
    CHECK(run(io, store_and_count(*store, "b")) == 2);
}

TEST_CASE("calls run in the order they were made") {
    boost::asio::io_context io;
    auto store = Store::in_memory();
    std::vector<int> order;
    const auto append = [](Store& on, std::vector<int>& to, int number) -> awaitable<void> {
        const auto work = [&to, number](Database&) {
            to.push_back(number);
            return true;
        };
        co_await on.run(work);
    };
    for (int i = 0; i < 50; ++i)
        boost::asio::co_spawn(io, append(*store, order, i), boost::asio::detached);
    io.run();
    REQUIRE(order.size() == 50);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("work whose caller is cancelled while it runs is finished and kept") {
    boost::asio::io_context io;
    auto store = Store::in_memory();
    std::promise<void> started, go_on;
    auto may_go_on = go_on.get_future().share();
    bool came_back = false;
    bool cancelled = false;
    const auto caller =
        [](Store& on, std::promise<void>& begun, std::shared_future<void> gate, bool& back
        ) -> awaitable<void> {
        const auto work = [&begun, gate](Database& database) {
            begun.set_value();
            gate.wait();
            return database.commit(make_alert_ingest("a"));
        };
        auto kept = co_await on.run(work);
        back = kept.has_value();
        // The next wait notices the cancellation.
        const auto more = [](Database& database) {
            return database.commit(make_alert_ingest("b"));
        };
        auto never = co_await on.run(more);
        static_cast<void>(never);
    };
    boost::asio::cancellation_signal stop;
    boost::asio::co_spawn(
        io,
        caller(*store, started, may_go_on, came_back),
        boost::asio::bind_cancellation_slot(
            stop.slot(),
            [&](std::exception_ptr error) {
                try {
                    if (error) std::rethrow_exception(error);
                } catch (const boost::system::system_error& failure) {
                    cancelled = failure.code() == boost::asio::error::operation_aborted;
                }
            }
        )
    );
    io.poll();
    started.get_future().wait();
    stop.emit(boost::asio::cancellation_type::all);
    go_on.set_value();
    io.restart();
    io.run();
    CHECK(came_back);
    CHECK(cancelled);
    boost::asio::io_context other;
    CHECK(run(other, store_and_count(*store, "c")) == 2);
}

TEST_CASE("a store that is destroyed finishes what was queued") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    boost::asio::io_context io;
    {
        Store store(good(Database::open(path)));
        for (int i = 0; i < 20; ++i)
            boost::asio::co_spawn(
                io, store_and_count(store, std::to_string(i)), [](std::exception_ptr, auto) {}
            );
        io.poll();
    }
    CHECK(good(good(Database::open(path)).counts()).alerts == 20);
}

TEST_CASE("an answer without a value is only an error or not") {
    boost::asio::io_context io;
    auto store = Store::in_memory();
    const auto twice = [](Store& on) -> awaitable<bool> {
        const auto write = [](Database& database) {
            return database.commit(make_alert_ingest("a"));
        };
        auto first = co_await on.run(write);
        auto second = co_await on.run(write);
        co_return first.has_value() && !second.has_value();
    };
    CHECK(run(io, twice(*store)));
    CHECK_FALSE(store->broken());
}

TEST_CASE("progress moves when something is finished") {
    boost::asio::io_context io;
    auto store = Store::in_memory();
    const auto before = store->last_progress();
    run(io, store_and_count(*store, "a"));
    CHECK(store->last_progress() > before);
}
