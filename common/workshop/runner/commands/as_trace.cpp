#include "workshop/runner/commands/as_trace.hpp"

#include <fmt/core.h>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/printer.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

bool has_specification(const Lab& lab) {
  return !lab.solution.empty() && fs::is_directory(lab.solution / "spec");
}

[[noreturn]] void refuse(const Project& project, const Lab& lab) {
  std::string others;
  for (const auto& other : project.labs()) {
    if (has_specification(other)) others += (others.empty() ? "" : ", ") + other.padded_number();
  }
  throw UserError(
      fmt::format("lab {} has no specification that executions could be checked against{}",
                  lab.padded_number(), others.empty() ? "" : "; these have one: " + others));
}

void print_note(Console& console, const std::string& note) {
  if (note.starts_with(protocol::phrase::kAccepted)) {
    console.line(console.green(note));
  } else if (note.starts_with(protocol::phrase::kRejected)) {
    console.line(console.red(note));
  } else {
    console.line(note);  // commands and schedules are to be copied: never wrapped
  }
}

fs::path folder_of(const Project& project, const Lab& lab, const LabOptions& options,
                   const AsTraceOptions& trace) {
  if (!trace.folder.empty()) return trace.folder;
  const auto build_folder = project.build_folder(options.preset);
  return build_folder / "traces" / spec_program(lab, options.variant, build_folder).target;
}

}  // namespace

int write_trace(Workspace& workspace, const LabOptions& options, const AsTraceOptions& trace) {
  namespace variable = protocol::variable;
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto lab = project.lab(options.lab);
  if (!has_specification(lab)) refuse(project, lab);
  LabRunOptions how;
  how.specification = true;
  how.kept_as = ".trace";
  how.environment = {
      {variable::kAsTrace, fs::absolute(folder_of(project, lab, options, trace)).string()},
      {variable::kTraceCount, std::to_string(trace.executions_count)},
      {variable::kTraceSeed, std::to_string(trace.seed)}};
  how.arguments = {std::string(protocol::kTracesTests)};
  how.time_more = std::chrono::minutes(9);  // TLC's own limit
  const auto done = run_lab(project, console, options, how);
  if (!done) return protocol::kExitNotJudged;

  bool rejected = false;
  for (const auto& test : done->run.results.tests) {
    for (const auto& note : test.exploration_notes) {
      print_note(console, note);
      rejected = rejected || note.starts_with(protocol::phrase::kRejected);
    }
  }
  if (done->verdict.judgement == Judgement::green) return protocol::kExitGood;
  if (rejected) return protocol::kExitRed;
  Printer(project, console)
      .verdict(lab, options.variant, done->program, done->run, done->verdict, {});
  return protocol::kExitNotJudged;
}

}  // namespace workshop::runner
