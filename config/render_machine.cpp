#include "config/render_machine.hpp"

#include <boost/json.hpp>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

const char* word_of(Level level) { return level == Level::error ? "error" : "warning"; }

json::object place(const Span& span) {
    return {
        {"file", repair_utf8(span.file->path)},
        {"line", span.line},
        {"column", span.column},
        {"end", span.column + span.length}};
}

json::array texts(const std::vector<std::string>& from) {
    json::array out;
    for (const std::string& text : from) out.emplace_back(repair_utf8(text));
    return out;
}

// What to do: the word beside the caret, then the rest.
std::vector<std::string> hints_of(const Diagnostic& fault) {
    std::vector<std::string> out;
    if (!fault.label.empty()) out.push_back(fault.label);
    out.insert(out.end(), fault.helps.begin(), fault.helps.end());
    return out;
}

json::object object_of(const Diagnostic& fault) {
    json::object out{{"severity", word_of(fault.level)}, {"code", fault.code}};
    for (auto& member : place(fault.span)) out[member.key()] = std::move(member.value());
    out["message"] = repair_utf8(fault.message);
    out["hints"] = texts(hints_of(fault));
    out["notes"] = texts(fault.notes);
    json::array related;
    for (const Diagnostic::Secondary& other : fault.secondary) {
        json::object one = place(other.span);
        one["message"] = repair_utf8(other.label);
        related.push_back(std::move(one));
    }
    out["related"] = std::move(related);
    return out;
}

// Workflow commands escape what would end a value.
std::string escaped(const std::string& text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%')
            out += "%25";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else if (property && c == ':')
            out += "%3A";
        else if (property && c == ',')
            out += "%2C";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::string render_json(const std::vector<const Diagnostic*>& faults) {
    std::string out = "[";
    for (const Diagnostic* fault : faults)
        out += (out.size() > 1 ? ",\n " : "") + json::serialize(object_of(*fault));
    return out + "]\n";
}

std::string render_github(const std::vector<const Diagnostic*>& faults) {
    std::string out;
    for (const Diagnostic* fault : faults) {
        std::string message = visible_text(fault->message);
        for (const std::string& hint : hints_of(*fault)) message += '\n' + visible_text(hint);
        for (const std::string& note : fault->notes) message += '\n' + visible_text(note);
        for (const Diagnostic::Secondary& other : fault->secondary)
            message += '\n' + visible_text(other.label) + " (" +
                       visible_text(other.span.file->path) + ':' + std::to_string(other.span.line) +
                       ')';
        out += std::string("::") + word_of(fault->level) +
               " file=" + escaped(visible_text(fault->span.file->path), true) +
               ",line=" + std::to_string(fault->span.line) +
               ",col=" + std::to_string(fault->span.column) +
               ",endColumn=" + std::to_string(fault->span.column + fault->span.length) +
               ",title=" + escaped(fault->code, true) + "::" + escaped(message, false) + '\n';
    }
    return out;
}

}  // namespace spokeswatch
