#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// Where test programs write the pictures of their failures: `pictures` in the build's folder.
std::filesystem::path pictures_folder(const std::filesystem::path& build_folder);

/// Where results and outputs of runs are kept.
std::filesystem::path runs_folder(const std::filesystem::path& build_folder);

/// The line of `file` that awaits the step which decides the failure of `test`, as its picture's
/// trace says; 0: it says none.
std::size_t deciding_line(const TestResult& test, std::string_view file);

/// `page` with the trace and the diagram of `right_page`, a page of the same test, as its second
/// picture; nothing when one of them is not a page with a picture, or has a second one already.
std::optional<std::string> joined(std::string_view page, std::string_view right_page);

/// Lets the solution's program follow the schedule of `test` where it matches, and puts its picture
/// into the page of `test`. Returns whether it did; when the program is not built, or knows nothing
/// of the test, the page stays as it is.
bool join_right_run(const LabProgram& right, const std::filesystem::path& build_folder,
                    const TestResult& test);

}  // namespace workshop::runner
