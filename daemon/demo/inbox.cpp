#include "daemon/demo/inbox.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/crypto.hpp"

namespace spokeswatch::demo {

namespace {

namespace json = boost::json;

ServerResponse text_answer(int status, std::string body) {
    ServerResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

// Every text in a JSON value, in order: what a reader of the message sees.
void collect_text(const json::value& value, std::string& out, int depth = 0) {
    if (depth > 12) return;
    if (value.is_string()) {
        out += std::string(value.get_string()) + '\n';
    } else if (value.is_array()) {
        for (const json::value& item : value.get_array()) collect_text(item, out, depth + 1);
    } else if (value.is_object()) {
        for (const auto& [key, item] : value.get_object()) {
            // The notification line repeats the blocks.
            if (depth == 0 && key == "text") continue;
            collect_text(item, out, depth + 1);
        }
    }
}

std::string text_at(const json::object& object, const char* key) {
    const json::value* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string header_of(const std::string& head, const std::string& name) {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto start = at + name.size() + 4;
    return head.substr(start, head.find("\r\n", start) - start);
}

std::string decode_quoted_printable(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=' || i + 2 >= text.size()) {
            out += text[i];
            continue;
        }
        if (text[i + 1] != '\r') {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        }
        i += 2;
    }
    return out;
}

}  // namespace

ServerResponse Inbox::answer(const ServerRequest& request) {
    if (request.path == "/webhook") return take_webhook(request);
    if (request.path == "/slack") return take_slack(request);
    return text_answer(404, "");
}

ServerResponse Inbox::take_webhook(const ServerRequest& request) {
    Received received;
    received.receiver = "webhook";
    received.id = request.header("webhook-id").value_or("");
    const std::string signed_text =
        received.id + '.' + request.header("webhook-timestamp").value_or("") + '.' + request.body;
    const std::string signature = "v1," + base64(hmac_sha256(webhook_secret_, signed_text));
    if (request.header("webhook-signature").value_or("") != signature) {
        complaints_.push_back("a webhook came with a wrong signature");
        return text_answer(401, "bad signature");
    }
    boost::system::error_code error;
    const json::value value = json::parse(request.body, error);
    if (error || !value.is_object()) return text_answer(400, "not JSON");
    const json::object& root = value.get_object();
    received.update = text_at(root, "type") == "alert.updated";
    const json::object& data = root.at("data").as_object();
    received.rule = text_at(data, "rule");
    received.severity = text_at(data, "severity");
    received.title = text_at(data.at("story").as_object(), "title");
    for (const json::value& evidence : data.at("evidence").as_array()) {
        received.urls.push_back(text_at(evidence.as_object(), "url"));
        received.text += text_at(evidence.as_object(), "text") + '\n';
    }
    keep(std::move(received));
    return text_answer(200, "");
}

ServerResponse Inbox::take_slack(const ServerRequest& request) {
    boost::system::error_code error;
    const json::value value = json::parse(request.body, error);
    if (error) return text_answer(400, "invalid_payload");
    Received received;
    received.receiver = "slack";
    collect_text(value, received.text);
    keep(std::move(received));
    return text_answer(200, "ok");
}

void Inbox::take_mail(const std::string& message) {
    Received received;
    received.receiver = "email";
    received.id = header_of("\r\n" + message, "Message-ID");
    received.text = readable_mail(message);
    keep(std::move(received));
}

void Inbox::keep(Received received) {
    if (!received.id.empty() && !ids_.insert(received.receiver + received.id).second) {
        complaints_.push_back("a " + received.receiver + " message came twice");
    }
    told_(received);
    received_.push_back(std::move(received));
}

std::string readable_mail(const std::string& message) {
    std::string out;
    std::size_t at = 0;
    // Every part that names a coding; the text part alone is read, the HTML repeats it.
    while ((at = message.find("Content-Type: text/plain", at)) != std::string::npos) {
        const auto body = message.find("\r\n\r\n", at);
        if (body == std::string::npos) break;
        const auto head_start = message.rfind("\r\n\r\n", at);
        const std::string head =
            message.substr(head_start == std::string::npos ? 0 : head_start, body - head_start);
        auto end = message.find("\r\n--", body);
        if (end == std::string::npos) end = message.size();
        std::string text = message.substr(body + 4, end - body - 4);
        if (head.find("base64") != std::string::npos) {
            std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
            text = base64_decode(text).value_or("");
        } else if (head.find("quoted-printable") != std::string::npos) {
            text = decode_quoted_printable(text);
        }
        out += text;
        at = end;
    }
    return out;
}

}  // namespace spokeswatch::demo
