#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "store/database.hpp"
#include "tests/bench/benches.hpp"

namespace spokeswatch::testing {

void bench_store(const Options&) {
    const auto path = std::filesystem::temp_directory_path() / "spokeswatch-bench.db";
    const auto clean = [&] {
        for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
            std::filesystem::remove(path.string() + suffix);
        }
    };
    clean();
    {
        auto database = Database::open(path);
        if (!database) {
            std::printf("store: %s\n", database.error().message.c_str());
            return;
        }
        for (const int batch : {1, 100}) {
            constexpr int statements = 1000;
            const auto start = std::chrono::steady_clock::now();
            for (int i = 0; i < statements; i += batch) {
                Ingest ingest;
                ingest.source = "bench";
                ingest.kind = "feed";
                ingest.account_key = "bench" + std::to_string(batch);
                for (int k = 0; k < batch; ++k) {
                    NewRevision revision;
                    revision.statement.kind = "feed";
                    revision.statement.source = "bench";
                    revision.statement.account_key = ingest.account_key;
                    revision.statement.native_id = std::to_string(i + k);
                    revision.statement.text =
                        "a statement of the usual length, " + std::string(300, 'x');
                    revision.content_hash = "hash";
                    ingest.revisions.push_back(std::move(revision));
                }
                if (!database->commit(ingest)) std::printf("store: a commit failed\n");
            }
            const double wall =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            std::printf(
                "store: %4d statements a commit  %9.0f statements/s (wall)\n",
                batch,
                statements / wall
            );
        }
    }
    clean();
}

}  // namespace spokeswatch::testing
