#pragma once

#include "base/async.hpp"
#include "model/notification.hpp"

namespace spokeswatch {

// Sends to one target: one webhook, one channel, one mail recipient. Made once from its options by
// the factory of its kind.
class Notifier {
  public:
    virtual ~Notifier() = default;

    // One attempt. The dispatcher owns retry, pacing and the record; the Answer says what happened.
    // Must not throw but for cancellation.
    virtual awaitable<Answer> send(Notification notification) = 0;
};

}  // namespace spokeswatch
