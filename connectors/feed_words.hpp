#pragma once

#include <string>
#include <string_view>

// Small readings of what feeds write in their text fields.

namespace spokeswatch {

// Without white space of ASCII at both ends.
std::string_view trim(std::string_view text);
// Runs of white space as one blank, trimmed.
std::string one_line(std::string_view text);
// Own line breaks, without the indentation of the document.
std::string keep_lines(std::string_view text);
// As a browser would flow it; blank lines stay.
std::string reflow(std::string_view text);

// Whether text whose type nobody states is meant as HTML: known tags, end tags or references in it.
bool looks_like_html(std::string_view text);
// A `&...;` that decoding would change.
bool has_reference(std::string_view text);

// "a@b.example (Name)", "Name (a@b.example)", "Name <a@b.example>", "Name": the name, else the
// address.
std::string person_name(std::string_view text);

}  // namespace spokeswatch
