#pragma once

#include <map>
#include <string>

#include "base/time.hpp"
#include "connectors/connector.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// Whether a page was taken down. Sites that are rebuilt lose pages for minutes: 404 and 410 are
// proof when they are said again after an hour. Held in memory; a restart only makes the hour begin
// again.
class RemovalJudge {
  public:
    // The answer to a request for the page itself. A redirect to another page proves nothing.
    Result<Presence> judge(const std::string& url, const HttpResponse& response, Time now);

  private:
    std::map<std::string, Time> missing_since_;
};

}  // namespace spokeswatch
