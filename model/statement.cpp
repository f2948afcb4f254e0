#include "model/statement.hpp"

#include <array>
#include <limits>
#include <utility>

#include <boost/json.hpp>

#include "base/utf8.hpp"
#include "model/enum_names.hpp"

namespace spokeswatch {

namespace json = boost::json;

namespace {

constexpr EnumNames<6> form_names{"post", "reply", "repost", "quote", "article", "service"};
constexpr EnumNames<5> precision_names{"us", "s", "min", "day", "guessed"};

// A line of a data verb: text and markup at their limits, escaped, with room to spare.
constexpr std::size_t input_bytes_max = 8 << 20;
constexpr std::size_t input_depth_max = 32;

// ---- Writing -------------------------------------------------------------------------------

void put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object.emplace(key, text);
}

void put(json::object& object, std::string_view key, const std::optional<Time>& time) {
    if (time) object.emplace(key, format_time(*time));
}

void put(json::object& object, std::string_view key, bool flag) {
    if (flag) object.emplace(key, true);
}

void put(json::object& object, std::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) object.emplace(key, json::array(texts.begin(), texts.end()));
}

template <typename Number>
void put_number(json::object& object, std::string_view key, const std::optional<Number>& number) {
    if (number) object.emplace(key, *number);
}

void put(json::object& object, std::string_view key, const std::vector<Media>& media) {
    if (media.empty()) return;
    json::array items;
    for (const Media& each : media) {
        json::object item;
        put(item, "kind", each.kind);
        put(item, "url", each.url);
        put(item, "thumb", each.thumb);
        put(item, "alt", each.alt);
        put(item, "mime", each.mime);
        put_number(item, "w", each.w);
        put_number(item, "h", each.h);
        put_number(item, "duration_s", each.duration_s);
        items.push_back(std::move(item));
    }
    object.emplace(key, std::move(items));
}

void put(json::object& object, std::string_view key, const std::optional<Reference>& reference) {
    if (!reference) return;
    json::object item;
    put(item, "native_id", reference->native_id);
    put(item, "url", reference->url);
    put(item, "author_handle", reference->author_handle);
    put(item, "author_name", reference->author_name);
    put(item, "text", reference->text);
    object.emplace(key, std::move(item));
}

// ---- Reading -------------------------------------------------------------------------------

std::string_view type_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "a truth value";
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::double_:
            return "a number";
        case json::kind::string:
            return "a text";
        case json::kind::array:
            return "a list";
        case json::kind::object:
            return "an object";
    }
    return "something else";
}

// Takes the known keys out of one object. The first thing that is wrong goes to `problem`, with the
// path of its key; what follows is still read, to no effect.
class Reader {
  public:
    Reader(const json::object& object, std::string path, std::string& problem)
        : object_(object), path_(std::move(path)), problem_(problem) {}

    // The value of a key; nullptr when it is absent or null, which mean the same.
    [[nodiscard]] const json::value* find(std::string_view key) const {
        const json::value* value = object_.if_contains(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    void read(std::string_view key, std::string& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        if (const json::string* text = value->if_string())
            out = repair_utf8(*text);
        else
            refuse(path_ + std::string(key), "a text", *value);
    }

    void read_without_sign(std::string_view key, std::string& out, char sign) const {
        read(key, out);
        if (out.starts_with(sign)) out.erase(0, 1);
    }

    // An id is text; a whole number is taken for its digits. Beyond 64 bits the digits are lost
    // before anybody could see them, so such a number is refused.
    void read_id(std::string_view key, std::string& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        if (const std::int64_t* number = value->if_int64())
            out = std::to_string(*number);
        else if (const std::uint64_t* large = value->if_uint64())
            out = std::to_string(*large);
        else if (const json::string* text = value->if_string())
            out = repair_utf8(*text);
        else
            refuse(path_ + std::string(key), "a text or a whole number of at most 64 bits", *value);
    }

    void read(std::string_view key, bool& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        if (const bool* flag = value->if_bool())
            out = *flag;
        else
            refuse(path_ + std::string(key), "true or false", *value);
    }

    void read(std::string_view key, std::optional<Time>& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        if (const json::string* text = value->if_string()) out = parse_time(*text);
        if (!out) refuse(path_ + std::string(key), "a time like \"2023-03-17T09:00:00Z\"", *value);
    }

    void read(std::string_view key, std::optional<int>& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        const std::int64_t* number = value->if_int64();
        if (number != nullptr && *number >= 0 && *number <= std::numeric_limits<int>::max())
            out = static_cast<int>(*number);
        else
            refuse(path_ + std::string(key), "a whole number", *value);
    }

    void read(std::string_view key, std::optional<double>& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        if (value->is_number())
            out = value->to_number<double>();
        else
            refuse(path_ + std::string(key), "a number", *value);
    }

    void read(std::string_view key, std::vector<std::string>& out, char sign = '\0') const {
        for_each(key, "a text", [&](const std::string& path, const json::value& item) {
            const json::string* text = item.if_string();
            if (text == nullptr) return refuse(path, "a text", item);
            out.push_back(repair_utf8(*text));
            if (sign != '\0' && out.back().starts_with(sign)) out.back().erase(0, 1);
        });
    }

    void read(std::string_view key, std::vector<Media>& out) const {
        for_each(key, "an object", [&](const std::string& path, const json::value& item) {
            const json::object* object = item.if_object();
            if (object == nullptr) return refuse(path, "an object", item);
            const Reader reader(*object, path + '.', problem_);
            Media& media = out.emplace_back();
            reader.read("kind", media.kind);
            reader.read("url", media.url);
            reader.read("thumb", media.thumb);
            reader.read("alt", media.alt);
            reader.read("mime", media.mime);
            reader.read("w", media.w);
            reader.read("h", media.h);
            reader.read("duration_s", media.duration_s);
        });
    }

    void read(std::string_view key, std::optional<Reference>& out) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        const json::object* object = value->if_object();
        if (object == nullptr) return refuse(path_ + std::string(key), "an object", *value);
        const Reader reader(*object, path_ + std::string(key) + '.', problem_);
        Reference& reference = out.emplace();
        reader.read_id("native_id", reference.native_id);
        reader.read("url", reference.url);
        reader.read_without_sign("author_handle", reference.author_handle, '@');
        reader.read("author_name", reference.author_name);
        reader.read("text", reference.text);
    }

    // One of `names`, given as `expected` in the message.
    template <typename Enum, std::size_t size>
    void read(std::string_view key, Enum& out, const EnumNames<size>& names) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        const json::string* text = value->if_string();
        const auto known = text == nullptr ? std::nullopt : enum_value<Enum>(names, *text);
        if (known) {
            out = *known;
            return;
        }
        std::string expected = "one of";
        for (const std::string_view name : names) expected.append(" ").append(name);
        refuse(path_ + std::string(key), expected, *value);
    }

    void refuse(const std::string& path, std::string_view expected, const json::value& got) const {
        if (!problem_.empty()) return;
        problem_ = path + ": expected " + std::string(expected) + ", got ";
        if (got.is_string())
            problem_ += '"' + repair_utf8(got.get_string().subview(0, 60)) + '"';
        else
            problem_ += type_name(got);
    }

  private:
    void for_each(std::string_view key, std::string_view item_type, const auto& take) const {
        const json::value* value = find(key);
        if (value == nullptr) return;
        const std::string path = path_ + std::string(key);
        const json::array* items = value->if_array();
        if (items == nullptr)
            return refuse(path, "a list with " + std::string(item_type) + " in each place", *value);
        for (std::size_t at = 0; at < items->size(); ++at)
            take(path + '[' + std::to_string(at) + ']', (*items)[at]);
    }

    const json::object& object_;
    std::string path_;
    std::string& problem_;
};

void read_language(const Reader& reader, Statement& out) {
    enum class Origin { declared, detected };
    reader.read("lang", out.lang);
    // A language without a word of where it came from was written down by somebody.
    Origin origin = Origin::declared;
    reader.read("lang_source", origin, EnumNames<2>{"declared", "detected"});
    out.lang_declared = !out.lang.empty() && origin == Origin::declared;
}

Statement read_statement(const Reader& reader) {
    Statement out;
    reader.read("source", out.source);
    reader.read("kind", out.kind);
    reader.read("account_key", out.account_key);
    reader.read_id("native_id", out.native_id);
    reader.read("form", out.form, form_names);
    reader.read("url", out.url);
    reader.read_without_sign("author_handle", out.author_handle, '@');
    reader.read("author_name", out.author_name);
    reader.read_id("author_id", out.author_id);
    reader.read("title", out.title);
    reader.read("text", out.text);
    reader.read("html", out.html);
    reader.read("spoiler", out.spoiler);
    read_language(reader, out);
    reader.read("published_at", out.published_at);
    reader.read("published_precision", out.published_precision, precision_names);
    reader.read("edited_at", out.edited_at);
    out.edited = out.edited_at.has_value();
    reader.read("edited", out.edited);
    std::optional<Time> observed_at;
    reader.read("observed_at", observed_at);
    out.observed_at = observed_at.value_or(Time{});
    reader.read("media", out.media);
    reader.read("links", out.links);
    reader.read("tags", out.tags, '#');
    reader.read("mentions", out.mentions, '@');
    reader.read("reply_to", out.reply_to);
    reader.read("repost_of", out.repost_of);
    reader.read("quote_of", out.quote_of);
    reader.read("partial", out.partial);
    reader.read("late", out.late);
    return out;
}

}  // namespace

std::string_view to_string(Form form) { return enum_name(form_names, form); }
std::optional<Form> parse_form(std::string_view text) { return enum_value<Form>(form_names, text); }

std::string_view to_string(Precision precision) { return enum_name(precision_names, precision); }
std::optional<Precision> parse_precision(std::string_view text) {
    return enum_value<Precision>(precision_names, text);
}

std::string to_json(const Statement& statement, bool with_html) {
    json::object out;
    put(out, "source", statement.source);
    put(out, "kind", statement.kind);
    put(out, "account_key", statement.account_key);
    put(out, "native_id", statement.native_id);
    out.emplace("form", to_string(statement.form));
    put(out, "url", statement.url);
    put(out, "author_handle", statement.author_handle);
    put(out, "author_name", statement.author_name);
    put(out, "author_id", statement.author_id);
    put(out, "title", statement.title);
    // Always there, so that every line that is written can be read back by `match`.
    out.emplace("text", statement.text);
    if (with_html) put(out, "html", statement.html);
    put(out, "spoiler", statement.spoiler);
    put(out, "lang", statement.lang);
    if (!statement.lang.empty())
        out.emplace("lang_source", statement.lang_declared ? "declared" : "detected");
    put(out, "published_at", statement.published_at);
    if (statement.published_at)
        out.emplace("published_precision", to_string(statement.published_precision));
    put(out, "edited_at", statement.edited_at);
    put(out, "edited", statement.edited);
    if (statement.observed_at != Time{})
        put(out, "observed_at", std::optional(statement.observed_at));
    put(out, "media", statement.media);
    put(out, "links", statement.links);
    put(out, "tags", statement.tags);
    put(out, "mentions", statement.mentions);
    put(out, "reply_to", statement.reply_to);
    put(out, "repost_of", statement.repost_of);
    put(out, "quote_of", statement.quote_of);
    put(out, "partial", statement.partial);
    put(out, "late", statement.late);
    return json::serialize(out);
}

StatementInput statement_from_json(std::string_view text) {
    StatementInput out;
    if (text.size() > input_bytes_max) {
        out.problem = "longer than 8 MiB";
        return out;
    }
    json::parse_options options;
    options.max_depth = input_depth_max;
    json::error_code error;
    std::string mended;
    if (text.find("\\u") != std::string_view::npos) text = mended = mend_surrogate_escapes(text);
    // The document lives shorter than this call: its parts need not be freed one by one.
    std::array<unsigned char, 4096> buffer{};
    json::monotonic_resource memory(buffer.data(), buffer.size());
    const json::value document = json::parse(text, error, &memory, options);
    if (error) {
        out.problem = "not valid JSON: " + error.message();
        return out;
    }
    const json::object* object = document.if_object();
    if (object == nullptr) {
        out.problem = "expected an object, got " + std::string(type_name(document));
        return out;
    }
    const Reader reader(*object, "", out.problem);
    Statement statement = read_statement(reader);
    out.text_given = reader.find("text") != nullptr;
    out.html_given = reader.find("html") != nullptr;
    out.source_given = reader.find("source") != nullptr;
    reader.read("deleted_at", out.deleted_at);
    if (out.problem.empty()) out.statement = std::move(statement);
    return out;
}

}  // namespace spokeswatch
