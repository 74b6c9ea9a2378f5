#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// What a failed build printed, reduced to what helps.
struct CompilerErrors {
  bool linking = false;            ///< it compiled; the first error is the linker's
  std::size_t errors_count = 0;    ///< how many errors there were, as far as they can be told apart
  std::string first_place;         ///< "labs/08-…/src/payments_handler.cpp:12", or empty
  std::vector<std::string> lines;  ///< the first errors, with their places
  bool elsewhere = false;          ///< is_failure_elsewhere, where somebody has asked
};

/// Reads the output of Ninja or Make with Clang or GCC and a linker. `shown` turns a path into how
/// it is printed. At most `errors_max` errors are kept. Output that it does not understand is kept
/// from its end.
CompilerErrors read_compiler_output(std::string_view output,
                                    const std::function<std::string(const std::string&)>& shown,
                                    std::size_t errors_max = 3);

/// Lines of CompilerErrors in at most `width` columns where a caret points into a source line: both
/// are cut around the caret, so that it stays below what it points at. Other lines stay.
std::vector<std::string> around_carets(std::vector<std::string> lines, std::size_t width);

/// What one of these errors most often is in a handler, and what to write: a missing co_await, a
/// return that has to be a co_return. Empty: nothing that is known.
std::string help_with_errors(const std::vector<std::string>& errors);

/// Whether a failed build of Ninja's never came to compile or link what lies below `part`
/// ("labs/08-identity-deduplication"): what is at fault is another part of the kit, or its folder.
bool is_failure_elsewhere(std::string_view output, std::string_view part);

/// Why a build failed where no code is at fault, as a sentence with its mend: `place` may not be
/// written to, the disk is full, a file of the machine is gone, memory ran out. Empty when the
/// output tells of nothing like that.
std::string failure_of_machine(std::string_view output, const std::string& place);

/// Whether the build tool looked for a target or a file that was not as it was when the folder was
/// configured; configuring again may help.
bool is_configuration_outdated(std::string_view output);

/// Precompiled headers that Clang refuses because a file of the system has changed since they were
/// made: the build tool does not know of such files. As the compiler names them, each once.
std::vector<std::string> outdated_precompiled_headers(std::string_view output);

/// Whether it was CMake that failed, and not what it has configured: a build begins with
/// configuring anew when its lists have changed.
bool is_configuration_failure(std::string_view output);

/// What CMake says of its first error, without where in its files that is; at most `lines_max`
/// lines. Output without an error of its kind is kept from its end.
std::vector<std::string> read_cmake_error(std::string_view output, std::size_t lines_max = 15);

}  // namespace workshop::runner
