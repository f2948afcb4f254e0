#include "daemon/client.hpp"

#include <iostream>
#include <utility>

#include "daemon/exit_codes.hpp"
#include "daemon/run_here.hpp"
#include "daemon/version.hpp"

namespace spokeswatch {

DaemonClient::DaemonClient(const CommonOptions& common) {
    std::string address = common.server;
    if (address.empty()) {
        const std::shared_ptr<Snapshot> snapshot = load_for(common, true);
        if (!snapshot) {
            good_ = false;
            return;
        }
        address = snapshot->config.web.listen_address.value;
        token_ = snapshot->config.web.auth_token;
    }
    if (address.starts_with("0.0.0.0:")) address.replace(0, 7, "127.0.0.1");
    if (address.starts_with("[::]:")) address.replace(0, 4, "[::1]");
    if (address.find("://") == std::string::npos) address = "http://" + address;
    while (address.ends_with('/')) address.pop_back();
    base_ = address;
}

Result<HttpResponse> DaemonClient::send(HttpRequest request) {
    request.allow_private = true;
    request.follow_redirects = false;
    request.min_gap = std::chrono::milliseconds(0);
    request.headers.emplace_back(std::string(request_header), "1");
    if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
    boost::asio::io_context io(1);
    SystemClock clock;
    HttpClientOptions options;
    options.user_agent = std::string("spokeswatch/") + version;
    auto http = make_http_client(io.get_executor(), clock, options);
    return run_here(io, http->send(std::move(request)));
}

Result<HttpResponse> DaemonClient::get(const std::string& path) {
    return send(HttpRequest(base_ + path));
}

int DaemonClient::change(const std::string& path, std::string body) {
    HttpRequest request(base_ + path);
    request.method = "POST";
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    auto answer = send(std::move(request));
    if (!answer) return explain(answer.error());
    std::string text = answer->body;
    while (text.ends_with('\n')) text.pop_back();
    if (answer->status == 200) {
        std::cout << text << '\n';
        return exit_ok;
    }
    std::cerr << text << '\n';
    return answer->status == 401 || answer->status == 403 ? exit_permission : exit_no;
}

int DaemonClient::explain(const Error& error) const {
    std::cerr << "spokeswatch: cannot reach the daemon at " << base_ << ": " << error.message
              << "\n  is it running? `systemctl status spokeswatch`; another address: --server\n";
    return exit_unavailable;
}

}  // namespace spokeswatch
