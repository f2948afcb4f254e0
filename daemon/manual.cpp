#include "daemon/manual.hpp"

#include <CLI/CLI.hpp>

#include "daemon/exit_codes.hpp"

namespace spokeswatch {

namespace {

std::string code(const std::string& text) { return '`' + text + '`'; }

// `-c`, `--config.file` FILE; of an argument its name.
std::string title_of(const CLI::Option& option) {
    if (option.get_positional()) return option.get_name(true);
    std::string out;
    for (const std::string& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
    for (const std::string& name : option.get_lnames()) out += (out.empty() ? "--" : ", --") + name;
    const std::string type = option.get_type_name();
    if (option.get_items_expected_max() > 0) out += ' ' + type.substr(0, type.find(':'));
    return out;
}

void add_options(Page& page, const CLI::App& app) {
    std::vector<std::vector<std::string>> rows{{"option", "meaning"}};
    for (const CLI::Option* option : app.get_options()) {
        if (option != app.get_help_ptr())
            rows.push_back({code(title_of(*option)), option->get_description() + '.'});
    }
    if (rows.size() > 1) page.table(std::move(rows));
}

void add_verbs(Page& page, const CLI::App& app, const std::string& before) {
    for (const CLI::App* verb : app.get_subcommands({})) {
        const std::string name = before + verb->get_name();
        if (verb->get_subcommands({}).empty()) {
            page.heading(3, name);
            page.prose(verb->get_description() + '.');
            add_options(page, *verb);
        }
        add_verbs(page, *verb, name + ' ');
    }
}

}  // namespace

Page commands_page(const CLI::App& app) {
    Page page;
    page.heading(1, "spokeswatch");
    page.prose(app.get_description());
    page.prose("Data goes to the standard output, talk to the standard error.");
    page.heading(2, "Options");
    add_options(page, app);
    page.heading(2, "Verbs");
    add_verbs(page, app, "");
    page.heading(2, "Exit status");
    const auto row = [](int status, const char* meaning) {
        return std::vector<std::string>{code(std::to_string(status)), meaning};
    };
    page.table({
        {"status", "meaning"},
        row(exit_ok, "Done."),
        row(exit_no, "The answer is no: unwell, not found, not delivered."),
        row(exit_usage, "The command line is wrong."),
        row(exit_data, "The input is not of that kind."),
        row(exit_no_input, "The input is missing."),
        row(exit_unavailable, "Something that is asked does not answer."),
        row(exit_software, "A bug of this program."),
        row(exit_io, "Reading or writing failed."),
        row(exit_try_again, "Not now; try again."),
        row(exit_permission, "Not permitted."),
        row(exit_config, "The configuration has errors."),
    });
    page.heading(2, "Files");
    page.prose("`/etc/spokeswatch/spokeswatch.yml`, described in spokeswatch.yml(5).");
    return page;
}

}  // namespace spokeswatch
