#include "workshop/runner/runs/chosen_tests.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/tests.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace {

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

std::string tests_with(std::string_view part) { return "*" + protocol::test_argument(part) + "*"; }

std::vector<std::string> tests_of(const std::filesystem::path& program,
                                  const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {std::filesystem::absolute(program).string(),
                                      "--list-tests", "--verbosity", "quiet"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto listed = run_program(command, {}, {.time_max = std::chrono::seconds(20)});
  std::vector<std::string> names;
  if (!listed.succeeded()) return names;
  for (const auto& line : lines_of(listed.output)) {
    if (!trimmed(line).empty()) names.emplace_back(trimmed(line));
  }
  return names;
}

void require_tests(const LabProgram& program, const std::string& part) {
  const auto names = tests_of(program.file);
  const auto wanted = in_small_letters(part);
  std::string list;
  for (const auto& name : names) {
    if (in_small_letters(name).find(wanted) != std::string::npos) return;
    list += "\n  " + name;
  }
  throw UserError(
      fmt::format("no test of {} has \"{}\" in its name; its tests:{}", program.label, part, list));
}

}  // namespace workshop::runner
