#include "connectors/json.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

#include "base/utf8.hpp"
#include "connectors/node.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

constexpr double pixels_max = 1'000'000;

// An upper bound of the number of values, so that `[[[],[],...` costs no memory.
std::size_t values_at_most(std::string_view text) {
    std::size_t count = 1;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (quoted) {
            if (c == '\\') ++at;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',' || c == '[' || c == '{') {
            ++count;
        }
    }
    return count;
}

}  // namespace

Json::operator bool() const { return value_ != nullptr && !value_->is_null(); }

bool Json::is_object() const { return value_ != nullptr && value_->is_object(); }

bool Json::is_array() const { return value_ != nullptr && value_->is_array(); }

Json Json::operator[](std::string_view key) const {
    const json::object* object = value_ == nullptr ? nullptr : value_->if_object();
    return Json(object == nullptr ? nullptr : object->if_contains(key));
}

std::vector<Json> Json::items() const {
    std::vector<Json> all;
    const json::array* array = value_ == nullptr ? nullptr : value_->if_array();
    if (array == nullptr) return all;
    all.reserve(array->size());
    for (const json::value& item : *array) all.emplace_back(&item);
    return all;
}

std::vector<Json> Json::values() const {
    std::vector<Json> all;
    const json::object* object = value_ == nullptr ? nullptr : value_->if_object();
    if (object == nullptr) return all;
    all.reserve(object->size());
    for (const auto& member : *object) all.emplace_back(&member.value());
    return all;
}

std::string Json::text() const {
    if (value_ != nullptr && value_->is_double() && std::isfinite(value_->get_double())) {
        return json::serialize(*value_);
    }
    return id();
}

std::string Json::id() const {
    if (value_ == nullptr) return {};
    if (const json::string* string = value_->if_string()) {
        std::string text(*string);
        std::erase(text, '\0');
        return text;
    }
    if (value_->is_int64()) return std::to_string(value_->get_int64());
    if (value_->is_uint64()) return std::to_string(value_->get_uint64());
    return {};
}

std::optional<double> Json::number() const {
    if (value_ == nullptr || !value_->is_number()) return std::nullopt;
    double number = value_->to_number<double>();
    return std::isfinite(number) && number >= 0 ? std::optional(number) : std::nullopt;
}

std::optional<int> Json::pixels() const {
    auto length = number();
    if (!length || *length < 1 || *length > pixels_max) return std::nullopt;
    return static_cast<int>(*length);
}

bool Json::flag() const { return value_ != nullptr && value_->is_bool() && value_->get_bool(); }

std::string Json::written(std::size_t bytes_max) const {
    if (value_ == nullptr) return {};
    std::string text = json::serialize(*value_);
    text.resize(cut_text(text, bytes_max).size());
    return text;
}

struct JsonDocument::Memory {
    json::monotonic_resource resource;
    std::optional<json::value>
        root;  // made in `resource`: an assignment would copy it out of there
};

JsonDocument::JsonDocument(std::unique_ptr<Memory> memory) : memory_(std::move(memory)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Json JsonDocument::root() const { return Json(&*memory_->root); }

Result<JsonDocument> parse_json(std::string_view bytes, std::string_view expected) {
    const std::string what = "expected " + std::string(expected) + ", got ";
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (values_at_most(bytes) > json_values_max) {
        return Error{ErrorKind::too_large, what + "JSON with too many values"};
    }
    std::string text = valid_utf8(bytes) ? std::string(bytes) : repair_utf8(bytes);
    json::parse_options options;
    options.max_depth = json_depth_max;
    json::error_code failure;
    auto memory = std::make_unique<JsonDocument::Memory>();
    memory->root.emplace(
        json::parse(mend_surrogate_escapes(text), failure, &memory->resource, options)
    );
    if (failure) {
        return Error{
            failure == json::error::too_deep ? ErrorKind::too_large : ErrorKind::malformed,
            what + "JSON that does not parse: " + failure.message()};
    }
    return JsonDocument(std::move(memory));
}

}  // namespace spokeswatch
