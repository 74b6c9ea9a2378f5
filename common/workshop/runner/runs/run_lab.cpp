#include "workshop/runner/runs/run_lab.hpp"

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {

std::optional<LabRun> run_lab(const Project& project, Console& console, const LabOptions& options,
                              const LabRunOptions& how) {
  LabRun done;
  done.lab = project.lab(options.lab);
  Builder builder(project, options.preset, console);
  done.build_folder = builder.folder();
  done.program = how.specification ? spec_program(done.lab, options.variant, builder.folder())
                                   : lab_program(done.lab, options.variant, builder.folder());
  done.build = builder.build(done.program.target, done.program.label);
  if (!done.build.built) {
    if (how.on_build_failure) {
      how.on_build_failure(done.lab, done.program, done.build);
    } else {
      Printer(project, console).build_failure(done.program, done.build);
    }
    return std::nullopt;
  }
  if (how.before) how.before(done.program);
  ProgramRunOptions run;
  run.time_max = std::chrono::seconds(options.timeout_s) + how.time_more;
  run.environment = how.environment;
  run.arguments = how.arguments;
  done.run = run_lab_program(done.program.file, runs_folder(builder.folder()),
                             done.program.target + how.kept_as, run);
  done.verdict = judge(done.program.label, done.run.process, done.run.results);
  return done;
}

process::Variables story_variables(const Console& console,
                                   const std::filesystem::path& build_folder) {
  namespace variable = protocol::variable;
  process::Variables variables = {
      {variable::kColumns, std::to_string(console.style().story_width - 2)},
      {variable::kPictures, pictures_folder(build_folder).string()}};
  if (console.style().ascii) variables.emplace_back(variable::kAscii, "1");
  if (console.style().color) variables.emplace_back(variable::kColor, "1");
  return variables;
}

}  // namespace workshop::runner
