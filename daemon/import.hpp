#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/config.hpp"
#include "daemon/probe.hpp"

namespace spokeswatch {

inline constexpr std::size_t imported_max = 10'000;  // addresses of one file; further ones are left

// One thing that another program watches.
struct Imported {
    std::string url;
    std::string title;  // may be empty
    std::string group;  // the folder or tag it stood in; may be empty
    bool page = false;  // a page whose changes were watched: a source only once its feed is known
};

struct Import {
    std::vector<Imported> found;
    std::vector<std::string> left_out;  // what cannot be watched, and why
};

// Lists of other programs. malformed: the bytes are no such list.
//
// OPML: every outline with an `xmlUrl`; the outlines around it are its group.
Result<Import> import_opml(std::string_view bytes);
// urlwatch's urls.yaml: one job a document, of which those with a `url` are taken.
Result<Import> import_urlwatch(std::string_view bytes);
// changedetection.io's url-watches.json, the answer of its API, or its list of one address a line.
Result<Import> import_changedetection(std::string_view bytes);

// Sources of the configuration with names of their own. Pages stand below as comments, because
// only their feed, or what is to be selected in them, makes them a source.
std::string sources_yaml(const Import& import);

// The feeds among the sources as OPML 2.0.
std::string export_opml(const Config& config);

}  // namespace spokeswatch
