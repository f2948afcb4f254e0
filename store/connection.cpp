#include "store/connection.hpp"

#include <cerrno>
#include <cstring>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spokeswatch {

namespace {

constexpr int busy_timeout_ms = 5000;

Error storage_error(std::string message) { return Error{ErrorKind::storage, std::move(message)}; }

// True where the disk failed us. Out of memory and a full disk under the shared memory file pass;
// they say nothing about pages that were already handed over.
bool breaks(int code, int extended) {
    return (code & 0xff) == SQLITE_IOERR && extended != SQLITE_IOERR_NOMEM &&
           extended != SQLITE_IOERR_SHMSIZE;
}

// The directory of a new store: made when only its last part is missing, never a whole path, which
// would hide a disk that is not mounted.
Result<void> prepare_directory(const std::filesystem::path& path) {
    std::error_code error;
    auto directory = path.parent_path();
    if (directory.empty()) directory = ".";
    if (std::filesystem::is_directory(directory, error)) return {};
    if (::mkdir(directory.c_str(), 0700) == 0) return {};
    return storage_error(
        "cannot create the directory " + directory.string() +
        " for the store: " + std::strerror(errno)
    );
}

// Two processes on one store would free each other's rows. The lock is a file of its own: closing
// any descriptor of the database file would drop SQLite's locks. Returns the descriptor.
Result<int> lock_beside(const std::filesystem::path& path) {
    const std::string name = path.string() + ".lock";
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) return storage_error("cannot open " + name + ": " + std::strerror(errno));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    const int reason = errno;
    ::close(descriptor);
    if (reason == EWOULDBLOCK)
        return storage_error(
            path.string() + " is in use: another spokeswatch holds the lock on " + name
        );
    return storage_error("cannot lock " + name + ": " + std::strerror(reason));
}

// SQLite gives its other files the mode of the database, so the database is made here.
Result<void> create_file(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0)
        return storage_error("cannot open " + path.string() + ": " + std::strerror(errno));
    ::close(descriptor);
    return {};
}

Result<void> check_readable(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return storage_error(path.string() + " is a directory; the store is a file");
    if (::access(path.c_str(), R_OK) != 0)
        return storage_error("cannot read " + path.string() + ": " + std::strerror(errno));
    return {};
}

// SQLite takes a URI only with % and ? and # escaped.
std::string immutable_uri(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if (c == '%')
            uri += "%25";
        else if (c == '?')
            uri += "%3f";
        else if (c == '#')
            uri += "%23";
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

// A store at rest in a directory where we may not write cannot be opened in WAL mode, because the
// shared memory file is missing. Without a write-ahead log nobody writes and the file is complete.
std::unique_ptr<SQLite::Database> open_for_reading(const std::filesystem::path& path) {
    auto database =
        std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY, busy_timeout_ms);
    std::error_code error;
    try {
        database->execAndGet("SELECT count(*) FROM sqlite_master");
    } catch (const SQLite::Exception& exception) {
        const int code = exception.getErrorCode() & 0xff;
        const bool not_ours = code != SQLITE_CANTOPEN && code != SQLITE_READONLY;
        if (not_ours || std::filesystem::exists(path.string() + "-wal", error)) throw;
        database = std::make_unique<SQLite::Database>(
            immutable_uri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, busy_timeout_ms
        );
        database->execAndGet("SELECT count(*) FROM sqlite_master");
    }
    return database;
}

std::string opening_sentence(const std::string& name, const SQLite::Exception& exception) {
    switch (exception.getErrorCode() & 0xff) {
        case SQLITE_NOTADB:
            return name + " is not a store: file is not a database";
        case SQLITE_CORRUPT:
            return name + " is damaged: " + exception.what();
        default:
            return "cannot open the store " + name + ": " + exception.what();
    }
}

}  // namespace

Query::Query(SQLite::Statement& statement) : statement_(statement) {}

Query::~Query() { statement_.tryReset(); }

bool Query::next() { return statement_.executeStep(); }

std::int64_t Query::run() {
    while (statement_.executeStep()) {
    }
    return statement_.getChanges();
}

bool Query::is_null(int column) const { return statement_.getColumn(column).isNull(); }
std::int64_t Query::integer(int column) const { return statement_.getColumn(column).getInt64(); }
std::string Query::text(int column) const { return statement_.getColumn(column).getString(); }

void Query::bind(std::string_view value) { statement_.bind(++bound_, std::string(value)); }
void Query::bind(Blob value) {
    // A null pointer would bind NULL instead of an empty blob.
    const void* data = value.bytes.empty() ? "" : value.bytes.data();
    statement_.bind(++bound_, data, static_cast<int>(value.bytes.size()));
}
void Query::bind_integer(std::int64_t value) { statement_.bind(++bound_, value); }
void Query::bind_null() { statement_.bind(++bound_); }

Connection::Connection(
    std::unique_ptr<SQLite::Database> database, std::string name, OpenMode mode, int lock
)
    : database_(std::move(database)), name_(std::move(name)), mode_(mode), lock_(lock) {}

Connection::~Connection() {
    statements_.clear();
    // What a broken disk holds is for recovery at the next start, not for a last checkpoint.
    if (broken_)
        sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    database_.reset();
    if (lock_ >= 0) ::close(lock_);
}

Result<std::unique_ptr<Connection>> Connection::open(
    const std::filesystem::path& path, OpenMode mode
) {
    int lock = -1;
    if (mode == OpenMode::create) {
        if (auto made = prepare_directory(path); !made) return made.error();
        std::error_code error;
        if (std::filesystem::is_directory(path, error))
            return storage_error(path.string() + " is a directory; the store is a file");
        auto locked = lock_beside(path);
        if (!locked) return locked.error();
        lock = *locked;
    }
    std::unique_ptr<SQLite::Database> database;
    auto refuse = [&](Error error) {
        database.reset();
        if (lock >= 0) ::close(lock);
        return error;
    };
    if (mode == OpenMode::create) {
        if (auto created = create_file(path); !created) return refuse(created.error());
    }
    if (mode != OpenMode::memory) {
        if (auto readable = check_readable(path); !readable) return refuse(readable.error());
    }
    try {
        if (mode == OpenMode::read_only) {
            database = open_for_reading(path);
        } else {
            database = std::make_unique<SQLite::Database>(
                mode == OpenMode::memory ? std::string(":memory:") : path.string(),
                SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                busy_timeout_ms
            );
            const std::string journal = database->execAndGet("PRAGMA journal_mode=WAL").getString();
            if (mode == OpenMode::create && journal != "wal")
                return refuse(storage_error(
                    path.string() + " lies where SQLite has no write-ahead log (journal mode " +
                    journal + "): use a local disk"
                ));
            database->exec("PRAGMA synchronous=FULL");
            // After a burst or a long reader the log is cut back to this when it is reset.
            database->exec("PRAGMA journal_size_limit=67108864");
        }
        database->exec("PRAGMA foreign_keys=ON");
    } catch (const SQLite::Exception& exception) {
        return refuse(storage_error(opening_sentence(path.string(), exception)));
    }
    return std::unique_ptr<Connection>(
        new Connection(std::move(database), path.string(), mode, lock)
    );
}

Query Connection::query(std::string_view sql) {
    auto& statement = statements_[sql];
    if (!statement) statement = std::make_unique<SQLite::Statement>(*database_, std::string(sql));
    return Query(*statement);
}

void Connection::execute(const std::string& sql) { database_->exec(sql); }

std::int64_t Connection::last_row_id() const { return database_->getLastInsertRowid(); }

Result<void> Connection::transact(std::string_view begin, const std::function<void()>& work) {
    const bool writing = begin != "BEGIN";
    if (broken_)
        return storage_error(name_ + ": an earlier write failed on disk; a restart must recover");
    if (writing && read_only()) return storage_error(name_ + " is open for reading only");
    try {
        query(begin).run();
        work();
        query("COMMIT").run();
        return {};
    } catch (const SQLite::Exception& exception) {
        return failed(exception, writing);
    } catch (const StoreFault& fault) {
        return failed(fault, writing);
    }
}

Result<void> Connection::alone(std::string_view sql) {
    if (broken_)
        return storage_error(name_ + ": an earlier write failed on disk; a restart must recover");
    try {
        query(sql).run();
        return {};
    } catch (const SQLite::Exception& exception) {
        return failed(exception, true);
    }
}

Error Connection::failed(const std::exception& exception, bool writing) {
    const auto* library = dynamic_cast<const SQLite::Exception*>(&exception);
    if (library != nullptr && writing &&
        breaks(library->getErrorCode(), library->getExtendedErrorCode()))
        broken_ = true;
    roll_back();
    return storage_error("store " + name_ + ": " + exception.what());
}

// SQLite has rolled back by itself after some errors; asking again would be an error then.
void Connection::roll_back() noexcept {
    if (sqlite3_get_autocommit(database_->getHandle()) == 0)
        sqlite3_exec(database_->getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace spokeswatch
