#include <fmt/core.h>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/printer.hpp"

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

/// The program that knows the scenario of the specification, with the sources of `variant`.
LabProgram specified_program(const Lab& lab, const Variant& variant, const fs::path& build_folder) {
  auto program = lab_program(lab, variant, build_folder);  // which refuses a mistake that is none
  program.target = lab.target() + "_spec";
  if (!variant.mistake.empty()) program.target += "_mistake_" + variant.mistake;
  if (variant.is_skeleton()) program.target += "_yours";
  program.file = build_folder / "labs" / lab.folder.filename() / "solution" / program.target;
  return program;
}

void print_note(Console& console, const std::string& note) {
  if (note.starts_with("accepted")) {
    console.line(console.green(note));
  } else if (note.starts_with("rejected")) {
    console.line(console.red(note));
  } else {
    console.line(note);  // commands and schedules are to be copied: never wrapped
  }
}

}  // namespace

int write_trace(const Project& project, Console& console, const CheckOptions& options,
                const AsTraceOptions& trace) {
  const auto lab = project.lab(options.lab);
  if (!has_specification(lab)) refuse(project, lab);
  Builder builder(project, options.preset, console);
  Printer printer(project, console);
  const auto program = specified_program(lab, options.variant, builder.folder());
  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    printer.build_failure(program, build);
    return 2;
  }
  const auto folder =
      trace.folder.empty() ? builder.folder() / "traces" / program.target : trace.folder;
  ProgramRunOptions run_options;
  run_options.environment = {{"WORKSHOP_AS_TRACE", fs::absolute(folder).string()},
                             {"WORKSHOP_TRACE_COUNT", std::to_string(trace.executions_count)},
                             {"WORKSHOP_TRACE_SEED", std::to_string(trace.seed)}};
  run_options.arguments = {"[traces]"};
  run_options.time_max = options.time_max + std::chrono::minutes(9);  // TLC's own limit
  const auto run = run_lab_program(program.file, builder.folder() / "runs",
                                   program.target + ".trace", run_options);
  const auto verdict = judge(program.label, run.process, run.results);
  std::string rejected;
  for (const auto& test : run.results.tests) {
    for (const auto& note : test.exploration_notes) {
      print_note(console, note);
      if (note.starts_with("rejected")) rejected = note;
    }
  }
  if (verdict.judgement == Judgement::green) return 0;
  if (!rejected.empty()) return 1;
  printer.verdict(lab, options.variant, program, run, verdict, false);
  return 2;
}

}  // namespace workshop::runner
