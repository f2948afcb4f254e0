#include "store/store.hpp"

namespace spokeswatch {

Store::Store(Database database)
    : database_(std::move(database)),
      progress_(std::chrono::steady_clock::now().time_since_epoch().count()) {}

// The pool's own destructor would drop what is queued.
Store::~Store() { thread_.join(); }

std::chrono::steady_clock::time_point Store::last_progress() const {
    return std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(progress_.load(
    )));
}

}  // namespace spokeswatch
