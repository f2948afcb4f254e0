#include "daemon/past.hpp"

#include <filesystem>
#include <utility>

#include "base/clock.hpp"
#include "daemon/input.hpp"

namespace spokeswatch {

namespace {

// The store of the configuration, read in pieces beside a running daemon.
class Archive : public Past {
  public:
    Archive(Database database, ArchiveFilter filter)
        : database_(std::move(database)), filter_(filter) {
        auto count = database_.count_archived(filter_);
        if (count)
            total_ = static_cast<std::size_t>(*count);
        else
            problem_ = count.error().message;
    }

    bool next(Arrival& arrival) override {
        if (place_ == piece_.size() && !read_piece()) return false;
        ArchivedStatement& one = piece_[place_];
        const bool behind = !before_given_ && filter_.since && one.revision > 1;
        if (behind && give_before(one, arrival)) return true;
        if (!problem_.empty()) return false;
        before_given_ = false;
        ++place_;
        ++done_;
        give(std::move(one.statement), arrival);
        arrival.mode = one.first_poll ? ArrivalMode::first_poll : ArrivalMode::live;
        return true;
    }
    [[nodiscard]] std::size_t total() const override { return total_; }
    [[nodiscard]] std::size_t done() const override { return done_; }
    [[nodiscard]] std::string problem() const override { return problem_; }

  private:
    static void give(Statement statement, Arrival& arrival) {
        arrival.account_key = statement.account_key;
        arrival.statement = std::move(statement);
    }

    // The revision before this one, where it came before the time that is looked at.
    bool give_before(const ArchivedStatement& one, Arrival& arrival) {
        const Statement& statement = one.statement;
        StatementKey key{statement.kind, statement.account_key, statement.native_id};
        auto revisions = database_.revisions(key);
        if (!revisions) {
            problem_ = revisions.error().message;
            return false;
        }
        for (NewRevision& revision : *revisions) {
            const bool older = revision.statement.observed_at < *filter_.since;
            if (revision.revision != one.revision - 1 || !older) continue;
            give(std::move(revision.statement), arrival);
            arrival.mode = ArrivalMode::before;
            before_given_ = true;
            return true;
        }
        return false;
    }

    bool read_piece() {
        if (!problem_.empty()) return false;
        auto piece = database_.archived(filter_);
        if (!piece) {
            problem_ = piece.error().message;
            return false;
        }
        piece_ = std::move(*piece);
        place_ = 0;
        if (piece_.empty()) return false;
        filter_.after_record = piece_.back().record;
        return true;
    }

    Database database_;
    ArchiveFilter filter_;
    std::vector<ArchivedStatement> piece_;
    std::size_t place_ = 0, total_ = 0, done_ = 0;
    bool before_given_ = false;  // of the statement at place_
    std::string problem_;
};

class Files : public Past {
  public:
    Files(const std::vector<std::string>& files, ArchiveFilter filter) : filter_(filter) {
        for (const std::string& file : files) {
            heads_.push_back(std::make_unique<Head>(file));
            good_ = good_ && heads_.back()->lines.good();
            std::error_code failure;
            const auto bytes = std::filesystem::file_size(file, failure);
            // A pipe has no size: then nobody knows how much there is.
            total_known_ = total_known_ && !failure;
            if (!failure) total_ += bytes;
        }
        if (good_)
            for (const auto& head : heads_) read(*head);
    }
    [[nodiscard]] bool good() const { return good_; }

    bool next(Arrival& arrival) override {
        Head* first = nullptr;
        for (const auto& head : heads_)
            if (head->waiting && (first == nullptr || head->time < first->time)) first = head.get();
        if (first == nullptr) return false;
        arrival = std::move(first->arrival);
        read(*first);
        return true;
    }
    [[nodiscard]] std::size_t total() const override { return total_known_ ? total_ : 0; }
    [[nodiscard]] std::size_t done() const override { return done_; }
    [[nodiscard]] std::string problem() const override { return ""; }

  private:
    struct Head {
        explicit Head(const std::string& name) : file(name), lines(name) {}
        std::string file;
        LineReader lines;
        Arrival arrival;
        bool waiting = false;
        Time time{};  // of the last statement that had one: others come with the one before them
    };

    void read(Head& head) {
        head.waiting = false;
        while (!head.waiting && head.lines.next(line_)) {
            done_ += line_.size() + 1;
            auto statement = read_statement(line_, head.lines.number());
            if (!statement) continue;
            if (heads_.size() > 1 && statement->native_id.empty())
                statement->native_id = head.file + ':' + std::to_string(head.lines.number());
            name_by_line(*statement, head.lines.number());
            head.arrival = {};
            head.arrival.statement = std::move(*statement);
            head.time = head.arrival.at(now_).value_or(head.time);
            const bool timed = head.time != Time{};
            if (timed && filter_.until && head.time >= *filter_.until) continue;
            if (timed && filter_.since && head.time < *filter_.since)
                head.arrival.mode = ArrivalMode::before;
            head.waiting = true;
        }
    }

    ArchiveFilter filter_;
    Time now_ = SystemClock().now();
    std::vector<std::unique_ptr<Head>> heads_;
    std::string line_;
    std::size_t total_ = 0, done_ = 0;
    bool total_known_ = true;
    bool good_ = true;
};

}  // namespace

std::unique_ptr<Past> archive_past(Database database, ArchiveFilter filter) {
    return std::make_unique<Archive>(std::move(database), filter);
}

std::unique_ptr<Past> file_past(const std::vector<std::string>& files, ArchiveFilter filter) {
    auto past = std::make_unique<Files>(files, filter);
    if (!past->good()) return nullptr;
    return past;
}

}  // namespace spokeswatch
