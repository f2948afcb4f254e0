#include <chrono>
#include <iostream>
#include <utility>

#include "base/log.hpp"
#include "daemon/backtest.hpp"
#include "daemon/backtest_report.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/progress.hpp"
#include "daemon/run_here.hpp"

namespace spokeswatch {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds bar_quiet{500};

// Where the statements come from, one after the other in the order of their arrival.
class Statements {
  public:
    virtual ~Statements() = default;
    // False at the end and when problem() is set.
    virtual bool next(Arrival& arrival) = 0;
    [[nodiscard]] virtual std::size_t total() const = 0;  // in whatever unit done() counts
    [[nodiscard]] virtual std::size_t done() const = 0;
    [[nodiscard]] virtual std::string problem() const { return ""; }
};

// The store of the configuration, read in pieces beside a running daemon.
class Archive : public Statements {
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
        ArchivedStatement& one = piece_[place_++];
        arrival.statement = std::move(one.statement);
        arrival.first_poll = one.first_poll;
        ++done_;
        return true;
    }
    [[nodiscard]] std::size_t total() const override { return total_; }
    [[nodiscard]] std::size_t done() const override { return done_; }
    [[nodiscard]] std::string problem() const override { return problem_; }

  private:
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
    std::string problem_;
};

Time time_of(const Statement& statement) {
    return statement.observed_at != Time{} ? statement.observed_at : statement.when();
}

// Files of statements, each in the order of its lines, together by time.
class Lines : public Statements {
  public:
    Lines(const std::vector<std::string>& files, ArchiveFilter filter) : filter_(filter) {
        for (const std::string& file : files) {
            heads_.push_back(std::make_unique<Head>(file));
            Head& head = *heads_.back();
            good_ = good_ && head.lines.good();
            std::error_code failure;
            const auto bytes = std::filesystem::file_size(file, failure);
            if (!failure) total_ += bytes;
        }
        if (good_)
            for (const auto& head : heads_) read(*head);
    }
    [[nodiscard]] bool good() const { return good_; }

    bool next(Arrival& arrival) override {
        Head* first = nullptr;
        for (const auto& head : heads_)
            if (head->statement && (first == nullptr || head->time < first->time))
                first = head.get();
        if (first == nullptr) return false;
        arrival.statement = std::move(*first->statement);
        arrival.first_poll = false;
        read(*first);
        return true;
    }
    [[nodiscard]] std::size_t total() const override { return total_; }
    [[nodiscard]] std::size_t done() const override { return done_; }

  private:
    struct Head {
        explicit Head(const std::string& file) : lines(file) {}
        LineReader lines;
        std::optional<Statement> statement;
        Time time{};
    };

    void read(Head& head) {
        head.statement.reset();
        while (!head.statement && head.lines.next(line_)) {
            done_ += line_.size() + 1;
            head.statement = read_statement(line_, head.lines.number());
            if (!head.statement) continue;
            name_by_line(*head.statement, head.lines.number());
            const Time time = time_of(*head.statement);
            const bool outside = time != Time{} && ((filter_.since && time < *filter_.since) ||
                                                    (filter_.until && time >= *filter_.until));
            if (outside) head.statement.reset();
            // Without a time it comes with the one before it.
            if (time != Time{}) head.time = time;
        }
    }

    ArchiveFilter filter_;
    std::vector<std::unique_ptr<Head>> heads_;
    std::string line_;
    std::size_t total_ = 0, done_ = 0;
    bool good_ = true;
};

struct Played {
    std::string problem;
    std::size_t statements = 0;
    Time first{}, last{};
    double seconds = 0;
};

awaitable<Played> play(Statements& statements, std::vector<Backtest*> tests) {
    Played played;
    ProgressBar bar("backtest", statements.total(), bar_quiet);
    const auto started = SteadyClock::now();
    const auto seconds = [started] {
        return std::chrono::duration<double>(SteadyClock::now() - started).count();
    };
    Arrival arrival;
    while (statements.next(arrival)) {
        const Time time = time_of(arrival.statement);
        if (played.first == Time{}) played.first = time;
        played.last = std::max(played.last, time);
        for (Backtest* test : tests) {
            auto taken = co_await test->take(arrival);
            if (!taken) {
                played.problem = taken.error().message;
                co_return played;
            }
        }
        if (++played.statements % 256 != 0) continue;
        const std::string rate =
            rate_text(played.statements, statements.done(), statements.total(), seconds());
        bar.update(statements.done(), std::to_string(played.statements) + " statements, " + rate);
    }
    played.problem = statements.problem();
    for (Backtest* test : tests) {
        auto finished = co_await test->finish();
        if (!finished) played.problem = finished.error().message;
    }
    played.seconds = seconds();
    co_return played;
}

std::vector<std::filesystem::path> as_list(const std::string& file) {
    if (file.empty()) return {};
    return {file};
}

}  // namespace

int run_backtest(const CommonOptions& common, const BacktestOptions& options) {
    ArchiveFilter filter;
    if (!options.since.empty() && !(filter.since = time_option("--since", options.since)))
        return exit_usage;
    if (!options.until.empty() && !(filter.until = time_option("--until", options.until)))
        return exit_usage;
    const auto snapshot = load_for(common, false, as_list(options.rules));
    if (!snapshot) return exit_config;
    std::shared_ptr<Snapshot> other;
    if (!options.diff.empty()) {
        other = load_for(common, false, as_list(options.diff));
        if (!other) return exit_config;
    }
    std::unique_ptr<Statements> statements;
    if (options.files.empty()) {
        auto database = Database::open_read_only(snapshot->config.storage.path);
        if (!database) {
            std::cerr << "spokeswatch: " << database.error().message << '\n';
            return exit_no_input;
        }
        statements = std::make_unique<Archive>(std::move(*database), filter);
    } else {
        auto lines = std::make_unique<Lines>(options.files, filter);
        if (!lines->good()) return exit_no_input;
        statements = std::move(lines);
    }

    boost::asio::io_context io(1);
    Backtest test(io.get_executor(), snapshot);
    std::unique_ptr<Backtest> other_test;
    std::vector<Backtest*> tests{&test};
    if (other) {
        other_test = std::make_unique<Backtest>(io.get_executor(), other);
        tests.push_back(other_test.get());
    }
    const Played played = run_here(io, play(*statements, tests));
    if (!played.problem.empty()) {
        std::cerr << "spokeswatch: " << played.problem << '\n';
        return exit_io;
    }
    BacktestReport report;
    report.statements = played.statements;
    report.first = played.first;
    report.last = played.last;
    report.test = &test;
    if (other) report.difference = difference(test.alerts(), other_test->alerts());
    std::cout << (common.json ? to_json(report) + '\n' : to_text(report)) << std::flush;
    if (played.seconds > 0)
        std::cerr << played.statements << " statements in " << played.seconds << " s ("
                  << static_cast<std::int64_t>(
                         static_cast<double>(played.statements) / played.seconds
                     )
                  << "/s)\n";
    return report.difference && !report.difference->empty() ? exit_no : exit_ok;
}

}  // namespace spokeswatch
