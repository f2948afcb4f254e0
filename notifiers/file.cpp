#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "config/codes.hpp"
#include "notifiers/kinds.hpp"
#include "notifiers/payload.hpp"

// Appends to a local file from the I/O thread. A record is at most 64 KiB and goes to the page
// cache in one write; fdatasync can take some ten milliseconds on a busy disk, which is what the
// store pays, too. A path on a network file system can block the whole program: the page says so.

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

enum class Sync { always, every_second, never };

class FileNotifier : public Notifier {
  public:
    FileNotifier(std::string path, Sync sync, std::string external_url, Clock& clock)
        : path_(std::move(path)),
          sync_(sync),
          external_url_(std::move(external_url)),
          clock_(clock) {}
    ~FileNotifier() override { close_file(); }
    FileNotifier(const FileNotifier&) = delete;
    FileNotifier& operator=(const FileNotifier&) = delete;

    awaitable<Answer> send(Notification notification) override {
        if (!is_single(notification))
            co_return answer(
                Verdict::permanent_message, "a record holds exactly one alert or event"
            );
        const std::string record = notification_payload(notification, external_url_, true) + '\n';
        const int failed = append(record);
        if (failed != 0) co_return answer_to_errno(failed, notification.attempt);
        if (sync_ == Sync::never) co_return answer(Verdict::delivered, "written");

        // Every record waits for an fdatasync after it; with `1s` those of one second share one.
        const std::uint64_t mine = ++written_;
        if (sync_ == Sync::every_second) co_await clock_.sleep_for(1s);
        if (synced_ < mine && failed_ < mine) sync_file();
        if (failed_ >= mine)
            co_return answer(Verdict::retry, "the record may not have reached the disk");
        co_return answer(Verdict::delivered, "written and synced");
    }

  private:
    static Answer answer(Verdict verdict, std::string detail) {
        Answer out;
        out.verdict = verdict;
        out.detail = std::move(detail);
        return out;
    }

    [[nodiscard]] Answer answer_to_errno(int error, int attempt) const {
        const std::string detail = path_ + ": " + std::strerror(error);
        switch (error) {
            case ENOSPC:
            case EDQUOT:
            case EFBIG:
                // A full disk stays full for a while: the third time the target pauses.
                return answer(attempt >= 3 ? Verdict::permanent_target : Verdict::retry, detail);
            case EACCES:
            case EPERM:
            case ENOENT:
            case ENOTDIR:
            case EISDIR:
            case EROFS:
            case ELOOP:
            case ENAMETOOLONG:
            case EINVAL:
            case ENXIO:
                return answer(Verdict::permanent_target, detail);
            default:
                return answer(Verdict::retry, detail);
        }
    }

    // 0 or errno. The record is in the file whole or not at all, torn ends excepted: those are
    // ended with a line break at the next opening, so that they spoil no other record.
    int append(const std::string& record) {
        if (file_ >= 0 && was_replaced()) close_file();
        if (file_ < 0) {
            const int failed = open_file();
            if (failed != 0) return failed;
        }
        const int failed = write_whole(record);
        if (failed != 0) close_file();
        return failed;
    }

    // logrotate moves the file away; what we hold open is then not the file of that name.
    [[nodiscard]] bool was_replaced() const {
        struct stat held {};
        struct stat named {};
        if (fstat(file_, &held) != 0 || stat(path_.c_str(), &named) != 0) return true;
        return held.st_ino != named.st_ino || held.st_dev != named.st_dev;
    }

    int open_file() {
        // O_NONBLOCK: a FIFO without a reader must not stop the program.
        const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
        file_ = ::open(path_.c_str(), flags, 0640);
        if (file_ < 0) return errno;
        struct stat about {};
        int failed = fstat(file_, &about) != 0 ? errno : 0;
        if (failed == 0 && !S_ISREG(about.st_mode)) failed = EINVAL;
        char last = '\n';
        if (failed == 0 && about.st_size > 0 && pread(file_, &last, 1, about.st_size - 1) != 1)
            failed = EIO;
        if (failed == 0 && last != '\n') failed = write_whole("\n");
        if (failed != 0) close_file();
        return failed;
    }

    int write_whole(const std::string& bytes) const {
        ssize_t count = 0;
        do {
            count = ::write(file_, bytes.data(), bytes.size());
        } while (count < 0 && errno == EINTR);
        if (count < 0) return errno;
        // Part of it: the disk is full. Never the rest in a second write, somebody else's record
        // may stand between.
        return static_cast<std::size_t>(count) == bytes.size() ? 0 : ENOSPC;
    }

    void sync_file() {
        // After a failed fdatasync the kernel may have dropped the pages: what it covered is
        // written again, never called synced by a second try.
        if (file_ >= 0 && fdatasync(file_) == 0) {
            synced_ = written_;
            return;
        }
        failed_ = written_;
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }

    void close_file() {
        if (file_ < 0) return;
        if (sync_ == Sync::every_second && synced_ < written_) sync_file();
        if (file_ >= 0) ::close(std::exchange(file_, -1));
    }

    std::string path_;
    Sync sync_;
    std::string external_url_;
    Clock& clock_;
    int file_ = -1;
    std::uint64_t written_ = 0;  // records so far; those up to `synced_` are on the disk
    std::uint64_t synced_ = 0;
    std::uint64_t failed_ = 0;  // records up to here and after `synced_` were perhaps lost
};

}  // namespace

std::vector<OptionSpec> file_options() {
    std::vector<OptionSpec> options;
    options.push_back(
        {"path", OptionType::path, "NDJSON lines are appended to it; its folder must exist.", true}
    );
    options.back().example = "/var/lib/spokeswatch/alerts.ndjson";
    options.push_back({"sync", OptionType::choice, "When a line must be on the disk."});
    options.back().choices = {"always", "1s", "never"};
    options.back().otherwise = "`always`";
    options.back().example = "1s";
    return options;
}

void check_file(const TargetConfig& config, Diagnostics& diagnostics) {
    const std::string path = config.options.text("path");
    if (!path.empty() && path.back() == '/')
        diagnostics.error(
            code::place, config.options.span("path"), "`path` is a folder; name a file in it"
        );
}

std::vector<Target> make_file(
    const std::string& receiver,
    const TargetConfig& config,
    std::size_t index,
    const NotifierDeps& deps
) {
    const std::string path = config.options.text("path");
    const std::string word = config.options.text("sync", "always");
    const Sync sync = word == "1s"      ? Sync::every_second
                      : word == "never" ? Sync::never
                                        : Sync::always;

    Target target;
    target.id = target_id("file", receiver, index);
    target.receiver = receiver;
    target.kind = "file";
    target.address = path;
    target.bucket = "file-" + short_hash(path);
    target.per_second = 10'000;
    target.burst = 10'000;
    target.in_flight_max = sync == Sync::every_second ? 64 : 1;  // those that share an fdatasync
    target.one_alert_each = true;
    target.give_up_after = 24h;
    target.idempotent = true;
    target.notifier = std::make_unique<FileNotifier>(path, sync, deps.external_url, *deps.clock);
    std::vector<Target> targets;
    targets.push_back(std::move(target));
    return targets;
}

}  // namespace spokeswatch
