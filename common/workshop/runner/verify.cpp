#include <fmt/core.h>

#include "workshop/runner/builder.hpp"
#include "workshop/runner/commands.hpp"
#include "workshop/runner/process.hpp"

namespace workshop::runner {
namespace {

/// Says what is left to prove without solutions; the arguments by which ctest leaves out the rest:
/// without its solution a lab's own tests run, and are red, which is the lab.
std::vector<std::string> without_solutions(const Project& project, Console& console) {
  std::string numbers;
  const auto labs = project.labs();
  std::size_t missing = 0;
  for (const auto& lab : labs) {
    if (!lab.solution.empty()) continue;
    ++missing;
    numbers += (numbers.empty() ? "" : "|") + lab.padded_number();
  }
  if (missing == 0) return {};
  console.paragraph(fmt::format(
      "{}, so this proves only that these labs build and that the library's own tests pass: "
      "neither that they can be solved, nor that their tests catch a wrong answer.",
      missing == labs.size()
          ? std::string("There are no solutions in this checkout")
          : fmt::format("{} of {} labs have no solution in this checkout", missing, labs.size())));
  return {"--exclude-regex", fmt::format("^(lab\\.({})|kit\\.catalog)$", numbers)};
}

}  // namespace

int verify(const Project& project, Console& console, const std::string& preset) {
  const ProcessOptions on_terminal{
      .directory = project.root(), .environment = {}, .time_max = {}, .stream = true};
  const auto jobs = std::to_string(build_jobs());
  const auto tests = std::to_string(build_jobs() + 1);  // some wait for processes and sockets
  std::vector<std::vector<std::string>> commands = {
      {"cmake", "--preset", preset},
      {"cmake", "--build", "--preset", preset, "--parallel", jobs},
      {"ctest", "--preset", preset, "--parallel", tests}};
  const auto left_out = without_solutions(project, console);
  commands.back().insert(commands.back().end(), left_out.begin(), left_out.end());
  for (const auto& command : commands) {
    const auto run = run_process(command, on_terminal);
    if (run.succeeded()) continue;
    // After ctest its own summary stays last: that is what a person and a build server look for.
    const bool is_ctest = &command == &commands.back();
    if (!is_ctest || run.exit_code < 0) {
      console.line(
          fmt::format("verify stopped: {} {} ({})", command[0], command[1], describe_end(run)));
    }
    return run.exit_code > 0 ? run.exit_code : 2;
  }
  return 0;
}

}  // namespace workshop::runner
