#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// How a test fails, in short, without what changes with every edit: of an execution its messages,
/// processes and faults, and where it is decided, "1 message, 2 processes, crash, at save"; of an
/// assertion its expression. `words`: what the assertion says.
std::string shape_of_failure(std::string_view schedule, std::string_view words);
std::string shape_of_failure(const TestResult& test);
/// What a red test says of itself: its TODO, the invariant, the exception, the assertion.
std::string words_of_failure(const TestResult& test);

/// `solutions/NN-name/executions.txt`: how the tests of a lab fail on what is known of it. Written
/// by `inspect resemblance` (WORKSHOP_UPDATE_EXECUTIONS=1), from results of this build folder.
struct KnownFailures {
  std::map<std::string, std::string> skeleton;  ///< of each red test, by its name: the shape
  std::map<std::string, std::string> mistakes;  ///< by name: the shape, at the test that catches it
};

/// As the results in a build folder say, of all programs that the tests of mistakes have run there.
KnownFailures failures_in(const Lab& lab, const std::filesystem::path& build_folder);
/// Empty when there is no file.
KnownFailures read_known_failures(const Lab& lab);
std::string to_text(const KnownFailures& known);
std::filesystem::path known_failures_file(const Lab& lab);

}  // namespace workshop::runner
