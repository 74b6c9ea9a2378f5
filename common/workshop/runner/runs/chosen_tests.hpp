#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// The argument of a test program for the tests that have `part` in their names.
std::string tests_with(std::string_view part);

/// The names of the tests of a program that is built; with `arguments`, of those that they choose.
std::vector<std::string> tests_of(const LabProgram& program,
                                  const std::vector<std::string>& arguments = {});

/// Throws UserError, which lists the tests that there are, when none has `part` in its name; small
/// and capital letters are alike.
void require_tests(const LabProgram& program, const std::string& part);

}  // namespace workshop::runner
