#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/async.hpp"
#include "base/clock.hpp"

namespace spokeswatch {

// Politeness: at most so many requests to one host at a time, and so much time between the starts
// of two. Waiting is in the order of arrival, on the Clock.
class HostGate {
  public:
    HostGate(boost::asio::any_io_executor executor, Clock& clock)
        : executor_(std::move(executor)), clock_(clock) {}

    struct Host;
    // Held while a request runs; going away lets the next one in.
    class Pass {
      public:
        explicit Pass(std::shared_ptr<Host> host) : host_(std::move(host)) {}
        ~Pass();
        Pass(Pass&&) = default;
        Pass& operator=(Pass&&) = delete;
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;

      private:
        std::shared_ptr<Host> host_;
    };

    awaitable<Pass> enter(std::string host, int at_once_max, Duration gap);

  private:
    void forget_old();

    boost::asio::any_io_executor executor_;
    Clock& clock_;
    std::map<std::string, std::shared_ptr<Host>> hosts_;
};

}  // namespace spokeswatch
