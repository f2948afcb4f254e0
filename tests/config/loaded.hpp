#pragma once

#include <fstream>
#include <map>
#include <string>

#include <sys/stat.h>

#include "config/config.hpp"
#include "tests/support/fixtures.hpp"

namespace spokeswatch::testing {

// Two kinds of sources and two of notifiers that exist only here: what the loader does with their
// options must not hang on what real kinds happen to have.
inline KindSpecs some_kinds() {
    const auto option = [](std::string name, OptionType type, bool required = false) {
        OptionSpec spec;
        spec.name = std::move(name);
        spec.type = type;
        spec.required = required;
        return spec;
    };
    OptionSpec pages = option("pages", OptionType::whole);
    pages.low = 1;
    pages.high = 5;
    OptionSpec mode = option("mode", OptionType::choice);
    mode.choices = {"full", "summary"};
    OptionSpec api_url = option("api_url", OptionType::secret, true);
    api_url.global = "chat_api_url";
    OptionSpec smarthost = option("smarthost", OptionType::text, true);
    smarthost.global = "smtp_smarthost";
    OptionSpec password = option("auth_password", OptionType::secret);
    password.global = "smtp_auth_password";

    KindSpec feed{
        "feed",
        {option("url", OptionType::url, true), mode, pages, option("tags", OptionType::texts)},
        std::chrono::minutes(10),
        std::chrono::minutes(1)};
    OptionSpec title = option("title", OptionType::mapping);
    title.keys = {option("path", OptionType::text, true), option("limit", OptionType::whole)};
    title.text_key = "path";
    OptionSpec fields = option("fields", OptionType::mapping);
    fields.keys = {option("id", OptionType::text, true), title};
    KindSpec api{
        "api",
        {option("account", OptionType::text, true),
         option("bearer_token", OptionType::secret),
         fields},
        std::chrono::minutes(1),
        std::chrono::seconds(30)};
    KindSpec chat{"chat", {api_url, option("channel", OptionType::text)}};
    KindSpec mail{"mail", {option("to", OptionType::texts, true), smarthost, password}};
    KindSpec file{"file", {option("path", OptionType::path, true)}};
    return KindSpecs{{feed, api}, {chat, mail, file}};
}

// A configuration written into a fresh folder and loaded from there. Messages show paths relative
// to the folder.
class Loaded {
  public:
    explicit Loaded(const std::string& main) : Loaded({{"spokeswatch.yml", main}}) {}

    explicit Loaded(const std::map<std::string, std::string>& files, bool read_secrets = true) {
        for (const auto& [name, text] : files) write(name, text);
        load(read_secrets);
    }

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder.path() / name).parent_path());
        std::ofstream(folder.path() / name, std::ios::binary) << text;
        chmod((folder.path() / name).c_str(), 0640);
    }

    void load(bool read_secrets = true) {
        diagnostics = Diagnostics();
        LoadOptions options;
        options.file = folder.path() / "spokeswatch.yml";
        options.kinds = some_kinds();
        options.read_secrets = read_secrets;
        config = load_config(options, diagnostics);
    }

    [[nodiscard]] std::string shown(DiagnosticFormat format = DiagnosticFormat::human) const {
        std::string text = render(diagnostics, format);
        const std::string prefix = folder.path().string() + '/';
        for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos;)
            text.erase(at, prefix.size());
        return text;
    }
    // One line a fault, only those with that code.
    [[nodiscard]] std::string lines(const std::string& code) const {
        std::string out;
        const std::string all = shown(DiagnosticFormat::short_lines);
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = all.find('\n', at);
            const std::string line = all.substr(at, end - at + 1);
            if (line.find('[' + code + ']') != std::string::npos) out += line;
            at = end + 1;
        }
        return out;
    }
    [[nodiscard]] std::string errors() const {
        std::string out;
        const std::string all = shown(DiagnosticFormat::short_lines);
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = all.find('\n', at);
            const std::string line = all.substr(at, end - at + 1);
            if (line.find(": error[") != std::string::npos) out += line;
            at = end + 1;
        }
        return out;
    }

    TempDir folder;
    Diagnostics diagnostics;
    Config config;
};

}  // namespace spokeswatch::testing
