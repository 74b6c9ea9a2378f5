#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "workshop/process/find_program.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/guide/mistake_index.hpp"
#include "workshop/runner/guide/page.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/verdict.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

struct GuideOptions {
  std::string lab;     ///< empty: all
  std::string folder;  ///< empty: build/guide
  std::string preset = "dev";
};

void write_guide_file(const fs::path& file, const std::string& text) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw UserError(file.string() + " cannot be written");
}

/// The failure that `check` tells first: of a mistake the test that catches it, which alone is run.
const TestResult& told_first(const ShownExecution& execution, const RunResult& run,
                             const std::string& label) {
  const auto* told = first_failure(run);
  for (const auto& test : run.tests) {
    if (test.name != execution.test || !test.skipped) continue;
    throw UserError(fmt::format("\"{}\" of {} is skipped: {}; mend: scripts/setup --model-checking",
                                execution.test, label, test.skip_reason));
  }
  if (told == nullptr) {
    throw UserError(fmt::format("\"{}\" does not fail in {}: the guide has nothing to show of it",
                                execution.test, label));
  }
  if (told->name != execution.test) {
    throw UserError(
        fmt::format("check {} tells \"{}\" first, and the slide of the demonstration "
                    "shows \"{}\"",
                    execution.lab.number, told->name, execution.test));
  }
  return *told;
}

/// Runs what is shown live, whose program is built, and returns its failure.
Demonstration run_demonstration(const Project& project, const std::string& preset,
                                const ShownExecution& execution) {
  const auto folder = project.build_folder(preset);
  const auto program = lab_program(execution.lab, execution.variant, folder);
  ProgramRunOptions options;
  if (!execution.variant.mistake.empty()) {
    options.arguments = {protocol::test_argument(execution.test)};
  }
  options.environment = {{protocol::variable::kPictures, pictures_folder(folder).string()},
                         {protocol::variable::kNoReturn, "1"},
                         {protocol::variable::kColumns, "110"}};
  const auto run =
      run_lab_program(program.file, runs_folder(folder), program.target + ".guide", options);
  const auto& test = told_first(execution, run.results, program.label);
  if (!execution.found.empty() && execution.found != test.schedule) {
    throw UserError(contradiction_of(execution, test.invariant, test.schedule));
  }
  auto story = test.story;
  for (const auto& failure : test.failures) {
    if (story.empty()) story = failure;
  }
  return {test.reason(), test.schedule, story};
}

std::vector<LabMaterial> materials_of(const Project& project, const GuideOptions& options) {
  std::vector<LabMaterial> materials;
  for (const auto& lab : project.labs()) {
    if (!options.lab.empty() && project.lab(options.lab).number != lab.number) continue;
    materials.push_back(read_material(project, lab));
    const auto missing = missing_from(materials.back());
    if (!missing.empty()) throw UserError(missing.front());
  }
  if (materials.empty()) throw UserError("labs/ holds no lab");
  return materials;
}

int guide(Workspace& workspace, const GuideOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto materials = materials_of(project, options);
  Executions executions(project, options.preset, console);
  for (const auto& each : materials) executions.add(*each.demonstration);
  executions.build();

  const bool printed = !process::find_program("cmark-gfm").empty();
  const fs::path folder =
      options.folder.empty() ? project.root() / "build/guide" : fs::path(options.folder);
  const auto add = [&](const std::string& name, const std::string& title, const std::string& text) {
    write_guide_file(folder / (name + ".md"), text);
    if (printed) write_guide_file(folder / (name + ".html"), printed_guide(title, text));
    console.line(project.shown(folder / (name + (printed ? ".html" : ".md"))));
  };
  for (const auto& each : materials) {
    const auto shown = run_demonstration(project, options.preset, *each.demonstration);
    add("lab-" + each.lab.padded_number(), "Lab " + each.lab.padded_number(),
        guide_page_of(each, shown));
  }
  std::vector<MistakesOfLab> mistakes;
  for (const auto& lab : project.labs()) {
    mistakes.push_back({lab, mistakes_with_headers(lab)});
    const auto number = lab.padded_number();
    add("mistakes-" + number, "Mistakes of lab " + number, mistake_index_of({mistakes.back()}));
  }
  add("mistakes", "Mistakes, by what one sees", mistake_index_of(mistakes));
  if (options.lab.empty()) {
    add("index", "The labs", guide_index_of(materials));
    add("opening", "The opening", guide_opening_of(read_parts(project).front().lectures));
  }
  if (!printed) console.line("Markdown only: for HTML, to print, run scripts/setup --slides first");
  return protocol::kExitGood;
}

Action add_guide(CLI::App& app) {
  auto options = std::make_shared<GuideOptions>();
  app.add_option("lab", options->lab, "Only this lab (all)");
  app.add_option("--output", options->folder, "The folder for the pages (build/guide)");
  app.add_option("--preset", options->preset, "The preset to build the labs' programs with (dev)");
  return [options](Workspace& workspace) { return guide(workspace, *options); };
}

}  // namespace

constexpr Command kGuideCommand = kGuideWords.done_by(add_guide);

}  // namespace workshop::runner
