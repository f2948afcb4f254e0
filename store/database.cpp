#include "store/database.hpp"

#include "base/check.hpp"
#include "store/impl.hpp"
#include "store/schema.hpp"

namespace spokeswatch {

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open_with(const std::filesystem::path& path, OpenMode mode) {
    auto connection = Connection::open(path, mode);
    if (!connection) return connection.error();
    if (auto migrated = migrate(**connection, path.string()); !migrated) return migrated.error();
    auto impl = std::make_unique<Impl>();
    impl->connection = std::move(*connection);
    return Database(std::move(impl));
}

Result<Database> Database::open(const std::filesystem::path& path) {
    return open_with(path, OpenMode::create);
}

Result<Database> Database::open_read_only(const std::filesystem::path& path) {
    return open_with(path, OpenMode::read_only);
}

Database Database::in_memory() {
    auto database = open_with(":memory:", OpenMode::memory);
    check(database.has_value(), "a store in memory opens");
    return std::move(*database);
}

bool Database::broken() const { return impl_->connection->broken(); }

Result<void> Database::probe(Time now) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        const auto written = std::to_string(now.time_since_epoch().count());
        connection
            .query(
                "INSERT INTO meta (name, value) VALUES ('probe', ?1)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
            .with(written)
            .run();
        auto query = connection.query("SELECT value FROM meta WHERE name = 'probe'");
        if (!query.next() || query.text(0) != written)
            throw StoreFault("what was written does not read back");
    });
}

Result<void> Database::checkpoint() {
    return impl_->connection->alone("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace spokeswatch
