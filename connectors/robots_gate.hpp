#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/async.hpp"
#include "connectors/kinds.hpp"
#include "connectors/robots.hpp"

namespace spokeswatch {

// Asks robots.txt of a site before one of its pages is read, once a day a site.
class RobotsGate {
  public:
    RobotsGate(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source), deps_(deps) {}

    // The time that the site wants between two requests, for a page that may be read. Errors:
    // rejected: it may not. Where robots.txt cannot be read (no answer, 5xx) nothing may be: the
    // error is that of the request. A site without one (4xx) has no objection.
    awaitable<Result<std::chrono::milliseconds>> ask(std::string url);

  private:
    struct Site {
        Robots robots;
        Time asked{};
    };
    awaitable<Result<Robots>> read(std::string origin);

    SourceConfig source_;
    ConnectorDeps deps_;
    std::map<std::string, Site> sites_;
};

}  // namespace spokeswatch
