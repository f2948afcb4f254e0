#include "daemon/unread_answers.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.hpp"

namespace spokeswatch {

namespace fs = std::filesystem;

std::string UnreadAnswers::keep(const std::string& source, std::string_view body) const {
    std::error_code failed;
    fs::create_directory(directory_, failed);
    // A name of a source is letters, digits and `_.-`: with its ending it names a file here.
    const fs::path path = directory_ / (source + ".body");
    const fs::path fresh = directory_ / (source + ".body.new");
    {
        std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
        const auto size = std::min(body.size(), unread_bytes_max);
        file.write(body.data(), static_cast<std::streamsize>(size));
        file.close();
        if (!file) {
            fs::remove(fresh, failed);
            log_debug("an answer could not be saved", {{"source", source}});
            return "";
        }
    }
    fs::permissions(
        fresh, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read, failed
    );
    fs::rename(fresh, path, failed);
    if (failed) return "";
    forget_oldest();
    return path.string();
}

void UnreadAnswers::forget_oldest() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code failed;
    for (fs::directory_iterator each(directory_, failed), end; !failed && each != end;
         each.increment(failed)) {
        std::error_code unknown;
        const auto written_at = each->last_write_time(unknown);
        if (!unknown && each->path().extension() == ".body")
            files.emplace_back(written_at, each->path());
    }
    if (files.size() <= unread_files_max) return;
    std::ranges::sort(files);
    files.resize(files.size() - unread_files_max);
    for (const auto& [written_at, path] : files) fs::remove(path, failed);
}

awaitable<Result<HttpResponse>> RememberingClient::send(HttpRequest request) {
    auto response = co_await client_.send(std::move(request));
    if (response) body_ = response->body.substr(0, unread_bytes_max);
    co_return response;
}

}  // namespace spokeswatch
