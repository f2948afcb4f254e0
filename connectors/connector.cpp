#include "connectors/connector.hpp"

namespace spokeswatch {

awaitable<Result<Presence>> Connector::presence(std::string, std::string) {
    co_return Presence::unknown;
}

}  // namespace spokeswatch
