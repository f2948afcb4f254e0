#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace spokeswatch {

// What the rest of the store throws inside a transaction when the content is at fault and not
// SQLite: a row that cannot be read, a reference to nothing. It rolls back and becomes an Error.
struct StoreFault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Bytes that are not text.
struct Blob {
    std::string_view bytes;
};

// One use of a prepared statement; the statement is reset when this goes, so that no read stays
// open. Values are bound in order, ?1 first. Times are stored as microseconds since 1970.
class Query {
  public:
    explicit Query(SQLite::Statement& statement);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <typename... Values>
    Query& with(const Values&... values) {
        (bind(values), ...);
        return *this;
    }

    bool next();         // steps to the next row; false after the last
    std::int64_t run();  // to the end; rows changed by an insert, update or delete

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;  // blobs too; NULL is empty
    [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
    [[nodiscard]] Time time(int column) const { return Time(Duration(integer(column))); }
    [[nodiscard]] std::optional<Time> maybe_time(int column) const {
        if (is_null(column)) return std::nullopt;
        return time(column);
    }

  private:
    void bind(std::string_view value);
    void bind(Blob value);
    void bind_integer(std::int64_t value);
    void bind_null();
    void bind(Time value) { bind_integer(value.time_since_epoch().count()); }
    void bind(Duration value) { bind_integer(value.count()); }
    template <std::integral Number>
    void bind(Number value) {
        bind_integer(static_cast<std::int64_t>(value));
    }
    template <typename Value>
    void bind(const std::optional<Value>& value) {
        if (value)
            bind(*value);
        else
            bind_null();
    }

    SQLite::Statement& statement_;
    int bound_ = 0;
};

enum class OpenMode { create, read_only, memory };

// One connection with the house's pragmas, its prepared statements and its transactions: the only
// file that knows SQLite's library. After an I/O error in a write the connection is broken: the
// kernel may have dropped pages that a second fsync would call written, so nothing is tried again
// and every later call fails at once.
class Connection {
  public:
    static Result<std::unique_ptr<Connection>> open(
        const std::filesystem::path& path, OpenMode mode
    );
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // `sql` must live for ever (a literal): it is the key of the prepared statement.
    Query query(std::string_view sql);
    // Several statements at once, for migrations.
    void execute(const std::string& sql);
    [[nodiscard]] std::int64_t last_row_id() const;
    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] bool read_only() const { return mode_ == OpenMode::read_only; }

    // Runs `work` in one transaction and gives back what it returned. What it throws rolls back.
    template <typename Work>
    Result<std::invoke_result_t<Work>> read(Work work) {
        return in_transaction("BEGIN", std::move(work));
    }
    template <typename Work>
    Result<std::invoke_result_t<Work>> write(Work work) {
        return in_transaction("BEGIN IMMEDIATE", std::move(work));
    }
    // One statement outside of any transaction.
    Result<void> alone(std::string_view sql);

  private:
    Connection(
        std::unique_ptr<SQLite::Database> database, std::string name, OpenMode mode, int lock
    );

    template <typename Work>
    Result<std::invoke_result_t<Work>> in_transaction(std::string_view begin, Work work) {
        using Value = std::invoke_result_t<Work>;
        if constexpr (std::is_void_v<Value>) {
            return transact(begin, [&] { work(); });
        } else {
            std::optional<Value> value;
            auto done = transact(begin, [&] { value.emplace(work()); });
            if (!done) return done.error();
            return std::move(*value);
        }
    }
    Result<void> transact(std::string_view begin, const std::function<void()>& work);
    void roll_back() noexcept;
    Error failed(const std::exception& exception, bool writing);

    std::unique_ptr<SQLite::Database> database_;
    std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>> statements_;
    std::string name_;  // path for messages
    OpenMode mode_;
    int lock_;  // descriptor of the lock file; -1 without
    bool broken_ = false;
};

}  // namespace spokeswatch
