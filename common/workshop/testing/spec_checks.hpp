#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "workshop/modelcheck/executions.hpp"

/// Checks of the specifications that lie beside solutions, for Catch2. Each runs TLC once, and
/// skips the test, with the reason, when Java or TLC is missing. They print what they measured.
namespace workshop::testing {

/// Requires that the specification `module` holds: invariants, temporal properties, no deadlock,
/// every action taken, and this many distinct states.
void require_spec_holds(const std::filesystem::path& folder, const std::string& module,
                        std::uint64_t states_count);

/// Requires that each mutant of the module violates the property that it is listed with, see
/// spec/Mutants.tla, that TLC reports the temporal property as violated by one of them, and that
/// there is a mutant for each property that the specification's own .cfg file lists.
void require_mutants_caught(const std::filesystem::path& folder, const std::string& module);

/// Requires that executions of the scenario, drawn at random, are behaviours of the trace
/// specification `module`. With the folder in WORKSHOP_AS_TRACE, which `workshop explore
/// --as-trace` sets, it writes them there for TLC and tells in notes what came of it; then it does
/// not ask for TLC. WORKSHOP_TRACE_COUNT and WORKSHOP_TRACE_SEED say how many and which.
void require_executions_accepted(const std::filesystem::path& folder, const std::string& module,
                                 const explore::Scenario& scenario,
                                 const modelcheck::ExecutionsOptions& options);

/// Requires that one of them is none, and prints which one and where it leaves the specification.
void require_execution_rejected(const std::filesystem::path& folder, const std::string& module,
                                const explore::Scenario& scenario,
                                const modelcheck::ExecutionsOptions& options);

}  // namespace workshop::testing

// WORKSHOP_SPEC_FOLDER is defined for programs of workshop_add_spec().
#define REQUIRE_SPEC_HOLDS(...) \
  ::workshop::testing::require_spec_holds(WORKSHOP_SPEC_FOLDER, __VA_ARGS__)
#define REQUIRE_MUTANTS_CAUGHT(...) \
  ::workshop::testing::require_mutants_caught(WORKSHOP_SPEC_FOLDER, __VA_ARGS__)
#define REQUIRE_EXECUTIONS_ACCEPTED(...) \
  ::workshop::testing::require_executions_accepted(WORKSHOP_SPEC_FOLDER, __VA_ARGS__)
#define REQUIRE_EXECUTION_REJECTED(...) \
  ::workshop::testing::require_execution_rejected(WORKSHOP_SPEC_FOLDER, __VA_ARGS__)
