#include "rules/entity_index.hpp"

#include "text/tokens.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

std::string_view without_sign(EntityKind kind, std::string_view text) {
    const std::string_view wide = kind == EntityKind::tag ? "＃" : "＠";
    const char sign = kind == EntityKind::tag ? '#' : '@';
    if (!text.empty() && text.front() == sign)
        text.remove_prefix(1);
    else if (text.substr(0, wide.size()) == wide)
        text.remove_prefix(wide.size());
    // #tag#
    if (kind == EntityKind::tag && !text.empty() && text.back() == sign) text.remove_suffix(1);
    return text;
}

std::string name_of(EntityKind kind, std::string_view text) {
    return (kind == EntityKind::tag ? "#" : "@") + folded_text(without_sign(kind, text));
}

struct Address {
    std::string host;
    std::string path;
};

Address address_of(std::string_view text) {
    const std::size_t scheme = text.find("://");
    const std::string url =
        scheme == std::string_view::npos ? "http://" + std::string(text) : std::string(text);
    Address address;
    address.host = url_host(url);
    const std::size_t path = url.find_first_of("/?#", url.find("://") + 3);
    if (path != std::string::npos) address.path = url.substr(path);
    return address;
}

}  // namespace

std::string why_never(EntityKind kind, std::string_view text) {
    if (kind == EntityKind::link) {
        const std::string host = address_of(text).host;
        if (host.find('.') == std::string::npos)
            return "a link needs a host, as in `kremlin.ru/events`";
        return "";
    }
    const std::string_view name = without_sign(kind, text);
    if (folded_text(name).empty()) return "there is nothing behind the sign";
    return "";
}

std::uint32_t EntityIndex::add(EntityKind kind, std::string_view text) {
    present_[static_cast<std::size_t>(kind)] = true;
    if (kind != EntityKind::link) {
        const auto [place, fresh] = names_.try_emplace(name_of(kind, text), count_);
        if (fresh) ++count_;
        return place->second;
    }
    Address address = address_of(text);
    if (address.path == "/") address.path.clear();
    std::vector<Link>& links = hosts_[address.host];
    for (const Link& link : links)
        if (link.path == address.path) return link.number;
    links.push_back({std::move(address.path), count_});
    return count_++;
}

void EntityIndex::find(EntityKind kind, std::string_view text, std::vector<std::uint32_t>& found)
    const {
    if (kind == EntityKind::link) return find_link(text, found);
    const auto place = names_.find(name_of(kind, text));
    if (place != names_.end()) found.push_back(place->second);
}

void EntityIndex::find_link(std::string_view url, std::vector<std::uint32_t>& found) const {
    const Address address = address_of(url);
    std::string_view host = address.host;
    while (!host.empty()) {
        if (const auto place = hosts_.find(std::string(host)); place != hosts_.end()) {
            for (const Link& link : place->second)
                if (address.path.compare(0, link.path.size(), link.path) == 0)
                    found.push_back(link.number);
        }
        const std::size_t dot = host.find('.');
        if (dot == std::string_view::npos) break;
        host.remove_prefix(dot + 1);
    }
}

}  // namespace spokeswatch
