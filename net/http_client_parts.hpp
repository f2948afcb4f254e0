#pragma once

#include <memory>

#include "net/http_client.hpp"
#include "net/resolver.hpp"

namespace spokeswatch {

// The client with another way to look names up.
std::unique_ptr<HttpClient> make_http_client_with(
    boost::asio::any_io_executor executor, Clock& clock, HttpClientOptions options, Lookup lookup
);

}  // namespace spokeswatch
