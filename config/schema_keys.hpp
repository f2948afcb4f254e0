#pragma once

#include <span>

#include "config/schema.hpp"

// The rows of the table of keys, one list a section (schema.hpp): schema_sources.cpp has those of
// the operator, schema_rules.cpp those of the newsroom and of its tests,
// schema_watches.cpp those of what rules watch over time.

namespace spokeswatch {

std::span<const KeySpec> file_keys();
std::span<const KeySpec> global_keys();
std::span<const KeySpec> heartbeat_keys();
std::span<const KeySpec> storage_keys();
std::span<const KeySpec> web_keys();
std::span<const KeySpec> source_keys();
std::span<const KeySpec> route_keys();
std::span<const KeySpec> operations_keys();
std::span<const KeySpec> receiver_keys();

std::span<const KeySpec> concept_keys();
std::span<const KeySpec> term_keys();
std::span<const KeySpec> rule_keys();
std::span<const KeySpec> match_keys();
std::span<const KeySpec> field_keys();
std::span<const KeySpec> examples_keys();
std::span<const KeySpec> first_use_keys();
std::span<const KeySpec> shift_keys();
std::span<const KeySpec> silent_keys();
std::span<const KeySpec> frequency_keys();
std::span<const KeySpec> chorus_keys();
std::span<const KeySpec> test_file_keys();
std::span<const KeySpec> test_keys();
std::span<const KeySpec> test_statement_keys();
std::span<const KeySpec> test_expectation_keys();
std::span<const KeySpec> test_alert_keys();

}  // namespace spokeswatch
