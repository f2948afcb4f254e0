#pragma once

#include <cstddef>
#include <string>

#include "base/time.hpp"
#include "daemon/demo/inbox.hpp"
#include "daemon/demo/script.hpp"
#include "daemon/progress.hpp"

namespace spokeswatch::demo {

// The demo's terminal: a line for everything that is published and told, and at the bottom of a
// terminal a progress bar. Without a terminal a line each 10 %.
class Screen {
  public:
    explicit Screen(std::size_t steps);

    void say(const std::string& line);
    void published(const Step& step, const Script& script);
    void received(const Received& received);
    void step_done(Time virtual_time);

  private:
    [[nodiscard]] std::string paint(const char* code, const std::string& text) const;

    std::size_t steps_;
    std::size_t done_ = 0;
    Time virtual_time_{};
    bool colour_;  // stdout
    ProgressBar bar_;
};

}  // namespace spokeswatch::demo
