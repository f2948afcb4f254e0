#include "text/content_hash.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

Statement sample() {
    Statement statement;
    statement.title = "State visit";
    statement.text = "The President will pay a state visit.";
    Media photo;
    photo.kind = "photo";
    photo.url = "https://cdn1.example.org/file/visit.jpg?token=1";
    statement.media.push_back(photo);
    return statement;
}

}  // namespace

TEST_CASE("what a reader can see changes the content hash") {
    const std::string before = content_hash(sample());
    CHECK(before.size() == 64);
    CHECK(content_hash(sample()) == before);
    const auto changed = [&](auto change) {
        Statement statement = sample();
        change(statement);
        return content_hash(statement) != before;
    };
    CHECK(changed([](Statement& s) { s.text += "!"; }));
    CHECK(changed([](Statement& s) { s.title += "!"; }));
    CHECK(changed([](Statement& s) { s.spoiler = "!"; }));
    CHECK(changed([](Statement& s) { s.media.clear(); }));
    CHECK(changed([](Statement& s) { s.media[0].alt = "two presidents"; }));
    CHECK(changed([](Statement& s) { s.media[0].url = "https://cdn1.example.org/file/b.jpg"; }));
    CHECK(changed([](Statement& s) { s.quote_of = Reference{"17", "", "", "", ""}; }));
    // Words that move from one field to another are another text.
    CHECK(changed([](Statement& s) {
        s.text = s.title + s.text;
        s.title.clear();
    }));
}

TEST_CASE("delivery nodes, signatures and counters leave the content hash alone") {
    const std::string before = content_hash(sample());
    Statement statement = sample();
    statement.media[0].url = "https://cdn4.example.net/file/visit.jpg?token=2#x";
    statement.media[0].thumb = "https://cdn4.example.net/thumb.jpg";
    statement.observed_at += std::chrono::hours(1);
    statement.html = "<p>other markup</p>";
    CHECK(content_hash(statement) == before);

    Statement first = sample(), second = sample();
    first.media[0].url = "https://cdn4.example.net/file/" + std::string(400, 'a') + ".jpg";
    second.media[0].url = "https://cdn5.example.net/file/" + std::string(400, 'b') + ".jpg";
    CHECK(content_hash(first) == content_hash(second));
}

TEST_CASE("composed and decomposed letters have one content hash") {
    Statement composed = sample(), decomposed = sample();
    composed.text = "visite d’\u00C9tat";
    decomposed.text = "visite d’E\u0301tat";
    CHECK(content_hash(composed) == content_hash(decomposed));
}
