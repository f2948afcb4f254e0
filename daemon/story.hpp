#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/statement.hpp"

namespace spokeswatch {

// How long after its last statement a story takes in another one.
inline constexpr std::chrono::hours story_window{72};

struct StoryKeyText {
    std::string key;
    std::string reason;
};

// Equal for equal normalised texts; empty for one that is too short to say anything.
std::string text_key(const Statement& statement);

// What makes two statements one story: equal normalised text, or an equal canonical URL. Short
// texts ("Statement.") and addresses of front pages make no key: a wrong merge hides an alert.
std::vector<StoryKeyText> story_keys(const Statement& statement);

// Title of a story: the statement's title, else its first sentence; one clean line.
std::string story_title(const Statement& statement);

}  // namespace spokeswatch
