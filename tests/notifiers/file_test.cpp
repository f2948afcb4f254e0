#include <csignal>
#include <filesystem>
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include "notifiers/payload.hpp"
#include "tests/notifiers/samples.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

Options options_of(const fs::path& path, const std::string& sync = "always") {
    Options options;
    options.set("path", path.string(), {});
    options.set("sync", sync, {});
    return options;
}

std::vector<std::string> lines_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

// No file of this process may grow beyond `bytes`: writes are cut short as on a full disk.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(std::size_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(getrlimit(RLIMIT_FSIZE, &before_) == 0);
        struct rlimit tight = before_;
        tight.rlim_cur = bytes;
        REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    struct rlimit before_ {};
    void (*handler_)(int);
};

Answer append(const fs::path& path, const Notification& notification) {
    Bench bench;
    bench.make(make_file, options_of(path));
    return bench.send(notification);
}

}  // namespace

TEST_CASE("a record is the webhook's body with the key as id, one line") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    const Notification notification = notification_of(seed_alert());
    CHECK(append(path, notification).verdict == Verdict::delivered);
    CHECK(append(path, follow_up()).verdict == Verdict::delivered);
    const std::vector<std::string> lines = lines_of(path);
    REQUIRE(lines.size() == 2);
    const json::value record = json::parse(lines[0]);
    CHECK(record.as_object().begin()->key() == "id");
    CHECK(record.at("id").as_string() == notification.key);
    CHECK(record.at("type").as_string() == "alert.created");
    CHECK(record.at("data").at("evidence").at(0).at("text").as_string() == seed_text);
    CHECK(json::parse(lines[1]).at("type").as_string() == "alert.updated");
    struct stat about {};
    REQUIRE(stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0137) == 0);
}

TEST_CASE("a torn tail is ended before a record is added") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    write(path, "{\"id\":\"a\"}\n{\"id\":\"b\", \"text\":\"\xE5\x9B");
    append(path, notification_of(seed_alert()));
    const std::vector<std::string> lines = lines_of(path);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "{\"id\":\"a\"}");
    CHECK(json::parse(lines[2]).at("type").as_string() == "alert.created");
}

TEST_CASE("the recorded torn tail is ended, too") {
    const auto shared = shared_fixtures("notifiers/file");
    if (!shared) return;
    const TempDir folder;
    const fs::path path = folder.path() / "torn.ndjson";
    fs::copy_file(*shared / "torn-tail.ndjson", path);
    fs::permissions(path, fs::perms::owner_all);
    const std::size_t before = lines_of(path).size();
    append(path, notification_of(seed_alert()));
    const std::vector<std::string> lines = lines_of(path);
    REQUIRE(lines.size() == before + 1);
    CHECK(json::parse(lines.back()).at("id").as_string() == notification_of(seed_alert()).key);
}

TEST_CASE("a file that was moved away is opened anew") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    Bench bench;
    bench.make(make_file, options_of(path));
    bench.send(notification_of(seed_alert()));
    fs::rename(path, folder.path() / "alerts.ndjson.1");
    bench.send(notification_of(seed_alert()));
    CHECK(lines_of(path).size() == 1);
    fs::remove(path);
    bench.send(notification_of(seed_alert()));
    CHECK(lines_of(path).size() == 1);
    CHECK(lines_of(folder.path() / "alerts.ndjson.1").size() == 1);
}

TEST_CASE("a record is at most 64 KiB with its line break") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    Notification notification = notification_of(seed_alert());
    notification.alerts[0].alert.evidence[0].text.assign(200'000, 'x');
    append(path, notification);
    CHECK(fs::file_size(path) <= payload_bytes_max);
}

TEST_CASE("a path that can hold no records pauses the target") {
    const TempDir folder;
    const auto verdict = [](const fs::path& path) {
        return append(path, notification_of(seed_alert())).verdict;
    };
    CHECK(verdict(folder.path()) == Verdict::permanent_target);
    CHECK(verdict(folder.path() / "missing" / "a.ndjson") == Verdict::permanent_target);
    const fs::path fifo = folder.path() / "fifo";
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(verdict(fifo) == Verdict::permanent_target);
    CHECK(verdict("/dev/null") == Verdict::permanent_target);
}

TEST_CASE("a record that a full disk tore spoils no other") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    Bench bench;
    bench.make(make_file, options_of(path));
    const Notification notification = notification_of(seed_alert());
    REQUIRE(bench.send(notification).verdict == Verdict::delivered);
    {
        const FileSizeLimit full(fs::file_size(path) + 100);
        CHECK(bench.send(notification).verdict == Verdict::retry);
    }
    CHECK(bench.send(notification).verdict == Verdict::delivered);
    const std::vector<std::string> lines = lines_of(path);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].size() == 100);
    CHECK(lines[2] == lines[0]);
}

TEST_CASE("a disk that stays full pauses the target the third time") {
    const TempDir folder;
    Bench bench;
    bench.make(make_file, options_of(folder.path() / "alerts.ndjson"));
    const FileSizeLimit full(10);
    std::vector<Verdict> verdicts;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        Notification notification = notification_of(seed_alert());
        notification.attempt = attempt;
        verdicts.push_back(bench.send(notification).verdict);
    }
    CHECK(
        verdicts == std::vector<Verdict>{Verdict::retry, Verdict::retry, Verdict::permanent_target}
    );
}

TEST_CASE("with sync 1s records of one second share one sync and none is delivered before it") {
    const TempDir folder;
    const fs::path path = folder.path() / "alerts.ndjson";
    Bench bench;
    bench.make(make_file, options_of(path, "1s"));
    CHECK(bench.targets.at(0).in_flight_max == 64);
    std::vector<Verdict> verdicts;
    for (int i = 0; i < 3; ++i)
        boost::asio::co_spawn(
            bench.io,
            bench.targets.at(0).notifier->send(notification_of(seed_alert())),
            [&verdicts](const std::exception_ptr& failed, const Answer& answer) {
                REQUIRE_FALSE(failed);
                verdicts.push_back(answer.verdict);
            }
        );
    bench.io.poll();
    CHECK(lines_of(path).size() == 3);
    CHECK(verdicts.empty());
    bench.clock.advance(1s);
    bench.io.restart();
    bench.io.poll();
    CHECK(verdicts == std::vector<Verdict>(3, Verdict::delivered));
}

TEST_CASE("a path that ends in a slash is a fault of the configuration") {
    TargetConfig config;
    config.options = options_of("/var/log/");
    Diagnostics diagnostics;
    check_file(config, diagnostics);
    CHECK(diagnostics.errors() == 1);
}
