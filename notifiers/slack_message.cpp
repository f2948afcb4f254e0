#include "notifiers/slack_message.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/utf8.hpp"
#include "text/truncate.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

constexpr std::size_t context_units_max = 400;  // ten of them leave room for the texts
constexpr std::size_t line_units_max = 300;
constexpr std::size_t statement_units_min = 200;
constexpr std::size_t event_units_max = 600;

std::size_t escaped_units(std::string_view text) { return utf16_units(escape_slack(text)); }

std::string fitted(std::string_view text, std::size_t units_max) {
    return escape_slack(truncate(text, units_max, escaped_units));
}

// rich_text is literal. A `<` that would begin a mention or a link elsewhere gets a zero-width
// space behind it, so that it stays dull in every client and bridge that reads the blocks.
std::string literal(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        if (text[i] == '<' && i + 1 < text.size() && text[i + 1] != ' ') out += "\u200b";
    }
    return out;
}

std::size_t literal_units(std::string_view text) { return utf16_units(literal(text)); }

json::object plain_text(std::string text) {
    return {{"type", "plain_text"}, {"text", std::move(text)}, {"emoji", false}};
}

// Blocks under Slack's limits.
class Blocks {
  public:
    void header(std::string_view text) {
        std::string shown = fitted(text, slack::header_units_max);
        list_.push_back(json::object{{"type", "header"}, {"text", plain_text(std::move(shown))}});
    }
    void section(std::string_view text, std::size_t units_max) {
        std::string shown = fitted(text, units_max);
        list_.push_back(json::object{{"type", "section"}, {"text", plain_text(std::move(shown))}});
    }
    void mentions(const std::string& markup) {
        json::object text{{"type", "mrkdwn"}, {"text", markup}};
        list_.push_back(json::object{{"type", "section"}, {"text", std::move(text)}});
    }
    void context(const std::string& text) {
        std::string shown = fitted(text, context_units_max);
        json::array elements{plain_text(std::move(shown))};
        list_.push_back(json::object{{"type", "context"}, {"elements", std::move(elements)}});
    }
    void statement(const MessageStatement& statement, std::size_t units_max) {
        std::vector<Piece> pieces = statement.title;
        if (!pieces.empty() && !statement.text.empty()) pieces.push_back({"\n", false});
        pieces.insert(pieces.end(), statement.text.begin(), statement.text.end());
        if (pieces.empty()) return;
        json::array elements;
        constexpr std::size_t isolate_units = 2;
        for (const Piece& piece : isolated(cut(pieces, units_max - isolate_units, literal_units))) {
            std::string shown = literal(piece.text);
            json::object element{{"type", "text"}, {"text", std::move(shown)}};
            if (piece.marked) element["style"] = json::object{{"bold", true}};
            elements.push_back(std::move(element));
        }
        json::object section{{"type", "rich_text_section"}, {"elements", std::move(elements)}};
        json::array sections{std::move(section)};
        list_.push_back(json::object{{"type", "rich_text"}, {"elements", std::move(sections)}});
    }
    void link(const std::string& url) {
        if (url.empty() || utf16_units(url) > slack::url_units_max) return;
        json::object button{
            {"type", "button"},
            {"text", plain_text("Open statement")},
            {"url", url},
            {"action_id", "open_" + std::to_string(++links_)},
        };
        json::array elements{std::move(button)};
        list_.push_back(json::object{{"type", "actions"}, {"elements", std::move(elements)}});
    }
    json::array take() { return std::move(list_); }

  private:
    json::array list_;
    int links_ = 0;
};

std::string facts(const MessageAlert& alert, const MessageStatement& statement) {
    std::string text = std::string(to_string(alert.severity)) + " · rule " + alert.rule + " · " +
                       statement.who + " · " + statement.from + " · " + statement.times;
    return statement.matched.empty() ? text : text + " · matched: " + statement.matched;
}

std::size_t statements_in(const Message& message) {
    std::size_t count = 0;
    for (const MessageAlert& alert : message.alerts) count += alert.statements.size();
    return count;
}

// What each statement's text may take, when everything else takes its most.
std::size_t statement_units_max(const Message& message, std::size_t mention_units) {
    const std::size_t statements = std::max<std::size_t>(statements_in(message), 1);
    const std::size_t small = 30;  // a button, a count
    const std::size_t others = 2 * slack::header_units_max + mention_units +
                               message.alerts.size() * (line_units_max + small) +
                               statements * (context_units_max + small);
    const std::size_t left =
        others < slack::all_text_units_max ? slack::all_text_units_max - others : 0;
    return std::clamp(left / statements, statement_units_min, slack::section_units_max);
}

// For the notification on a phone and for screen readers.
std::string fallback(const Message& message) {
    std::string text = message.title;
    for (const MessageAlert& alert : message.alerts) {
        if (message.alerts.size() > 1) text += "\n" + alert.heading;
        if (message.alerts.size() == 1 && !alert.statements.empty())
            text += "\n" + joined(alert.statements.back().text);
    }
    return fitted(text, slack::fallback_units_max);
}

std::string counted(std::size_t count, const std::string& what) {
    return "+" + std::to_string(count) + " more " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string escape_slack(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string slack_body(const Message& message, const std::vector<std::string>& mentions) {
    std::string mention;
    for (const std::string& one : mentions) mention += (mention.empty() ? "" : " ") + one;
    const std::size_t text_units_max = statement_units_max(message, utf16_units(mention));

    Blocks blocks;
    blocks.header(message.title);
    if (!mention.empty()) blocks.mentions(mention);
    if (!message.delayed.empty()) blocks.section(message.delayed, slack::header_units_max);
    for (const MessageAlert& alert : message.alerts) {
        std::string line = message.alerts.size() > 1 ? alert.heading : "";
        if (!alert.change.empty()) line += (line.empty() ? "" : "\n") + alert.change;
        if (!line.empty()) blocks.section(line, line_units_max);
        for (const MessageStatement& statement : alert.statements) {
            blocks.statement(statement, text_units_max);
            blocks.context(facts(alert, statement));
            blocks.link(statement.link);
        }
        if (alert.more_statements > 0) blocks.context(counted(alert.more_statements, "statement"));
    }
    for (const std::string& event : message.events) blocks.section(event, event_units_max);
    if (message.more_events > 0) blocks.context(counted(message.more_events, "event"));
    if (message.more_alerts > 0) blocks.context(counted(message.more_alerts, "alert"));

    json::object body{
        {"text", fallback(message)},
        {"blocks", blocks.take()},
        {"unfurl_links", false},
        {"unfurl_media", false},
    };
    return json::serialize(body);
}

std::string slack_minimal_body(const Message& message) {
    json::object body{
        {"text", escape_slack(minimal_text(message))},
        {"mrkdwn", false},
        {"unfurl_links", false},
        {"unfurl_media", false},
    };
    return json::serialize(body);
}

}  // namespace spokeswatch
