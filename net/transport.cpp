#include "net/transport.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

namespace spokeswatch {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

class PlainTransport : public Transport {
  public:
    explicit PlainTransport(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    awaitable<Result<std::size_t>> read_some(char* data, std::size_t size) override {
        error_code error;
        const std::size_t count = co_await socket_.async_read_some(
            asio::buffer(data, size), asio::redirect_error(use_awaitable, error)
        );
        if (error == asio::error::eof) co_return std::size_t{0};
        if (error) co_return socket_error(error);
        co_return count;
    }

    awaitable<Result<void>> write(std::string_view data, std::size_t* written) override {
        while (!data.empty()) {
            error_code error;
            const std::size_t count = co_await socket_.async_write_some(
                asio::buffer(data), asio::redirect_error(use_awaitable, error)
            );
            *written += count;
            if (error) co_return socket_error(error);
            data.remove_prefix(count);
        }
        co_return Result<void>();
    }

    bool is_quiet() override { return spokeswatch::is_quiet(socket_); }

  private:
    asio::ip::tcp::socket socket_;
};

}  // namespace

Error socket_error(const error_code& error) {
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    return Error{ErrorKind::network, error.message()};
}

bool is_quiet(asio::ip::tcp::socket& socket) {
    error_code error;
    socket.non_blocking(true, error);
    if (error) return false;
    char byte = 0;
    socket.receive(asio::buffer(&byte, 1), asio::ip::tcp::socket::message_peek, error);
    return error == asio::error::would_block;
}

std::unique_ptr<Transport> make_plain_transport(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace spokeswatch
