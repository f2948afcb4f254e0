// Feeds that other projects keep as fixtures, and what a reader must find in them. The collection
// lies beside the checkout; without it these cases say so and pass.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "connectors/answer.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "connectors/xml.hpp"
#include "tests/connectors/support.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/url.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

namespace json = boost::json;

struct Score {
    int right = 0;
    int all = 0;
    [[nodiscard]] double percent() const { return all == 0 ? 100.0 : 100.0 * right / all; }
};

std::string text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

bool flag_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

// White space and no-break spaces are one blank; the shape of white space is not compared.
std::string plain(std::string_view text) {
    std::string spaced;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at, 2) == "\u00A0") {
            spaced += ' ';
            ++at;
        } else {
            spaced += text[at];
        }
    }
    return one_line(spaced);
}

bool same_words(const std::string& ours, const std::string& expected) {
    return plain(ours) == plain(expected) || plain(ours) == plain(html_to_text(expected).text);
}

// Where blocks meet, one reader writes a space and another none.
bool same_letters(const std::string& ours, const std::string& expected) {
    auto letters = [](std::string text) {
        text = plain(text);
        std::erase(text, ' ');
        return text;
    };
    return letters(ours) == letters(expected) ||
           letters(ours) == letters(html_to_text(expected).text);
}

bool same_url(const std::string& ours, const std::string& expected) {
    if (ours == expected) return true;
    auto a = normalise_url(ours);
    auto b = normalise_url(expected);
    return a && b && *a == *b;
}

bool same_time(const std::optional<Time>& ours, const std::string& expected) {
    auto time = parse_time(expected);
    return ours && time &&
           std::chrono::floor<std::chrono::seconds>(*ours) ==
               std::chrono::floor<std::chrono::seconds>(*time);
}

// nullopt: the field says nothing about a Statement.
std::optional<bool> field_holds(
    const Statement& s, const json::object& entry, std::string_view field
) {
    std::string expected = text_of(entry, field);
    if (expected.find("\uFFFD") != std::string::npos)
        return std::nullopt;  // read in a wrong charset
    if (field == "id") return s.native_id == expected || expected.empty();
    if (field == "title") return same_words(s.title, expected);
    if (field == "link") return same_url(s.url, expected) || expected.empty();
    if (field == "published" || field == "created") return same_time(s.published_at, expected);
    if (field == "updated") return same_time(s.edited_at ? s.edited_at : s.published_at, expected);
    if (field == "content" || field == "content_text" || field == "summary_or_content") {
        return same_letters(s.text, expected);
    }
    if (field == "summary") {
        // Only the fuller of the two is kept.
        if (entry.contains("content")) return std::nullopt;
        return same_letters(s.text, expected);
    }
    if (field == "author" || field == "author_name") {
        return s.author_name == one_line(person_name(expected)) ||
               s.author_name == one_line(expected);
    }
    if (field == "content_lang" || field == "lang") {
        return (s.lang_declared ? s.lang : "") == canonical_language(expected);
    }
    if (field == "enclosure0_url") return !s.media.empty() && same_url(s.media[0].url, expected);
    if (field == "category0" || field == "category1") {
        return std::find(s.tags.begin(), s.tags.end(), expected) != s.tags.end();
    }
    return std::nullopt;
}

class Conformance {
  public:
    explicit Conformance(std::filesystem::path root) : root_(std::move(root)) {
        const char* wanted = std::getenv("SPOKESWATCH_CONFORMANCE_FAULTS");
        show_faults_ = wanted != nullptr;
    }

    void run(const json::object& row) {
        if (flag_of(row, "debatable")) return;
        std::string file = text_of(row, "file");
        std::string authority = text_of(row, "authority");
        if (authority == "parse-only") {
            // These are about charsets; some are no feeds.
            count(
                scores_["parse_only"],
                parse_xml(read_file(root_ / file), "").has_value(),
                file,
                "must be read",
                ""
            );
            return;
        }
        std::string group =
            text_of(row, "class") + " (" + authority.substr(0, authority.find(':')) + ")";
        Score& score = scores_[group];
        auto feed = read(row, file);
        if (flag_of(row, "must_fail")) {
            count(score, !feed, file, "must fail", "");
            return;
        }
        if (flag_of(row, "parse_only")) {
            Score& only = scores_["parse_only"];
            count(only, feed.has_value(), file, "must parse", feed ? "" : feed.error().message);
            return;
        }
        check_count(row, feed, file, score);
        const json::value* entries = row.if_contains("entries");
        if (entries == nullptr) return;
        for (const json::value& value : entries->as_array()) {
            const json::object& entry = value.as_object();
            // One collection says of itself that its contents are a choice of its own.
            check_entry(entry, feed, file, row.contains("note"), score);
        }
    }

    Score total(std::string_view part) const {
        Score sum;
        for (const auto& [group, score] : scores_) {
            if (group.find(part) == std::string::npos) continue;
            sum.right += score.right;
            sum.all += score.all;
        }
        return sum;
    }

    void print() const {
        std::ostringstream out;
        out << "feed conformance: right of all fields\n";
        for (const auto& [group, score] : scores_) {
            out << "  " << group << ": " << score.right << " of " << score.all << ", "
                << score.percent() << " %\n";
        }
        std::cout << out.str();
    }

  private:
    Result<ParsedFeed> read(const json::object& row, const std::string& file) const {
        FeedContext context;
        context.url = text_of(row, "served_at");
        HttpResponse response;
        if (const json::value* headers = row.if_contains("http_headers")) {
            for (const auto& header : headers->as_object()) {
                response.headers.emplace_back(
                    header.key(), text_of(headers->as_object(), header.key())
                );
            }
        }
        if (auto location = response.header("content-location")) {
            if (auto url = resolve_url(context.url, *location)) context.url = *url;
        }
        std::string bytes = read_file(root_ / file);
        return parse_feed_document(bytes, header_charset(response), context);
    }

    void count(
        Score& score,
        bool good,
        const std::string& file,
        std::string_view field,
        const std::string& detail
    ) {
        ++score.all;
        if (good) {
            ++score.right;
        } else if (show_faults_) {
            std::cout << "FAULT " << file << " " << field << ": " << detail << "\n";
        }
    }

    void check_count(
        const json::object& row,
        const Result<ParsedFeed>& feed,
        const std::string& file,
        Score& score
    ) {
        const json::value* wanted = row.if_contains("entry_count");
        if (wanted == nullptr || !wanted->is_int64()) return;
        auto most = std::min<std::int64_t>(wanted->get_int64(), 500);
        std::int64_t found = feed ? static_cast<std::int64_t>(feed->statements.size()) : 0;
        count(
            score,
            found == most,
            file,
            "entry_count",
            std::to_string(found) + " for " + std::to_string(most)
        );
    }

    void check_entry(
        const json::object& entry,
        const Result<ParsedFeed>& feed,
        const std::string& file,
        bool plain_only,
        Score& score
    ) {
        std::int64_t index = entry.at("index").get_int64();
        if (index >= static_cast<std::int64_t>(statements_max)) return;
        Statement none;
        const Statement* statement = &none;
        if (feed) {
            auto size = static_cast<std::int64_t>(feed->statements.size());
            if (index < 0) index += size;
            if (index >= 0 && index < size)
                statement = &feed->statements[static_cast<std::size_t>(index)];
        }
        for (const auto& field : entry) {
            if (!field.value().is_string() && !field.value().is_null()) continue;
            if (plain_only && field.key().starts_with("content")) continue;
            auto good = field_holds(*statement, entry, field.key());
            if (!good) continue;
            std::string detail =
                "want [" + text_of(entry, field.key()).substr(0, 300) + "] have [" +
                statement->native_id + "] [" + statement->url + "] [" + statement->title + "] [" +
                statement->author_name + "] [" + statement->text.substr(0, 300) + "]" +
                (statement->published_at ? format_time(*statement->published_at) : "");
            count(score, *good, file, field.key(), detail);
        }
    }

    std::filesystem::path root_;
    std::map<std::string, Score> scores_;
    bool show_faults_ = false;
};

}  // namespace

TEST_CASE("feeds of other projects are read as their authors say") {
    auto root = shared_fixtures("feeds");
    if (!root) return;
    Conformance conformance(*root);
    std::istringstream lines(read_file(*root / "EXPECT.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) conformance.run(json::parse(line).as_object());
    }
    conformance.print();
    CHECK(conformance.total("real-world").percent() >= 99.5);
    CHECK(conformance.total("author-stated").percent() >= 88.0);
    CHECK(conformance.total("parse_only").percent() >= 100.0);
}

TEST_CASE("every recorded feed gives statements or says what it is") {
    for (const char* folder : {"rss", "atom", "jsonfeed", "feed-encoding", "feed-illformed"}) {
        auto root = shared_fixtures(folder);
        if (!root) return;
        for (const auto& file : std::filesystem::directory_iterator(*root)) {
            std::string extension = file.path().extension().string();
            if (extension == ".txt") continue;
            std::string bytes = read_file(file.path());
            HttpResponse response;
            if (extension == ".http") {
                auto recorded = parse_recorded_response(bytes);
                REQUIRE(recorded);
                response = std::move(*recorded);
            } else {
                response.status = 200;
                response.body = std::move(bytes);
            }
            SourceConfig source = source_of("feed", "url", std::string("https://mfa.example/feed"));
            ParseInput input;
            input.response = std::move(response);
            input.source = &source;
            input.now = noon;
            auto batch = parse_feed(input);
            INFO(file.path().string());
            if (batch) {
                for (const Statement& s : batch->statements) CHECK_FALSE(s.native_id.empty());
            } else {
                CHECK_FALSE(batch.error().message.empty());
            }
            if (std::getenv("SPOKESWATCH_CONFORMANCE_FAULTS") != nullptr) {
                std::cout << file.path().filename().string() << ": ";
                if (batch) {
                    std::cout << batch->statements.size();
                    if (!batch->statements.empty()) {
                        const Statement& s = batch->statements[0];
                        std::cout << " [" << s.native_id << "] [" << s.title << "] ["
                                  << s.text.substr(0, 80) << "] " << s.lang;
                    }
                } else {
                    std::cout << to_string(batch.error().kind) << " " << batch.error().message;
                }
                std::cout << "\n";
            }
        }
    }
}
