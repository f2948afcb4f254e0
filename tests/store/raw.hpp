#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

namespace spokeswatch::testing {

// SQL from outside of the house, on a connection of its own. Returns the first column of the first
// row.
inline std::string run_sql(const std::filesystem::path& path, const std::string& sql) {
    sqlite3* handle = nullptr;
    std::string answer;
    const auto keep = [](void* out, int count, char** values, char**) {
        auto& text = *static_cast<std::string*>(out);
        if (text.empty() && count > 0 && values[0] != nullptr) text = values[0];
        return 0;
    };
    int result = sqlite3_open(path.c_str(), &handle);
    if (result == SQLITE_OK) result = sqlite3_exec(handle, sql.c_str(), keep, &answer, nullptr);
    const std::string message = sqlite3_errmsg(handle);
    sqlite3_close(handle);
    if (result != SQLITE_OK) throw std::runtime_error(message);
    return answer;
}

// Takes out of a store what the fourth version added.
inline constexpr const char* undo_fourth_version =
    "DROP TABLE operational_event; ALTER TABLE outbox DROP COLUMN operational;"
    "ALTER TABLE source DROP COLUMN paused_at;";

}  // namespace spokeswatch::testing
