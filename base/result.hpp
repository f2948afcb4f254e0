#pragma once

#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/error.hpp"

namespace spokeswatch {

// A value or an Error. Check it on the next line: `if (!r) co_return r.error();`.
// Reading the wrong side is a bug of ours and aborts, in release builds too.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

    explicit operator bool() const { return state_.index() == 0; }
    [[nodiscard]] bool has_value() const { return state_.index() == 0; }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    T& value() {
        check(has_value(), "Result has no value");
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        check(has_value(), "Result has no value");
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const Error& error() const {
        check(!has_value(), "Result has no error");
        return *std::get_if<1>(&state_);
    }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT: implicit

    explicit operator bool() const { return !failed_; }
    [[nodiscard]] bool has_value() const { return !failed_; }
    [[nodiscard]] const Error& error() const {
        check(failed_, "Result has no error");
        return error_;
    }

  private:
    Error error_;
    bool failed_ = false;
};

}  // namespace spokeswatch
