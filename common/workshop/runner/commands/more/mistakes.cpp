#include "workshop/runner/mistakes/mistakes.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/runner/commands/more/more_commands.hpp"

namespace workshop::runner {
namespace {

enum class Task { update, make, check };

Action add_mistakes(CLI::App& app) {
  auto options = std::make_shared<MistakesOptions>();
  auto task = std::make_shared<Task>(Task::check);
  app.require_subcommand(1);

  auto* update = app.add_subcommand("update", "Take them along when the solution has changed");
  update->add_option("lab", options->lab, "The lab, such as 8")->required();
  update->add_option("names", options->names, "Only these mistakes");
  update->add_flag("--continue", options->go_on, "Go on with conflicts that are decided");
  update->callback([task] { *task = Task::update; });

  auto* make = app.add_subcommand("new", "Make one from an edited copy of the solution");
  make->add_option("lab", options->lab, "The lab, such as 8")->required();
  make->add_option("name", options->new_name, "Such as early_return")->required();
  make->add_option("file", options->new_file, "The edited copy")->required();
  make->callback([task] { *task = Task::make; });

  auto* check = app.add_subcommand("check", "Compare them with the solutions");
  check->add_option("lab", options->lab, "The lab (all)");
  check->callback([task] { *task = Task::check; });

  return [options, task](Workspace& workspace) {
    const auto& project = workspace.project();
    auto& console = workspace.console();
    if (*task == Task::update) return update_mistakes(project, console, *options);
    if (*task == Task::make) return new_mistake(project, console, *options);
    return expect_mistakes(project, console, *options);
  };
}

}  // namespace

constexpr Command kMistakesCommand = kMistakesWords.done_by(add_mistakes);

}  // namespace workshop::runner
