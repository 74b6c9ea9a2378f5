#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/commands/more_words.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace {

namespace fs = std::filesystem;

struct ShopOptions {
  std::string lab;  ///< whose handler books the payments; empty: lab 12's solution
  Variant variant;
  std::string preset = "dev";
  std::vector<std::string> words;  ///< for the shop itself
  fs::path folder;
};

/// The program of this handler: lab12_shop, lab12_shop_solution, lab12_shop_mistake_NAME.
LabProgram shop_program(const Project& project, const ShopOptions& options,
                        const fs::path& build_folder) {
  const auto lab = project.lab(options.lab.empty() ? "12" : options.lab);
  if (lab.number < 12 || lab.number > 14) {
    throw UserError(fmt::format(
        "lab {} has no payments service for the shop: name lab 12, 13 or 14", lab.padded_number()));
  }
  auto variant = options.variant;
  if (options.lab.empty() && variant.is_skeleton()) variant.solution = true;
  auto program = lab_program(lab, variant, build_folder);  // throws for what is not there
  const auto number = "lab" + lab.padded_number();
  program.target = number + "_shop" + program.target.substr(number.size());
  program.label = "the shop with " + program.label;
  program.file = build_folder / "common" / "workshop" / "live_shop" / program.target;
  return program;
}

int run_shop(Workspace& workspace, const ShopOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  Builder builder(project, options.preset, console);
  const auto program = shop_program(project, options, builder.folder());
  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    Printer(project, console).build_failure(program, build);
    return protocol::kExitNotJudged;
  }
  std::vector<std::string> command = {
      program.file.string(), "--modules",
      (project.root() / ".cache" / "engines" / "node_modules").string()};
  command.insert(command.end(), options.words.begin(), options.words.end());
  if (!options.folder.empty()) {
    command.insert(command.end(), {"--folder", fs::absolute(options.folder).string()});
  }
  const auto run = run_program(command, {.output = process::Output::callers});
  if (run.start_error.empty() && run.signal == 0) return run.exit_code;
  console.paragraph(fmt::format("The shop ended: {}", describe_end(run)));
  return protocol::kExitNotJudged;
}

Action add_shop(CLI::App& app) {
  auto options = std::make_shared<ShopOptions>();
  const auto pass_on = [&app, options](const char* name, const char* help) {
    return app.add_option_function<std::string>(
        name,
        [options, name](const std::string& value) {
          options->words.insert(options->words.end(), {name, value});
        },
        help);
  };
  pass_on("--broker", "embedded, or rabbitmq: then each service is a process (embedded)")
      ->check(CLI::IsMember({"embedded", "rabbitmq"}));
  pass_on("--store", "embedded, postgresql, dynamodb or cosmos (embedded)")
      ->check(CLI::IsMember({"embedded", "postgresql", "dynamodb", "cosmos"}));
  pass_on("--orders", "How many orders customers make (10000)")->check(CLI::Range(1, 1'000'000));
  pass_on("--chaos", "The probability of a fault at each operation (0)")
      ->check(CLI::Range(0.0, 0.5));
  pass_on("--kills", "How often a service or an engine is killed and started again (0)")
      ->check(CLI::Range(0, 100'000));
  pass_on("--seed", "Draws faults and kills (1)")->check(CLI::NonNegativeNumber);
  app.add_option("--lab", options->lab, "Your handler of lab 12, 13 or 14 books the payments");
  auto* solution =
      app.add_flag("--solution", options->variant.solution, "The lab's solution instead");
  app.add_option("--mistake", options->variant.mistake, "One of its typical mistakes instead")
      ->excludes(solution);
  app.add_option("--folder", options->folder, "Keeps the embedded engines' files there");
  app.add_option("--preset", options->preset, "The preset to build with (dev)");
  return [options](Workspace& workspace) { return run_shop(workspace, *options); };
}

}  // namespace

constexpr Command kShopCommand = kShopWords.done_by(add_shop);

}  // namespace workshop::runner
