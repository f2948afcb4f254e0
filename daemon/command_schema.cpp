#include <iostream>

#include "base/log.hpp"
#include "config/explanations.hpp"
#include "config/json_schema.hpp"
#include "config/reference.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"

namespace spokeswatch {

int run_schema(const SchemaOptions& options) {
    if (options.format == "json") {
        std::cout << (options.test ? json_schema_of_tests() : json_schema(kind_specs()));
        return exit_ok;
    }
    if (options.test) {
        std::cerr << "spokeswatch: the manual tells of tests too: leave --test out\n";
        return exit_usage;
    }
    std::cout << configuration_page(kind_specs()).markdown();
    return exit_ok;
}

int run_explain(const std::string& code) {
    if (const Explanation* explanation = explanation_of(code)) {
        std::cout << explained(*explanation);
        return exit_ok;
    }
    std::vector<std::string> codes;
    for (const Explanation& explanation : explanations()) codes.emplace_back(explanation.code);
    const std::string near = nearest(code, codes);
    std::cerr << "spokeswatch: no code is " << cited(printable(code))
              << (near.empty() ? "" : "; did you mean " + cited(near) + "?")
              << "\ncodes: " << codes.front() << " to " << codes.back() << '\n';
    return exit_usage;
}

}  // namespace spokeswatch
