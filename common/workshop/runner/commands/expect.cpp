#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/agenda/agenda.hpp"
#include "workshop/runner/catalog/catalog_check.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/expect_commands.hpp"
#include "workshop/runner/commands/expect_documents.hpp"
#include "workshop/runner/commands/expect_resemblance.hpp"
#include "workshop/runner/runs/expectations.hpp"

namespace workshop::runner {
namespace {

/// What ctest asks: whether a program of a lab comes out as it shall, and the catalog.
struct ExpectWords {
  ExpectOptions options;
  int timeout_s = 110;
  ExpectDocumentsOptions documents;
  ExpectCommandsOptions commands;
  ExpectPictureOptions picture;
  std::string resemblance_preset = "kit";
};

/// Prints what is wrong with the catalog (see check_catalog).
int expect_catalog(Workspace& workspace) {
  auto errors = check_catalog(workspace.project());
  for (auto& error : check_agenda(workspace.project())) errors.push_back(std::move(error));
  auto& console = workspace.console();
  for (const auto& error : errors) console.line(error);
  if (!errors.empty()) return protocol::kExitRed;
  console.line("labs/ and solutions/ are as the front matter says");
  return protocol::kExitGood;
}

CLI::App* add_expectation(CLI::App& parent, ExpectWords& words, const std::string& name,
                          Expectation expectation) {
  auto* command = parent.add_subcommand(name);
  command->footer("Example: scripts/workshop expect " + name + " --program PROGRAM");
  command->add_option("--program", words.options.program)->required();
  command->add_option("--repeat", words.options.runs_count)->check(CLI::PositiveNumber);
  command->add_option("--timeout", words.timeout_s)->check(CLI::PositiveNumber);
  command->parse_complete_callback(
      [&words, expectation] { words.options.expectation = expectation; });
  return command;
}

Action add_expect(CLI::App& app) {
  auto words = std::make_shared<ExpectWords>();
  auto& options = words->options;
  app.require_subcommand(1);
  auto* skeleton = add_expectation(app, *words, "skeleton", Expectation::skeleton);
  skeleton->add_option("--red", options.reds)->allow_extra_args(false);
  auto* solution = add_expectation(app, *words, "solution", Expectation::solution);
  solution->add_option("--readme", options.readme);
  auto* mistake = add_expectation(app, *words, "mistake", Expectation::mistake);
  mistake->add_option("--source", options.source)->required();
  mistake->footer("Example: scripts/workshop expect mistake --program PROGRAM --source FILE");
  mistake->add_flag("--only-named", options.only_named);
  auto* step = add_expectation(app, *words, "step", Expectation::step);
  step->add_option("--step", options.step)->required();
  step->add_option("--source", options.source)->required();
  step->add_option("--red", options.reds)->allow_extra_args(false);
  step->footer("Example: scripts/workshop expect step --program PROGRAM --step 1 --source FILE");
  auto* catalog = app.add_subcommand("catalog");
  catalog->footer("Example: scripts/workshop expect catalog");
  auto* documents = app.add_subcommand("documents");
  documents->footer("Example: scripts/workshop expect documents --tests-of build/kit");
  documents->add_option("--tests-of", words->documents.build);
  auto* commands = app.add_subcommand("commands");
  commands->footer(
      "Example: scripts/workshop expect commands --tests-of build/kit --preset kit --not-run "
      "docs/commands-not-run.txt");
  commands->add_option("--tests-of", words->commands.build)->required();
  commands->add_option("--preset", words->commands.preset)->required();
  commands->add_option("--not-run", words->commands.not_run)->required();
  auto* picture = app.add_subcommand("picture");
  picture->footer(
      "Example: scripts/workshop expect picture --program PROGRAM --test TEST --file FILE");
  picture->add_option("--program", words->picture.program)->required();
  picture->add_option("--test", words->picture.test)->required();
  picture->add_option("--file", words->picture.file)->required();
  auto* resemblance = app.add_subcommand("resemblance");
  resemblance->footer("Example: scripts/workshop expect resemblance --preset kit");
  resemblance->add_option("--preset", words->resemblance_preset);
  return [words, catalog, documents, commands, picture, resemblance](Workspace& workspace) {
    if (picture->parsed()) return expect_picture(workspace, words->picture);
    if (resemblance->parsed()) return expect_resemblance(workspace, words->resemblance_preset);
    if (catalog->parsed()) return expect_catalog(workspace);
    if (commands->parsed()) return expect_commands(workspace, words->commands);
    if (documents->parsed()) return expect_documents(workspace, words->documents);
    words->options.time_max = std::chrono::seconds(words->timeout_s);
    return expect(workspace.console(), words->options);
  };
}

}  // namespace

constexpr Command kExpectCommand = {
    .name = "expect",
    .description = "Check that a lab's program comes out as it shall",
    .example =
        "scripts/workshop expect solution --program "
        "build/kit/labs/08-identity-deduplication/solution/lab08_solution",
    .audience = Audience::hidden,
    .add = add_expect};

}  // namespace workshop::runner
