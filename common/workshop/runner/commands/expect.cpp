#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/runs/expectations.hpp"

namespace workshop::runner {
namespace {

/// What ctest asks: whether a program of a lab comes out as it shall.
struct ExpectWords {
  ExpectOptions options;
  int timeout_s = 110;
};

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
  return [words](Workspace& workspace) {
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
