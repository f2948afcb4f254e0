#include "net/byte_budget.hpp"

#include <utility>

namespace spokeswatch {

namespace {

Error no_room() {
    return Error{
        ErrorKind::too_large, "the memory set aside for answers is used up by other answers"};
}

// Marks a share as waiting in every way out, cancellation included.
class Mark {
  public:
    explicit Mark(bool& flag) : flag_(flag) { flag_ = true; }
    ~Mark() { flag_ = false; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

  private:
    bool& flag_;
};

}  // namespace

struct ByteBudget::State {
    State(boost::asio::any_io_executor e, std::size_t max)
        : executor(std::move(e)), bytes_max(max) {}

    void break_deadlock();

    boost::asio::any_io_executor executor;
    std::size_t bytes_max;
    std::size_t used = 0;
    std::list<Share*> shares;
};

void ByteBudget::State::break_deadlock() {
    Share* biggest = nullptr;
    for (Share* share : shares) {
        if (share->held_ == 0) continue;
        if (!share->waiting_ || share->must_give_up_) return;
        if (biggest == nullptr || share->held_ > biggest->held_) biggest = share;
    }
    if (biggest == nullptr) return;
    biggest->must_give_up_ = true;
    biggest->changed_.notify();
}

ByteBudget::ByteBudget(boost::asio::any_io_executor executor, std::size_t bytes_max)
    : state_(std::make_shared<State>(std::move(executor), bytes_max)) {}

ByteBudget::Share::Share(ByteBudget& budget) : state_(budget.state_), changed_(state_->executor) {
    entry_ = state_->shares.insert(state_->shares.end(), this);
}

ByteBudget::Share::~Share() {
    state_->used -= held_;
    state_->shares.erase(entry_);
    for (Share* share : state_->shares) share->changed_.notify();
}

awaitable<Result<void>> ByteBudget::Share::grow_to(std::size_t total) {
    const std::size_t wanted = total > free_bytes ? total - free_bytes : 0;
    if (wanted <= held_) co_return Result<void>();
    if (wanted > state_->bytes_max) co_return no_room();
    while (state_->used - held_ + wanted > state_->bytes_max) {
        const Mark mark(waiting_);
        state_->break_deadlock();
        if (must_give_up_) co_return no_room();
        co_await changed_.wait();
        if (must_give_up_) co_return no_room();
    }
    state_->used += wanted - held_;
    held_ = wanted;
    co_return Result<void>();
}

}  // namespace spokeswatch
