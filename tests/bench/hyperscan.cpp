#include "tests/bench/hyperscan.hpp"

#ifdef SPOKESWATCH_HYPERSCAN
#include <hs/hs.h>
#endif

namespace spokeswatch::testing {

#ifdef SPOKESWATCH_HYPERSCAN

struct Hyperscan::Impl {
    ~Impl() {
        hs_free_scratch(scratch);
        hs_free_database(database);
    }
    hs_database_t* database = nullptr;
    hs_scratch_t* scratch = nullptr;
    std::vector<std::size_t> lengths;
};

namespace {

struct Search {
    const std::string* text = nullptr;
    const std::vector<std::size_t>* lengths = nullptr;
    std::size_t found = 0;
};

int on_hit(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
    Search& search = *static_cast<Search*>(context);
    const std::string& text = *search.text;
    const std::size_t length = (*search.lengths)[id];
    const std::size_t start = end - length;
    if ((start == 0 || text[start - 1] == ' ') && (end == text.size() || text[end] == ' '))
        ++search.found;
    return 0;
}

}  // namespace

Hyperscan::Hyperscan(const std::vector<std::string>& phrases) {
    std::vector<const char*> texts;
    auto impl = std::make_unique<Impl>();
    std::vector<unsigned> flags(phrases.size(), 0), ids;
    for (const std::string& phrase : phrases) {
        texts.push_back(phrase.c_str());
        impl->lengths.push_back(phrase.size());
        ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_compile_error_t* error = nullptr;
    const hs_error_t compiled = hs_compile_lit_multi(
        texts.data(),
        flags.data(),
        ids.data(),
        impl->lengths.data(),
        static_cast<unsigned>(phrases.size()),
        HS_MODE_BLOCK,
        nullptr,
        &impl->database,
        &error
    );
    hs_free_compile_error(error);
    if (compiled == HS_SUCCESS && hs_alloc_scratch(impl->database, &impl->scratch) == HS_SUCCESS)
        impl_ = std::move(impl);
}

Hyperscan::~Hyperscan() = default;

std::size_t Hyperscan::count(const std::string& text) const {
    Search search{&text, &impl_->lengths};
    const auto length = static_cast<unsigned>(text.size());
    hs_scan(impl_->database, text.data(), length, 0, impl_->scratch, on_hit, &search);
    return search.found;
}

#else

struct Hyperscan::Impl {};
Hyperscan::Hyperscan(const std::vector<std::string>&) {}
Hyperscan::~Hyperscan() = default;
std::size_t Hyperscan::count(const std::string&) const { return 0; }

#endif

}  // namespace spokeswatch::testing
