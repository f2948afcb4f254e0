#include "daemon/progress.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

#include <unistd.h>

#include "base/time.hpp"

namespace spokeswatch {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds redraw_every{100};

}  // namespace

ProgressBar::ProgressBar(std::string what, std::size_t total, std::chrono::milliseconds quiet)
    : what_(std::move(what)),
      total_(std::max<std::size_t>(total, 1)),
      begins_at_(SteadyClock::now() + quiet),
      terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::update(std::size_t done, std::string text) {
    done_ = std::min(done, total_);
    text_ = std::move(text);
    const auto now = SteadyClock::now();
    if (now < begins_at_) return;
    if (terminal_) {
        if (now - drawn_at_ < redraw_every && done_ < total_) return;
        drawn_at_ = now;
        return redraw();
    }
    const std::size_t tenths = done_ * 10 / total_;
    if (tenths > tenths_) std::cerr << what_ << ": " << tenths * 10 << " %\n";
    tenths_ = tenths;
}

void ProgressBar::redraw() {
    if (!terminal_ || SteadyClock::now() < begins_at_) return;
    const std::size_t filled = bar_width * done_ / total_;
    std::cerr << "\r\x1b[K[" << std::string(filled, '#') << std::string(bar_width - filled, '.')
              << "] " << text_ << std::flush;
    shown_ = true;
}

void ProgressBar::clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
}

std::string rate_text(std::size_t items, std::size_t done, std::size_t total, double seconds) {
    if (seconds <= 0 || done == 0) return "";
    const double left =
        seconds * static_cast<double>(total - std::min(done, total)) / static_cast<double>(done);
    return std::to_string(std::llround(static_cast<double>(items) / seconds)) + "/s, " +
           format_duration(std::chrono::seconds(std::llround(left))) + " left";
}

}  // namespace spokeswatch
