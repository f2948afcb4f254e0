#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// A variable of the environment for the time of a test.
class Environment {
  public:
    Environment(const char* name, const std::string& value) : name_(name) {
        setenv(name, value.c_str(), 1);
    }
    ~Environment() { unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    const char* name_;
};

std::string source(const std::string& token) {
    return "sources: [{name: a, kind: api, account: x, " + token + "}]\n";
}

std::string token_of(const Loaded& loaded) {
    return loaded.config.sources.at(0).options.secret("bearer_token").reveal();
}

}  // namespace

TEST_CASE("a secret comes from text, a file or the environment") {
    CHECK(token_of(Loaded(source("bearer_token: plain"))) == "plain");
    const Loaded file(std::map<std::string, std::string>{
        {"spokeswatch.yml", "include: [conf.d/a.yml]\n"},
        {"conf.d/a.yml", source("bearer_token_file: ../secrets/x")},
        {"secrets/x", " two\nlines\n\n"}});
    CHECK(file.shown().empty());
    // One line break is dropped, nothing else.
    CHECK(token_of(file) == " two\nlines\n");
    const Environment variable("SPOKESWATCH_TEST_TOKEN", "from environment");
    CHECK(
        token_of(Loaded(source("bearer_token_env: SPOKESWATCH_TEST_TOKEN"))) == "from environment"
    );
}

TEST_CASE("the credentials directory comes before the folder of the file") {
    const TempDir credentials;
    const Environment variable("CREDENTIALS_DIRECTORY", credentials.path().string());
    Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml", source("bearer_token_file: x")}, {"x", "beside"}});
    CHECK(token_of(loaded) == "beside");
    std::ofstream(credentials.path() / "x") << "credential\n";
    loaded.load();
    CHECK(token_of(loaded) == "credential");
    std::ofstream(credentials.path() / "spokeswatch_x") << "prefixed\n";
    loaded.load();
    CHECK(token_of(loaded) == "prefixed");
    // A path is no name of a credential.
    loaded.write("spokeswatch.yml", source("bearer_token_file: ./x"));
    loaded.load();
    CHECK(token_of(loaded) == "beside");
}

TEST_CASE("a secret that is not there is told with where it was looked for") {
    CHECK(
        Loaded(source("bearer_token_file: x")).errors() ==
        "spokeswatch.yml:1:63: error[SW141]: cannot read secret file: no such file; x; "
        "hand it over with systemd: LoadCredential=x:x\n"
    );
    const Loaded empty(std::map<std::string, std::string>{
        {"spokeswatch.yml", source("bearer_token_file: x")}, {"x", "\n"}});
    CHECK_THAT(empty.errors(), Catch::Contains("the secret file is empty"));
    CHECK_THAT(
        Loaded(source("bearer_token_env: SPOKESWATCH_NOT_SET")).errors(),
        Catch::Contains("`SPOKESWATCH_NOT_SET` is not set")
    );
}

TEST_CASE("secrets are not read where they are not needed") {
    const Loaded loaded(
        std::map<std::string, std::string>{{"spokeswatch.yml", source("bearer_token_file: x")}},
        false
    );
    CHECK(loaded.errors().empty());
    CHECK(loaded.config.sources.at(0).options.has("bearer_token"));
}

TEST_CASE("no message shows a secret") {
    for (const std::string& text : {
             source("bearer_token: canary, bearer_token_file: x"),
             source("bearer_token: canary, pages: 1, unknown: 2"),
             source("bearer_token: 'canary"),
             source("bearer_token: canary\n\tx: y"),
             std::string("sources:\n  - name: a\n    kind: api\n    bearer_token: canary\n"
                         "    bearer_token: canary\n"),
             std::string(
                 "receivers: [{name: a, chat_configs: [{api_url: https://x/canary, x: y}]}]\n"
             ),
             source("\"bearer_token\": \"canary, x\" \"y\""),
         }) {
        INFO(text);
        const Loaded loaded(text);
        CHECK(loaded.diagnostics.has_errors());
        CHECK_THAT(loaded.shown(), !Catch::Contains("canary"));
        CHECK_THAT(loaded.shown(DiagnosticFormat::short_lines), !Catch::Contains("canary"));
    }
}

TEST_CASE("two keys for one secret are an error") {
    CHECK_THAT(
        Loaded(source("bearer_token: a, bearer_token_env: b")).errors(),
        Catch::Contains("`bearer_token_env` and `bearer_token` are two values for one secret")
    );
}

TEST_CASE("secrets and configurations that everybody can touch are warned of") {
    Loaded loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml",
         "sources: [{name: a, kind: api, account: x, bearer_token: p},\n"
         "          {name: b, kind: api, account: x, bearer_token_file: s}]\n"},
        {"s", "x"}});
    CHECK(loaded.shown().empty());
    chmod((loaded.folder.path() / "spokeswatch.yml").c_str(), 0666);
    chmod((loaded.folder.path() / "s").c_str(), 0644);
    loaded.load();
    CHECK(loaded.errors().empty());
    const std::string told = loaded.lines("SW211");
    CHECK_THAT(told, Catch::Contains("everybody can write to this configuration file"));
    CHECK_THAT(
        told, Catch::Contains("a secret stands in a file that everybody can read; the file is 0666")
    );
    CHECK_THAT(told, Catch::Contains("everybody can read this secret file; s is 0644"));
}

TEST_CASE("a secret file that is a pipe or a device is refused without waiting") {
    Loaded loaded(source("bearer_token_file: zero"));
    std::filesystem::create_symlink("/dev/zero", loaded.folder.path() / "zero");
    loaded.load();
    CHECK_THAT(loaded.errors(), Catch::Contains("it is not a regular file"));
}
