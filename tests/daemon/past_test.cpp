#include "daemon/past.hpp"

#include "tests/daemon/past_bench.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

const Time start = parse_time("2023-03-17T09:00:00Z").value();

// "id", with "before " or "first poll " where it comes so.
Names shown(const std::vector<Arrival>& arrivals) {
    Names names;
    for (const Arrival& arrival : arrivals)
        names.push_back(
            (arrival.mode == ArrivalMode::before       ? "before "
             : arrival.mode == ArrivalMode::first_poll ? "first poll "
                                                       : "") +
            arrival.statement.native_id + ' ' + arrival.statement.text
        );
    return names;
}

NewRevision revision(const std::string& id, std::int64_t number, Duration after) {
    NewRevision made;
    made.statement.source = "mfa";
    made.statement.kind = "feed";
    made.statement.account_key = "account";
    made.statement.native_id = id;
    made.statement.text = "version " + std::to_string(number);
    made.statement.observed_at = start + after;
    made.content_hash = id + std::to_string(number);
    made.revision = number;
    return made;
}

Database archive(const std::vector<NewRevision>& revisions) {
    Database database = Database::in_memory();
    for (const NewRevision& one : revisions) {
        Ingest ingest;
        ingest.source = "mfa";
        ingest.kind = "feed";
        ingest.account_key = "account";
        ingest.now = one.statement.observed_at;
        ingest.baseline = one.statement.observed_at == start;
        ingest.revisions.push_back(one);
        REQUIRE(database.commit(ingest));
    }
    return database;
}

std::string line(const std::string& id, const std::string& at, const std::string& text) {
    const std::string time = at.empty() ? "" : ",\"published_at\":\"2023-03-17T" + at + ":00Z\"";
    return "{\"source\":\"mfa\"" + (id.empty() ? "" : ",\"native_id\":\"" + id + '"') + time +
           ",\"text\":\"" + text + "\"}\n";
}

struct TextFiles {
    TempDir directory;
    std::vector<std::string> names;

    void add(const std::string& name, const std::string& text) {
        names.push_back((directory.path() / name).string());
        std::ofstream(names.back()) << text;
    }
};

ArchiveFilter since(Duration after) {
    ArchiveFilter filter;
    filter.since = start + after;
    return filter;
}

}  // namespace

TEST_CASE("the archive comes in the order of its arrival with the account of each statement") {
    ArchiveFilter small;
    small.limit = 2;
    const auto arrivals = all_of(archive_past(
        archive({revision("1", 1, 0s), revision("2", 1, 60s), revision("1", 2, 120s)}), small
    ));
    CHECK(shown(arrivals) == Names{"first poll 1 version 1", "2 version 1", "1 version 2"});
    CHECK(arrivals[1].account_key == "account");
    CHECK(arrivals[1].statement.observed_at == start + 60s);
}

TEST_CASE("an edit within the time comes behind the revision before it, which alerts nobody") {
    const auto arrivals = all_of(archive_past(
        archive(
            {revision("1", 1, 0s),
             revision("1", 2, 60s),
             revision("2", 1, 120s),
             revision("1", 3, 180s),
             revision("1", 4, 240s),
             revision("2", 2, 300s)}
        ),
        since(120s)
    ));
    const Names expected{
        "2 version 1", "before 1 version 2", "1 version 3", "1 version 4", "2 version 2"};
    CHECK(shown(arrivals) == expected);
}

TEST_CASE("how far an archive was read is known without what comes from before") {
    const auto past = archive_past(
        archive({revision("1", 1, 0s), revision("1", 2, 60s), revision("2", 1, 120s)}), since(60s)
    );
    CHECK(past->total() == 2);
    Arrival arrival;
    REQUIRE(past->next(arrival));
    CHECK(past->done() == 0);
    REQUIRE(past->next(arrival));
    CHECK(past->done() == 1);
    REQUIRE(past->next(arrival));
    CHECK(past->done() == 2);
    CHECK_FALSE(past->next(arrival));
}

TEST_CASE("files of statements come together by time, each in the order of its lines") {
    TextFiles files;
    files.add("a", line("1", "09:00", "a") + line("2", "", "a") + line("3", "11:00", "a"));
    files.add("b", line("4", "08:00", "b") + line("5", "10:00", "b") + line("6", "09:30", "b"));
    const Names expected{"4 b", "1 a", "2 a", "5 b", "6 b", "3 a"};
    CHECK(shown(all_of(file_past(files.names, {}))) == expected);
}

TEST_CASE("lines older than since come as known before, those from until on do not come") {
    TextFiles files;
    files.add(
        "a",
        line("1", "08:00", "a") + line("2", "", "a") + line("3", "09:00", "a") +
            line("4", "10:00", "a") + line("5", "", "a")
    );
    ArchiveFilter filter = since(0s);
    filter.until = start + 1h;
    CHECK(
        shown(all_of(file_past(files.names, filter))) == Names{"before 1 a", "before 2 a", "3 a"}
    );
}

TEST_CASE("a date in the future is no time: such a line comes with the one before it") {
    TextFiles files;
    files.add("a", line("1", "09:00", "a") + line("2", "", "a") + line("3", "10:00", "a"));
    files.add(
        "b",
        "{\"source\":\"b\",\"native_id\":\"4\",\"published_at\":\"2999-01-01T00:00:00Z\",\"text\":"
        "\"b\"}\n" +
            line("5", "09:30", "b")
    );
    CHECK(shown(all_of(file_past(files.names, {}))) == Names{"4 b", "1 a", "2 a", "5 b", "3 a"});
}

TEST_CASE("a bad line is left out, and statements without ids of two files are never one") {
    TextFiles files;
    files.add("a", "{\"source\": \"mfa\"}\nnot JSON\n" + line("", "09:00", "a"));
    files.add("b", "\n\n" + line("", "09:00", "b"));
    const auto arrivals = all_of(file_past(files.names, {}));
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].statement.native_id != arrivals[1].statement.native_id);
}

TEST_CASE("a file that is not there is no past") {
    const TempDir directory;
    CHECK(file_past({(directory.path() / "none").string()}, {}) == nullptr);
}
