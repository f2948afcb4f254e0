#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/json.hpp"
#include "connectors/option_faults.hpp"

namespace spokeswatch {

// A place in a JSON document (RFC 6901): "" is the document, "/a/0/b~1c" a member of a member.
class JsonPointer {
  public:
    // The value of an option; what is wrong with it is added and the pointer then finds nothing.
    static JsonPointer parse(
        const std::string& option, std::string_view text, std::vector<OptionFault>& faults
    );

    // Nothing where there is no such place. An index has no leading zeros, and `-` is none.
    [[nodiscard]] Json find(Json root) const;

  private:
    std::vector<std::string> steps_;
    bool good_ = false;
};

}  // namespace spokeswatch
