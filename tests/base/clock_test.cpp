#include "base/clock.hpp"

#include <optional>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

awaitable<void> sleep_and_write(Clock& clock, Duration duration, std::string& trace, char letter) {
    co_await clock.sleep_for(duration);
    trace += letter;
}

void start(asio::io_context& io, awaitable<void> task) {
    asio::co_spawn(io, std::move(task), asio::detached);
    io.restart();
    io.poll();
}

}  // namespace

TEST_CASE("sleepers of a manual clock wake in the order of their time") {
    asio::io_context io;
    ManualClock clock{Time{}};
    std::string trace;
    start(io, sleep_and_write(clock, 3s, trace, 'c'));
    start(io, sleep_and_write(clock, 1s, trace, 'a'));
    start(io, sleep_and_write(clock, 2s, trace, 'b'));
    start(io, sleep_and_write(clock, 9s, trace, 'z'));
    CHECK(trace.empty());
    CHECK(clock.next_wake() == clock.steady() + 1s);

    clock.advance(3s);
    io.poll();
    CHECK(trace == "abc");
    CHECK(clock.now() == Time{} + 3s);
    CHECK(clock.next_wake() == clock.steady() + 6s);

    clock.advance_to(Time{} + 9s);
    io.poll();
    CHECK(trace == "abcz");
    CHECK_FALSE(clock.next_wake());
}

TEST_CASE("a manual clock that is moved by less than a sleep wakes nobody") {
    asio::io_context io;
    ManualClock clock{Time{}};
    std::string trace;
    start(io, sleep_and_write(clock, 3s, trace, 'a'));
    clock.advance(2999ms);
    io.poll();
    CHECK(trace.empty());
    clock.advance_to(Time{});  // never backwards
    CHECK(clock.now() == Time{} + 2999ms);
}

TEST_CASE("a jump of wall time leaves steady time and sleepers alone") {
    asio::io_context io;
    ManualClock clock{Time{}};
    std::string trace;
    start(io, sleep_and_write(clock, 1s, trace, 'a'));
    const auto before = clock.steady();
    clock.jump_to(Time{} + 24h);
    io.poll();
    CHECK(clock.now() == Time{} + 24h);
    CHECK(clock.steady() == before);
    CHECK(trace.empty());
}

TEST_CASE("a sleep of nothing yields once and needs no move of the clock") {
    asio::io_context io;
    ManualClock manual{Time{}};
    SystemClock system;
    std::string trace;
    for (Clock* clock : {static_cast<Clock*>(&manual), static_cast<Clock*>(&system)}) {
        trace.clear();
        start(io, sleep_and_write(*clock, -5s, trace, 'a'));
        testing::run(io, sleep_and_write(*clock, 0s, trace, 'b'));
        CHECK(trace == "ab");
    }
}

TEST_CASE("a cancelled sleep throws operation_aborted and is taken out of the clock") {
    asio::io_context io;
    ManualClock manual{Time{}};
    SystemClock system;
    for (Clock* clock : {static_cast<Clock*>(&manual), static_cast<Clock*>(&system)}) {
        std::string trace;
        asio::cancellation_signal stop;
        std::exception_ptr thrown;
        asio::co_spawn(
            io,
            sleep_and_write(*clock, 1h, trace, 'a'),
            asio::bind_cancellation_slot(
                stop.slot(), [&](std::exception_ptr error) { thrown = std::move(error); }
            )
        );
        io.restart();
        io.poll();
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
        REQUIRE(thrown);
        try {
            std::rethrow_exception(thrown);
        } catch (const boost::system::system_error& error) {
            CHECK(error.code() == asio::error::operation_aborted);
        }
        CHECK(trace.empty());
    }
    CHECK_FALSE(manual.next_wake());
    manual.advance(2h);
}

TEST_CASE("a sleeper may be destroyed after its clock") {
    std::string trace;
    asio::io_context io;
    std::optional<ManualClock> clock(std::in_place, Time{});
    start(io, sleep_and_write(*clock, 1h, trace, 'a'));
    clock.reset();
    CHECK(trace.empty());
}

TEST_CASE("the machine's clock moves forward") {
    const SystemClock clock;
    const auto steady = clock.steady();
    CHECK(clock.now() > Time{} + std::chrono::days(19'000));
    CHECK(clock.steady() >= steady);
}
