#include "daemon/demo/screen.hpp"

#include <cstdlib>
#include <cstring>
#include <iostream>

#include <unistd.h>

#include "base/log.hpp"
#include "base/utf8.hpp"

namespace spokeswatch::demo {

namespace {

std::string cut(const std::string& text, std::size_t cells_max) {
    const std::string line = printable(text.substr(0, text.find('\n')));
    std::string out;
    std::size_t at = 0;
    std::size_t cells = 0;
    while (at < line.size()) {
        const std::size_t start = at;
        next_code_point(line, at);
        const std::string piece = line.substr(start, at - start);
        cells += display_cells(piece);
        if (cells > cells_max) return out + "…";
        out += piece;
    }
    return out;
}

}  // namespace

Screen::Screen(std::size_t steps)
    : steps_(steps), colour_(isatty(STDOUT_FILENO) != 0), bar_("demo", steps) {
    const char* term = std::getenv("TERM");
    const bool plain =
        std::getenv("NO_COLOR") != nullptr || (term != nullptr && std::strcmp(term, "dumb") == 0);
    colour_ = colour_ && !plain;
}

std::string Screen::paint(const char* code, const std::string& text) const {
    return colour_ ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

void Screen::say(const std::string& line) {
    bar_.clear();
    std::cout << line << '\n' << std::flush;
    bar_.redraw();
}

void Screen::published(const Step& step, const Script& script) {
    std::string what;
    switch (step.kind) {
        case StepKind::publish:
            what = cut(step.post.title.empty() ? step.post.text : step.post.title, 72);
            break;
        case StepKind::edit:
            what = "edits: " + cut(step.post.edited_text, 65);
            break;
        case StepKind::fail_429:
            what = "answers 429 once (asks for a pause of 1 s)";
            break;
        case StepKind::fail_503:
            what = "answers 503 once";
            break;
    }
    std::string org = step.outlet;
    for (const Outlet& outlet : script.outlets) {
        if (outlet.source == step.outlet) org = outlet.org;
    }
    if (step.kind == StepKind::publish) virtual_time_ = step.post.published;
    say(paint("2", format_time(virtual_time_).substr(5, 11) + "  " + org + "  ") + what);
}

void Screen::received(const Received& received) {
    if (received.receiver != "webhook") {
        say(paint("2", "             " + received.receiver + " told"));
        return;
    }
    const bool critical = received.severity == "critical";
    say(paint(critical ? "1;31" : "1;33", (critical ? "  ■ CRITICAL  " : "  ▲ WARNING   ")) +
        received.rule + (received.update ? "  update: " : "  ") + cut(received.title, 60));
}

void Screen::step_done(Time virtual_time) {
    virtual_time_ = virtual_time;
    ++done_;
    bar_.update(
        done_,
        std::to_string(done_) + '/' + std::to_string(steps_) + "  " +
            format_time(virtual_time_).substr(0, 16)
    );
}

}  // namespace spokeswatch::demo
