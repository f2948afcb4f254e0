#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/demo/script.hpp"
#include "net/http_server.hpp"

namespace spokeswatch::demo {

// The press of the demo: serves every outlet in its real format and plays its faults.
//   /s/<channel>   Telegram's public preview      /feeds/<source>   RSS, Atom, JSON Feed
class Press {
  public:
    Press(const Script& script);

    ServerResponse answer(const ServerRequest& request);
    void publish(const Post& post);
    void edit(const std::string& outlet, const std::string& id, const std::string& text);
    void fail_once(const std::string& outlet, int status);

    // How many times an outlet was asked since it last changed, and whether its fault was met.
    [[nodiscard]] std::size_t served(const std::string& outlet) const;
    [[nodiscard]] std::string post_url(const std::string& outlet, const std::string& id) const;
    void set_base(std::string base) { base_ = std::move(base); }  // "http://127.0.0.1:port"

  private:
    struct Shelf {
        Outlet outlet;
        std::vector<Post> posts;  // oldest first
        int fault = 0;            // status of the next answer; 0: none
        std::size_t served = 0;
        std::size_t version = 1;  // ETag
    };
    std::string document(const Shelf& shelf, std::string& content_type) const;

    std::map<std::string, Shelf> shelves_;
    std::string base_;
};

}  // namespace spokeswatch::demo
