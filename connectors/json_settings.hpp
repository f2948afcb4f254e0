#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "connectors/json_pointer.hpp"

namespace spokeswatch {

// The options of a json_api, read once.
struct JsonSettings {
    std::string url;  // with placeholders
    std::string lang;
    JsonPointer items;
    std::optional<JsonPointer> id, link, text, html, title, published, edited, author, language,
        media, deleted;
    // The address of an item: texts, and between them pointers into the item.
    struct Part {
        std::string text;
        std::optional<JsonPointer> value;  // behind the text
    };
    std::vector<Part> address_template;
    std::string time_format;  // rfc3339 unix unix_ms auto, or of strptime
    std::string timezone;
    std::optional<JsonPointer> next;
    std::string next_param;  // empty: `next` is an address
    int pages_max = 1;
    std::optional<JsonPointer> error;
    std::optional<std::string> error_value;  // none: the answer failed where there is anything
    std::string error_place;                 // as configured, for messages
    std::string cursor_param;                // "since={last_id}"
    std::vector<OptionFault> faults;
};

std::vector<OptionSpec> json_options();
JsonSettings read_json_settings(const SourceConfig& source);

}  // namespace spokeswatch
