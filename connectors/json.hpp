#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// Boost.JSON's value, named here so that its headers stay in json.cpp.
namespace boost::json {
class value;
}

namespace spokeswatch {

inline constexpr std::size_t json_depth_max = 64;
inline constexpr std::size_t json_values_max = 400'000;

// A value of a parsed document: a view that is good as long as its JsonDocument lives. One that is
// absent, null or of another type than is asked for answers everything with nothing.
class Json {
  public:
    Json() = default;
    explicit Json(const boost::json::value* value) : value_(value) {}

    explicit operator bool() const;  // there is one, and it is not null
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;

    // Member of an object; the last of several with one name.
    Json operator[](std::string_view key) const;
    [[nodiscard]] std::vector<Json> items() const;   // of an array
    [[nodiscard]] std::vector<Json> values() const;  // of an object, in its order

    // A string, or a number in decimal. Without NUL.
    [[nodiscard]] std::string text() const;
    // As text(), but nothing for a number beyond 64 bits or with a fraction: reading it has rounded
    // it, and two ids could have become one.
    [[nodiscard]] std::string id() const;
    [[nodiscard]] std::optional<double> number() const;  // finite and not negative
    [[nodiscard]] std::optional<int> pixels() const;     // a length that a picture can have
    [[nodiscard]] bool flag() const;                     // `true`, nothing else

    // The value as JSON, cut at `bytes_max` on a character boundary.
    [[nodiscard]] std::string written(std::size_t bytes_max) const;

  private:
    const boost::json::value* value_ = nullptr;
};

// A parsed document. Movable; views into it stay good.
class JsonDocument {
  public:
    struct Memory;
    explicit JsonDocument(std::unique_ptr<Memory> memory);
    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();

    [[nodiscard]] Json root() const;

  private:
    std::unique_ptr<Memory> memory_;
};

// JSON from outside. Invalid UTF-8 and half surrogate pairs become U+FFFD, a byte order mark is
// passed over. `expected` ("a JSON Feed") is for the message. too_large: over the limits above;
// malformed: anything that is not one JSON value.
Result<JsonDocument> parse_json(std::string_view bytes, std::string_view expected);

}  // namespace spokeswatch
