#include "connectors/json_settings.hpp"

#include "text/date_format.hpp"

namespace spokeswatch {

namespace {

constexpr int pages_default = 5;
constexpr int pages_most = 20;

OptionSpec option(std::string name, OptionType type, std::string help, std::string example) {
    OptionSpec spec{std::move(name), type, std::move(help)};
    spec.example = std::move(example);
    return spec;
}

OptionSpec pointer(std::string name, std::string help, std::string example) {
    return option(std::move(name), OptionType::text, std::move(help), std::move(example));
}

OptionSpec fields_option() {
    OptionSpec fields{
        "fields",
        OptionType::mapping,
        "Where each part stands, by JSON Pointer within the item.",
        true};
    fields.keys = {
        pointer("id", "What tells an item from others.", "/id"),
        pointer("url", "Its address; it may be relative.", "/link"),
        pointer("title", "Its title.", "/headline/en"),
        pointer("text", "Its text.", "/lead"),
        pointer("html", "Its text as HTML.", "/body"),
        pointer("published", "When it was published.", "/date"),
        pointer("edited", "When it was last edited.", "/updated"),
        pointer("author", "Who says it.", "/author/name"),
        pointer("lang", "Its language.", "/locale"),
        pointer("media", "Address of a picture, or a list of them.", "/images"),
        pointer("deleted", "Where `true` means that it was taken down.", "/deleted")};
    return fields;
}

OptionSpec next_option() {
    OptionSpec next{
        "next", OptionType::mapping, "Page with older items, read when items were missed."};
    next.keys = {
        pointer("pointer", "Its address, or what to ask it by.", "/paging/next"),
        option("param", OptionType::text, "Parameter of the query that takes it.", "cursor")};
    next.keys[0].required = true;
    next.keys[1].otherwise = "it is an address";
    next.text_key = "pointer";
    next.example = "/paging/next";
    return next;
}

OptionSpec error_option() {
    OptionSpec error{
        "error", OptionType::mapping, "What marks an answer that failed, whatever its status."};
    error.keys = {
        pointer("pointer", "Where it stands.", "/status"),
        option("value", OptionType::text, "The value that means failure.", "error")};
    error.keys[0].required = true;
    error.keys[1].otherwise = "anything but null, false and nothing";
    error.text_key = "pointer";
    error.example = "{pointer: /status, value: error}";
    return error;
}

// "https://x.example/{slug}" as its parts.
std::vector<JsonSettings::Part> read_template(
    const std::string& text, std::vector<OptionFault>& faults
) {
    std::vector<JsonSettings::Part> parts;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('{', at);
        JsonSettings::Part part;
        part.text = text.substr(at, open - at);
        if (open == std::string::npos) {
            parts.push_back(std::move(part));
            break;
        }
        const auto close = text.find('}', open);
        if (close == std::string::npos || close == open + 1) {
            faults.push_back({"template", "a `{` is followed by the name of a member and `}`"});
            break;
        }
        std::string name = text.substr(open + 1, close - open - 1);
        if (!name.starts_with('/')) name.insert(0, "/");
        std::vector<OptionFault> own;
        part.value = JsonPointer::parse("template", name, own);
        for (const OptionFault& fault : own) faults.push_back({"template", fault.message});
        parts.push_back(std::move(part));
        at = close + 1;
    }
    return parts;
}

bool is_named_format(const std::string& format) {
    return format == "rfc3339" || format == "unix" || format == "unix_ms" || format == "auto";
}

}  // namespace

std::vector<OptionSpec> json_options() {
    OptionSpec url =
        option("url", OptionType::url, "Where to ask.", "'https://api.mfa.example/statements'");
    url.required = true;
    OptionSpec method = option("method", OptionType::choice, "How to ask.", "POST");
    method.choices = {"GET", "POST"};
    method.otherwise = "`GET`";
    OptionSpec items =
        pointer("items", "The list, or an object whose values are the items.", "/data/list");
    items.otherwise = "the document";
    OptionSpec format = option(
        "time_format",
        OptionType::text,
        "`auto`, `rfc3339`, `unix`, `unix_ms`, or a form as of strptime.",
        "'%Y-%m-%d %H:%M:%S'"
    );
    format.otherwise = "`auto`";
    OptionSpec pages =
        option("max_pages", OptionType::whole, "Pages of the list that one poll reads.", "3");
    pages.low = 1;
    pages.high = pages_most;
    pages.otherwise = '`' + std::to_string(pages_default) + '`';
    OptionSpec robots =
        option("respect_robots", OptionType::flag, "Ask `robots.txt` of the site first.", "false");
    robots.otherwise = "yes";
    return {
        url,
        method,
        option(
            "headers",
            OptionType::texts,
            "Headers of the request; `{token}` in them is the token.",
            "['Authorization: Bearer {token}']"
        ),
        {"token", OptionType::secret, "A secret that `url`, `headers` or `body` refer to."},
        option("body", OptionType::text, "What to POST.", "'{\"limit\": 20}'"),
        items,
        fields_option(),
        option(
            "template",
            OptionType::text,
            "Address of an item, with names or pointers of its members in braces.",
            "'https://mfa.example/{slug}'"
        ),
        format,
        next_option(),
        pages,
        error_option(),
        option(
            "cursor_param",
            OptionType::text,
            "Asks for newer items alone, by `{last_id}` or `{last_time}`.",
            "'since_id={last_id}'"
        ),
        robots};
}

JsonSettings read_json_settings(const SourceConfig& source) {
    const Options& options = source.options;
    JsonSettings settings;
    auto& faults = settings.faults;
    settings.url = options.text("url");
    settings.lang = source.lang;
    settings.timezone = source.timezone;
    settings.items = JsonPointer::parse("items", options.text("items"), faults);
    const auto place = [&](const char* name) -> std::optional<JsonPointer> {
        if (!options.has(name)) return std::nullopt;
        return JsonPointer::parse(name, options.text(name), faults);
    };
    settings.id = place("fields.id");
    settings.link = place("fields.url");
    settings.title = place("fields.title");
    settings.text = place("fields.text");
    settings.html = place("fields.html");
    settings.published = place("fields.published");
    settings.edited = place("fields.edited");
    settings.author = place("fields.author");
    settings.language = place("fields.lang");
    settings.media = place("fields.media");
    settings.deleted = place("fields.deleted");
    if (!settings.title && !settings.text && !settings.html) {
        faults.push_back({"fields", "an item needs a `title`, a `text` or `html`"});
    }
    settings.address_template = read_template(options.text("template"), faults);
    settings.time_format = options.text("time_format", "auto");
    if (!is_named_format(settings.time_format)) {
        check_date_format("time_format", settings.time_format, faults);
        if (settings.time_format.find('%') == std::string::npos) {
            faults.push_back(
                {"time_format", "this is none of auto, rfc3339, unix, unix_ms, and has no `%`"}
            );
        }
    }
    settings.next = place("next.pointer");
    settings.next_param = options.text("next.param");
    settings.pages_max = static_cast<int>(options.whole("max_pages", pages_default));
    settings.error = place("error.pointer");
    settings.error_place = options.text("error.pointer");
    if (options.has("error.value")) settings.error_value = options.text("error.value");
    settings.cursor_param = options.text("cursor_param");
    const bool asks = settings.cursor_param.find("{last_id}") != std::string::npos ||
                      settings.cursor_param.find("{last_time}") != std::string::npos;
    if (!settings.cursor_param.empty() && !asks) {
        faults.push_back({"cursor_param", "it has neither `{last_id}` nor `{last_time}`"});
    }
    for (const std::string& header : options.texts("headers")) {
        const auto colon = header.find(':');
        if (colon == std::string::npos || colon == 0) {
            faults.push_back({"headers", "a header is written as `Name: value`"});
        }
    }
    return settings;
}

}  // namespace spokeswatch
