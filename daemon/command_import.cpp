#include <iostream>

#include "base/log.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/import.hpp"
#include "daemon/input.hpp"

namespace spokeswatch {

int run_import(const std::string& format, const std::string& file) {
    const std::optional<std::string> bytes = read_input(file);
    if (!bytes) return exit_no_input;
    const auto import = format == "opml"       ? import_opml(*bytes)
                        : format == "urlwatch" ? import_urlwatch(*bytes)
                                               : import_changedetection(*bytes);
    if (!import) {
        std::cerr << "spokeswatch: " << printable(file) << ": "
                  << printable(import.error().message, 300) << '\n';
        return exit_data;
    }
    std::cout << sources_yaml(*import);
    for (const std::string& why : import->left_out)
        std::cerr << "left out: " << printable(why, 300) << '\n';
    return exit_ok;
}

int run_export_opml(const CommonOptions& common) {
    const std::shared_ptr<Snapshot> snapshot = load_for(common, false);
    if (!snapshot) return exit_config;
    std::cout << export_opml(snapshot->config);
    std::size_t others = 0;
    for (const SourceConfig& source : snapshot->config.sources)
        others += source.kind.value == "feed" ? 0 : 1;
    if (others > 0) std::cerr << others << " sources are no feeds and are left out\n";
    return exit_ok;
}

}  // namespace spokeswatch
