#include "connectors/telegram_page.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "connectors/html.hpp"
#include "connectors/telegram_message.hpp"

namespace spokeswatch {

namespace {

std::string squeeze(std::string_view text) {
    std::string out;
    for (char c : text) {
        bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// What t.me says in place of the messages: a page about the name that was asked for.
Error landing_error(Node root) {
    Node error = find_class(root, "tgme_widget_message_error");
    if (error) return Error{ErrorKind::gone, "Telegram says: " + squeeze(error.text())};
    std::string extra = squeeze(find_class(root, "tgme_page_extra").text());
    if (find_class(root, "tgme_page_title")) {
        std::string what = "the name exists";
        if (extra.find("subscriber") != std::string::npos) what = "the channel exists";
        if (extra.find("member") != std::string::npos)
            what = "the name belongs to a group or channel";
        if (extra.find("monthly user") != std::string::npos) what = "the name belongs to a bot";
        if (extra.starts_with('@')) what = "the name belongs to a person or bot";
        return Error{
            ErrorKind::forbidden,
            what +
                " but has no public preview; it can be read only with the "
                "Bot API or a user account"};
    }
    if (meta_content(root, "og:title").starts_with("Telegram: Contact @") ||
        meta_content(root, "robots").find("noindex") != std::string::npos) {
        return Error{ErrorKind::gone, "no channel has this name"};
    }
    return Error{ErrorKind::malformed, "expected a channel preview of t.me, got another page"};
}

}  // namespace

Result<TelegramPage> parse_telegram_page(
    std::string_view bytes,
    std::string_view header_charset,
    const std::string& base,
    const std::string& lang
) {
    Document document = parse_html(bytes, header_charset);
    Node root = document.root();
    TelegramPage page;
    std::size_t messages = 0;
    for (Node message : find_all_class(root, "tgme_widget_message")) {
        if (!message.has("data-post")) continue;
        ++messages;
        auto statement = parse_telegram_message(message, base, lang);
        if (!statement) continue;
        if (page.account_key.empty()) page.account_key = statement->account_key;
        page.statements.push_back(std::move(*statement));
    }
    if (page.statements.empty()) {
        if (messages > 0) {
            return Error{ErrorKind::malformed, "no message of the page has a usable id"};
        }
        if (find_class(root, "tme_no_messages_found")) return page;
        if (!find_class(root, "tgme_channel_history")) return landing_error(root);
        return Error{
            ErrorKind::malformed,
            "expected messages in the channel preview, got none and no notice"};
    }
    for (Node more : find_all_class(root, "tme_messages_more")) {
        if (more.has("data-after")) page.after = more.attribute("data-after");
    }
    if (telegram_id(page.after) == 0) page.after.clear();
    return page;
}

std::int64_t telegram_id(std::string_view native_id) {
    std::int64_t id = 0;
    auto [end, error] = std::from_chars(native_id.data(), native_id.data() + native_id.size(), id);
    bool whole = error == std::errc() && end == native_id.data() + native_id.size();
    return whole && id > 0 ? id : 0;
}

std::string telegram_channel(std::string_view text) {
    for (std::string_view scheme : {"https://", "http://"}) {
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    }
    for (std::string_view host : {"t.me/", "telegram.me/", "www.t.me/"}) {
        if (text.starts_with(host)) text.remove_prefix(host.size());
    }
    if (text.starts_with("s/")) text.remove_prefix(2);
    if (text.starts_with('@')) text.remove_prefix(1);
    text = text.substr(0, text.find_first_of("/?#"));
    bool good = !text.empty() && text.size() <= 64 &&
                std::all_of(text.begin(), text.end(), [](unsigned char c) {
                    return std::isalnum(c) != 0 || c == '_';
                });
    return good ? std::string(text) : std::string();
}

}  // namespace spokeswatch
