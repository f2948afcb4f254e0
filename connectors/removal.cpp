#include "connectors/removal.hpp"

#include "connectors/answer.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::chrono::hours said_again_after{1};
constexpr std::size_t pages_max = 1000;

}  // namespace

Result<Presence> RemovalJudge::judge(
    const std::string& url, const HttpResponse& response, Time now
) {
    const auto error = answer_error(response, now);
    const bool missing = response.status == 404 || response.status == 410;
    if (error && (!missing || error->kind == ErrorKind::blocked)) return *error;
    if (!missing) {
        missing_since_.erase(url);
        return canonical_url(response.url) == canonical_url(url) ? Presence::there
                                                                 : Presence::unknown;
    }
    if (missing_since_.size() >= pages_max && !missing_since_.contains(url)) {
        missing_since_.erase(missing_since_.begin());
    }
    const Time since = missing_since_.try_emplace(url, now).first->second;
    return now - since >= said_again_after ? Presence::deleted : Presence::unknown;
}

}  // namespace spokeswatch
