#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "base/async.hpp"
#include "base/result.hpp"

namespace spokeswatch {

// A byte stream to one peer. Cancellation throws operation_aborted and leaves the stream unusable.
class Transport {
  public:
    virtual ~Transport() = default;
    // At least one byte, or 0 when the peer closed in good order. A TLS stream that ends without
    // close_notify is `malformed`: bytes may be missing. `data` must outlive the call.
    virtual awaitable<Result<std::size_t>> read_some(char* data, std::size_t size) = 0;
    // Writes everything. `written` counts what the system took, in failure too.
    virtual awaitable<Result<void>> write(std::string_view data, std::size_t* written) = 0;
    // Nothing waits to be read and the peer has not closed, as far as can be known without asking.
    virtual bool is_quiet() = 0;
};

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket);

// An error of a socket as a value; operation_aborted is thrown.
Error socket_error(const boost::system::error_code& error);
// A connected socket without anything to read, its peer still there.
bool is_quiet(boost::asio::ip::tcp::socket& socket);

}  // namespace spokeswatch
