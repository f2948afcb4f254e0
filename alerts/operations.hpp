#pragma once

#include <functional>
#include <string>
#include <vector>

#include "alerts/receivers.hpp"
#include "alerts/route.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// Something that is wrong now, as somebody who looks finds it.
struct Trouble {
    Event event = Event::source_failing;
    std::string subject;  // as in OperationalEvent
    std::string message;
    std::string body_file;
    Labels labels;  // without `event`
};

// Turns what is wrong now into events that begin and end, each told once, across restarts: which
// ones are open stands in the store, and an event is written together with its notifications.
// Whoever looks passes everything that is wrong, again and again; nothing has to be told when it
// changes.
class Operations {
  public:
    // `wake`: there is something new in the outbox.
    Operations(Store& store, Clock& clock, Random& random, std::function<void()> wake);

    // Once, before settle(): which events are open.
    awaitable<Result<void>> restore();
    // What is in `troubles` and was not begins; what was and is not any more ends. After an error
    // nothing changed: the next call does it.
    awaitable<Result<void>> settle(
        std::vector<Trouble> troubles, RouteTree routes, std::shared_ptr<const Receivers> receivers
    );
    // Newest first.
    [[nodiscard]] const std::vector<OperationalEvent>& open() const { return open_; }

  private:
    Store& store_;
    Clock& clock_;
    Random& random_;
    std::function<void()> wake_;
    std::vector<OperationalEvent> open_;
};

}  // namespace spokeswatch
