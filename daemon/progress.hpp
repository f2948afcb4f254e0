#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace spokeswatch {

// How far a long job is, on stderr: a bar at the bottom of a terminal, else a line each 10 %. Not
// for what is over before `quiet` has passed.
class ProgressBar {
  public:
    // `what`: the name that the lines begin with.
    ProgressBar(
        std::string what,
        std::size_t total,
        std::chrono::milliseconds quiet = std::chrono::milliseconds::zero()
    );
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    // `text` stands behind the bar.
    void update(std::size_t done, std::string text);
    // Takes the bar away, so that a line can be written; redraw() puts it back.
    void clear();
    void redraw();

  private:
    std::string what_;
    std::size_t total_;
    std::chrono::steady_clock::time_point begins_at_;
    std::chrono::steady_clock::time_point drawn_at_{};
    std::size_t done_ = 0;
    std::size_t tenths_ = 0;
    std::string text_;
    bool terminal_;
    bool shown_ = false;
};

// "21,400/s, 12 s left" for a job that has done `done` of `total` in so many seconds; `items`: what
// the rate counts.
std::string rate_text(std::size_t items, std::size_t done, std::size_t total, double seconds);

}  // namespace spokeswatch
