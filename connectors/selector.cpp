#include "connectors/selector.hpp"

#include <libxml/xpath.h>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view xpath_mark = "xpath:";

struct FreeContext {
    void operator()(xmlXPathContext* context) const { xmlXPathFreeContext(context); }
};
struct FreeObject {
    void operator()(xmlXPathObject* object) const { xmlXPathFreeObject(object); }
};
using Context = std::unique_ptr<xmlXPathContext, FreeContext>;
using Object = std::unique_ptr<xmlXPathObject, FreeObject>;

// libxml2 prints errors unless somebody takes them.
void keep_place(void* place, xmlErrorPtr error) {
    *static_cast<int*>(place) = error == nullptr ? 0 : error->int1;
}

Context new_context(xmlDoc* document, int* place) {
    Context context(xmlXPathNewContext(document));
    if (context) {
        context->error = keep_place;
        context->userData = place;
    }
    return context;
}

std::string text_of(const xmlChar* text) {
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

}  // namespace

Selector Selector::compile(std::string_view text, std::optional<SelectorProblem>& problem) {
    problem.reset();
    std::string expression;
    std::size_t skipped = 0;
    const bool is_xpath =
        text.starts_with('/') || text.starts_with("./") || text.starts_with(xpath_mark);
    if (is_xpath) {
        if (text.starts_with(xpath_mark)) skipped = xpath_mark.size();
        expression = text.substr(skipped);
        const bool has_nul = expression.find('\0') != std::string::npos;
        if (expression.size() > selector_bytes_max || !valid_utf8(expression) || has_nul) {
            problem = SelectorProblem{"a selector is UTF-8 text of at most 4 KiB", 0, 1};
            return {};
        }
    } else {
        expression = css_to_xpath(text, problem);
        if (problem) return {};
    }
    int place = 0;
    const Context context = new_context(nullptr, &place);
    xmlXPathCompExpr* compiled =
        xmlXPathCtxtCompile(context.get(), reinterpret_cast<const xmlChar*>(expression.c_str()));
    if (compiled == nullptr) {
        if (!is_xpath) {
            problem = SelectorProblem{"this selector is too long", 0, code_points(text)};
        } else {
            const auto at = std::min(expression.size(), static_cast<std::size_t>(place));
            problem = SelectorProblem{
                "this is no XPath 1.0 expression", code_points(text.substr(0, skipped + at)), 1};
        }
        return {};
    }
    Selector selector;
    selector.compiled_ = std::shared_ptr<void>(compiled, [](void* expression_of) {
        xmlXPathFreeCompExpr(static_cast<xmlXPathCompExpr*>(expression_of));
    });
    return selector;
}

Result<std::vector<Selector::Found>> Selector::find(Node from, SelectorBudget& budget) const {
    std::vector<Found> found;
    if (compiled_ == nullptr || !from) return found;
    const Error used_up{ErrorKind::too_large, "the page is too complex for its selectors"};
    if (budget.steps == 0) return used_up;
    int place = 0;
    const Context context = new_context(from.node_->doc, &place);
    if (!context) return found;
    context->opLimit = budget.steps;
    // The root is found from the document.
    xmlNode* start = from.node_;
    if (!from.parent()) start = reinterpret_cast<xmlNode*>(from.node_->doc);
    context->node = start;
    const Object result(
        xmlXPathCompiledEval(static_cast<xmlXPathCompExpr*>(compiled_.get()), context.get())
    );
    const bool spent = context->opCount >= budget.steps;
    budget.steps -= spent ? budget.steps : context->opCount;
    if (!result && spent) return used_up;
    if (!result) return found;  // of no meaning here, as a variable that nobody has
    if (result->type != XPATH_NODESET) {
        xmlChar* text = xmlXPathCastToString(result.get());
        found.push_back({Node(), text_of(text)});
        xmlFree(text);
        return found;
    }
    const xmlNodeSet* nodes = result->nodesetval;
    for (int i = 0; nodes != nullptr && i < nodes->nodeNr; ++i) {
        xmlNode* node = nodes->nodeTab[i];
        if (node->type == XML_ELEMENT_NODE) {
            found.push_back({Node(node), ""});
        } else if (node->type == XML_ATTRIBUTE_NODE || node->type == XML_TEXT_NODE) {
            xmlChar* text = xmlXPathCastNodeToString(node);
            found.push_back({Node(), text_of(text)});
            xmlFree(text);
        }
    }
    return found;
}

}  // namespace spokeswatch
