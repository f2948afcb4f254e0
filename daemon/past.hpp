#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "daemon/arrivals.hpp"
#include "store/database.hpp"

namespace spokeswatch {

// Statements of the past, one after the other in the order of their arrival.
class Past {
  public:
    virtual ~Past() = default;
    // False at the end and when problem() is set.
    virtual bool next(Arrival& arrival) = 0;
    // How much there is and how far it was read, in a unit of its own; 0: nobody knows.
    [[nodiscard]] virtual std::size_t total() const = 0;
    [[nodiscard]] virtual std::size_t done() const = 0;
    [[nodiscard]] virtual std::string problem() const = 0;
};

// Within `since` and `until`. An edit comes behind the revision before it, in ArrivalMode::before
// where that one is older than `since`.
std::unique_ptr<Past> archive_past(Database database, ArchiveFilter filter);

// Files of statements, one JSON object a line, each in the order of its lines, together by time.
// Lines older than `since` come in ArrivalMode::before. Null when a file cannot be read, which was
// said on stderr.
std::unique_ptr<Past> file_past(const std::vector<std::string>& files, ArchiveFilter filter);

}  // namespace spokeswatch
