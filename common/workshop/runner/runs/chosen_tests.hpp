#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// The argument of a test program for the tests that have `part` in their names.
std::string tests_with(std::string_view part);

/// The names of the tests of `program`, the file of a program that is built, in their order; with
/// `arguments`, of those that they choose. Empty if it does not list them.
std::vector<std::string> tests_of(const std::filesystem::path& program,
                                  const std::vector<std::string>& arguments = {});

/// Throws UserError, which lists the tests that there are, when none has `part` in its name; small
/// and capital letters are alike.
void require_tests(const LabProgram& program, const std::string& part);

}  // namespace workshop::runner
