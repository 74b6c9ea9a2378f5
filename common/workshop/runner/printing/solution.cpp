#include "workshop/runner/printing/solution.hpp"

#include <fmt/core.h>

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;

void print_solution(Console& console, const Project& project, const Lab& lab) {
  if (lab.solution.empty() || lab.sources.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  const auto& yours = lab.sources.front();
  const auto solution = lab.solution / yours.lexically_relative(lab.folder);
  const auto compared =
      run_program({"git", "diff", "--no-index", "--no-color", "--ignore-space-at-eol", "--",
                   yours.string(), solution.string()},
                  {}, {.time_max = std::chrono::seconds(20)});
  if (!compared.start_error.empty() || compared.exit_code > 1) {
    throw UserError(fmt::format("the solution: {}", project.shown(solution)));
  }
  if (compared.exit_code == 0) console.line("Your file is the solution, letter by letter.");
  bool inside = false;
  for (const auto& line : lines_of(compared.output)) {
    inside = inside || line.starts_with("@@");
    if (!inside) continue;
    if (line.starts_with('+')) {
      console.line(console.green(line));
    } else if (line.starts_with('-')) {
      console.line(console.red(line));
    } else {
      console.line(line.starts_with("@@") ? console.dim(line) : line);
    }
  }
  console.line();
  console.line(console.dim("- yours, + the solution"));
  console.labelled("Solution: ", project.shown(solution));
  const auto notes = lab.solution / "NOTES.md";
  if (fs::exists(notes)) console.labelled("Why:      ", project.shown(notes));
}

}  // namespace workshop::runner
