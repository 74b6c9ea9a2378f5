#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/agenda/agenda.hpp"
#include "workshop/runner/catalog/catalog_check.hpp"
#include "workshop/runner/commands/more/inspect_commands.hpp"
#include "workshop/runner/commands/more/inspect_documents.hpp"
#include "workshop/runner/commands/more/inspect_resemblance.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

namespace workshop::runner {
namespace {

/// What ctest asks about the kit itself: the catalog, documents, and what they show.
struct InspectWords {
  InspectDocumentsOptions documents;
  InspectCommandsOptions commands;
  InspectPictureOptions picture;
  std::string resemblance_preset = "kit";
};

/// Prints what is wrong with the catalog (see check_catalog).
int inspect_catalog(Workspace& workspace) {
  auto errors = check_catalog(workspace.project());
  for (auto& error : check_agenda(workspace.project())) errors.push_back(std::move(error));
  auto& console = workspace.console();
  for (const auto& error : errors) console.line(error);
  if (!errors.empty()) return protocol::kExitRed;
  console.line("labs/ and solutions/ are as the front matter says");
  return protocol::kExitGood;
}

Action add_inspect(CLI::App& app) {
  auto words = std::make_shared<InspectWords>();
  app.require_subcommand(1);
  auto* catalog = app.add_subcommand("catalog");
  catalog->footer("Example: scripts/workshop inspect catalog");
  auto* documents = app.add_subcommand("documents");
  documents->footer("Example: scripts/workshop inspect documents --tests-of build/kit");
  documents->add_option("--tests-of", words->documents.build);
  auto* commands = app.add_subcommand("commands");
  commands->footer(
      "Example: scripts/workshop inspect commands --tests-of build/kit --preset kit --not-run "
      "docs/commands-not-run.txt");
  commands->add_option("--tests-of", words->commands.build)->required();
  commands->add_option("--preset", words->commands.preset)->required();
  commands->add_option("--not-run", words->commands.not_run)->required();
  auto* picture = app.add_subcommand("picture");
  picture->footer(
      "Example: scripts/workshop inspect picture --program PROGRAM --test TEST --file FILE");
  picture->add_option("--program", words->picture.program)->required();
  picture->add_option("--test", words->picture.test)->required();
  picture->add_option("--file", words->picture.file)->required();
  auto* resemblance = app.add_subcommand("resemblance");
  resemblance->footer("Example: scripts/workshop inspect resemblance --preset kit");
  resemblance->add_option("--preset", words->resemblance_preset);
  return [words, catalog, documents, commands, picture](Workspace& workspace) {
    if (picture->parsed()) return inspect_picture(workspace, words->picture);
    if (catalog->parsed()) return inspect_catalog(workspace);
    if (commands->parsed()) return inspect_commands(workspace, words->commands);
    if (documents->parsed()) return inspect_documents(workspace, words->documents);
    return inspect_resemblance(workspace, words->resemblance_preset);
  };
}

}  // namespace

constexpr Command kInspectCommand = kInspectWords.done_by(add_inspect);

}  // namespace workshop::runner
