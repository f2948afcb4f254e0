#pragma once

#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "model/source.hpp"

namespace spokeswatch {

// What a single read of a statement at its source proved.
enum class Presence {
    there,
    deleted,  // only on positive proof; a statement that is missing from a page is none
    unknown,  // the source has no way to ask, or gave no clear answer (hidden, private, suspended)
};

// Reads one source. Made once from its options by the factory of its kind; after that nobody asks
// what kind it is. Holds no cursor of its own: a poll is a function of `since` and of the world.
class Connector {
  public:
    virtual ~Connector() = default;

    // One poll from `since`. Nothing new is an empty Batch, not an error. A first poll gets an
    // empty cursor and reads one page. May wait (long poll). Statements come oldest first, without
    // `source`, `kind` and `observed_at`, which the poller fills in.
    // Edits are found by returning the whole page: what the store already has is nothing new.
    // Only the connector knows whether its pages join up with the last poll: it sets `gap` when
    // statements may have been missed.
    virtual awaitable<Result<Batch>> poll(Cursor since) = 0;

    // Whether a statement that this connector gave still stands. A request that failed is an
    // error; it proves nothing.
    virtual awaitable<Result<Presence>> presence(std::string native_id, std::string url);
};

}  // namespace spokeswatch
