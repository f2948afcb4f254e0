#include <cstdio>
#include <string>

#include <unistd.h>

#include "store/database.hpp"
#include "tests/store/support.hpp"

// Commits numbered batches from argv[2] on, for ever, and says each number on stdout when it was
// kept. It is there to be killed.
int main(int count, char** arguments) {
    using namespace spokeswatch;
    using namespace spokeswatch::testing;
    if (count != 3) return 64;
    auto database = Database::open(arguments[1]);
    if (!database) {
        std::fprintf(stderr, "%s\n", database.error().message.c_str());
        return 74;
    }
    for (int number = std::stoi(arguments[2]);; ++number) {
        const auto name = std::to_string(number);
        auto known = database->alert("alert-" + name);
        if (!known) return 74;
        // Kept before the kill, but not acknowledged any more.
        if (!*known) {
            auto ingest = make_alert_ingest(name, at(number));
            ingest.revisions[0].statement.raw.assign(
                static_cast<std::size_t>(number % 50) * 400, 'x'
            );
            if (auto kept = database->commit(ingest); !kept) {
                std::fprintf(stderr, "%s\n", kept.error().message.c_str());
                return 74;
            }
        }
        const auto line = name + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return 0;
    }
}
