#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/reader.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr const char* zone_folder = "/usr/share/zoneinfo";

bool is_zone_file(const fs::path& path) {
    std::error_code failure;
    if (!fs::is_regular_file(path, failure)) return false;
    std::ifstream in(path, std::ios::binary);
    std::array<char, 4> magic{};
    in.read(magic.data(), magic.size());
    return in && std::string_view(magic.data(), magic.size()) == "TZif";
}

// Names that are no way out of the folder and no second name tree of it.
bool is_zone_name(std::string_view name) {
    if (name.empty() || name.size() > 64 || name.starts_with("posix/") ||
        name.starts_with("right/"))
        return false;
    const bool letters = std::all_of(name.begin(), name.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '_' || c == '/' || c == '+' || c == '-';
    });
    return letters && name[0] >= 'A' && name[0] <= 'Z' && name.find("//") == name.npos &&
           name.back() != '/';
}

std::vector<std::string> zone_names() {
    std::vector<std::string> names;
    std::error_code failure;
    fs::recursive_directory_iterator entries(zone_folder, failure);
    for (; !failure && entries != fs::recursive_directory_iterator(); entries.increment(failure)) {
        std::string name =
            entries->path().string().substr(std::string_view(zone_folder).size() + 1);
        if (is_zone_name(name) && entries->is_regular_file(failure))
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Capitals and abbreviations that are no zones of their own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> other_zones{{
    {"beijing", "Asia/Shanghai"},
    {"peking", "Asia/Shanghai"},
    {"delhi", "Asia/Kolkata"},
    {"washington", "America/New_York"},
    {"geneva", "Europe/Zurich"},
    {"cst", "Asia/Shanghai"},
    {"cest", "Europe/Berlin"},
    {"msk", "Europe/Moscow"},
    {"bst", "Europe/London"},
    {"z", "UTC"},
}};

std::string zone_meant(const std::string& word) {
    const std::string place = ascii_lower(word.substr(word.rfind('/') + 1));
    for (const auto& [other, zone] : other_zones) {
        if (place == other) return std::string(zone);
    }
    const std::vector<std::string> names = zone_names();
    // "Berlin" is nearer to Europe/Berlin than edit distance knows.
    std::vector<std::string> cities;
    for (const std::string& name : names) cities.push_back(name.substr(name.rfind('/') + 1));
    std::string whole = nearest(word, names);
    if (!whole.empty()) return whole;
    const std::string city = nearest(word.substr(word.rfind('/') + 1), cities);
    if (city.empty()) return "";
    const auto found = std::find(cities.begin(), cities.end(), city);
    return names[static_cast<std::size_t>(found - cities.begin())];
}

}  // namespace

bool time_zone_exists(const std::string& name) {
    return name == "UTC" || (is_zone_name(name) && is_zone_file(fs::path(zone_folder) / name));
}

bool Reader::time_zone(const Mapping& map, std::string_view key, std::string& into) {
    const Yaml value = map[key];
    if (!value) return false;
    auto name = text_of(value, cited(key));
    if (!name) return false;
    if (time_zone_exists(*name)) {
        into = std::move(*name);
        return true;
    }
    Diagnostic& fault =
        diagnostics_.error(code::place, value.span(), "no time zone is named " + cited(*name));
    const std::string meant = zone_meant(*name);
    if (!meant.empty()) fault.label = "did you mean " + cited(meant) + "?";
    fault.notes.emplace_back("names are those of tzdata: Europe/Berlin, Asia/Shanghai, UTC");
    return false;
}

}  // namespace spokeswatch
