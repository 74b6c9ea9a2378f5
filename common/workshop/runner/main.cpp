#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/expect.hpp"
#include "workshop/runner/mistakes.hpp"

// The command line of the `workshop` program. Exit codes: 0 good, 1 red, 2 it could not be told;
// `verify` has ctest's.

namespace workshop::runner {
namespace {

constexpr int kUnjudged = 2;

struct CommandLine {
  bool ascii = false;
  int timeout_s = 60;
  int expect_timeout_s = 110;
  bool verify_everything = false;
  std::string verify_preset = "dev";
  ReplayOptions replay;
  CheckOptions check;
  ExpectOptions expect;
  ExploreOptions explore;
  AsTraceOptions as_trace;
  ReductionsOptions reductions;
  MistakesOptions mistakes;
};

void add_lab_options(CLI::App& command, CommandLine& line) {
  command.add_option("lab", line.check.lab, "The lab: 8, 08 or 08-identity-deduplication")
      ->required();
  auto* solution = command.add_flag("--solution", line.check.variant.solution,
                                    "Its solution instead of your code");
  command
      .add_option("--mistake", line.check.variant.mistake, "One of its typical mistakes instead")
      ->excludes(solution);
  command.add_option("--timeout", line.timeout_s, "Seconds that the tests may take (60)")
      ->check(CLI::PositiveNumber);
  command.add_option("--preset", line.check.preset, "The preset to build with (dev)");
}

CLI::App* add_expectation(CLI::App& parent, CommandLine& line, const std::string& name,
                          Expectation expectation) {
  auto* command = parent.add_subcommand(name);
  command->add_option("--program", line.expect.program)->required();
  command->add_option("--repeat", line.expect.runs_count)->check(CLI::PositiveNumber);
  command->add_option("--timeout", line.expect_timeout_s)->check(CLI::PositiveNumber);
  command->parse_complete_callback([&line, expectation] { line.expect.expectation = expectation; });
  return command;
}

/// CLI11 only says that a subcommand is required; this names the one that is not there.
void refuse_unknown_command(const CLI::App& app, const std::string& word) {
  if (word.starts_with('-')) return;
  std::string names;
  const auto any = [](const CLI::App*) { return true; };
  for (const auto* command : app.get_subcommands(any)) {
    if (command->get_name() == word) return;
    if (!command->get_group().empty()) names += (names.empty() ? "" : ", ") + command->get_name();
  }
  throw UserError("there is no command '" + word + "'; there are " + names);
}

CLI::App* add_explore(CLI::App& app, CommandLine& line) {
  auto& explore = line.explore;
  auto* command =
      app.add_subcommand("explore", "Tell of a lab's explorations, and explore further");
  add_lab_options(*command, line);
  command->add_option("--deeper", explore.deeper_s, "Raise the bounds for so many seconds each")
      ->check(CLI::PositiveNumber);
  command->add_option("--random", explore.random_count, "So many executions at random")
      ->check(CLI::PositiveNumber);
  command->add_option("--seed", explore.seed, "Of what is random (1)");
  command->add_option("--pct", explore.pct_depth, "At random by PCT of this depth")
      ->check(CLI::PositiveNumber);
  command->add_option("--threads", explore.threads, "Threads that share a large search (1)")
      ->check(CLI::PositiveNumber);
  command->add_flag("--no-pruning", explore.no_pruning,
                    "Explore states again that were seen before");
  command->add_flag("--sleep-sets", explore.sleep_sets,
                    "All interleavings, without digests, commuting operations in one order");
  command->add_flag("--why", explore.why, "Say which operations commute");
  command
      ->add_option("--as-trace", line.as_trace.folder,
                   "Write executions for TLC instead, as a trace in TLA+; into this folder")
      ->expected(0, 1)
      ->type_name("[FOLDER]");
  return command;
}

CLI::App* add_reductions(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("reductions", "")->group("");  // for maintainers
  command->add_option("--program", line.reductions.program)->required();
  command->add_option("--first", line.reductions.first);
  command->add_option("--second", line.reductions.second);
  return command;
}

CLI::App* add_mistakes(CLI::App& app, CommandLine& line) {
  auto& mistakes = line.mistakes;
  auto* command = app.add_subcommand("mistakes", "Keep the mistakes beside the solutions");
  command->require_subcommand(1);
  auto* update = command->add_subcommand("update", "Take them along when the solution has changed");
  update->add_option("lab", mistakes.lab, "The lab, such as 8")->required();
  update->add_option("names", mistakes.names, "Only these mistakes");
  update->add_flag("--continue", mistakes.go_on, "Go on with conflicts that are decided");
  auto* fresh = command->add_subcommand("new", "Make one from an edited copy of the solution");
  fresh->add_option("lab", mistakes.lab, "The lab, such as 8")->required();
  fresh->add_option("name", mistakes.new_name, "Such as early_return")->required();
  fresh->add_option("file", mistakes.new_file, "The edited copy")->required();
  auto* check = command->add_subcommand("check", "Compare them with the solutions");
  check->add_option("lab", mistakes.lab, "The lab (all)");
  return command;
}

int run(int argc, char** argv) {
  CommandLine line;
  CLI::App app("The workshop: labs on building reliable event-driven microservices.", "workshop");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--ascii", line.ascii, "Print ASCII only");

  auto* check_command =
      app.add_subcommand("check", "Build a lab, run its tests, tell what is wrong");
  add_lab_options(*check_command, line);
  check_command->add_flag("--verbose", line.check.verbose, "The story of every failing test");
  check_command->add_flag("--times", line.check.times, "How long the parts took");

  auto* replay_command = app.add_subcommand("replay", "Run a lab along the schedule of a failure");
  add_lab_options(*replay_command, line);
  replay_command->add_option("schedule", line.replay.schedule, "As check printed it")->required();
  auto* stop_at = replay_command->add_option("--stop-at", line.replay.stop_at,
                                             "Run in a debugger and stop before this step");
  stop_at->check(CLI::Range(1, 100000));
  replay_command->add_option("--debugger", line.replay.debugger, "gdb or lldb (whichever there is)")
      ->needs(stop_at);

  auto* explore_command = add_explore(app, line);
  auto* reductions_command = add_reductions(app, line);
  auto* mistakes_command = add_mistakes(app, line);

  auto* list_command = app.add_subcommand("list", "List the labs");
  AgendaOptions agenda_options;
  auto* agenda_command = app.add_subcommand("agenda", "When what happens on the two days");
  agenda_command->add_option("--talk", agenda_options.talk_minutes, "Minutes before each part (30)")
      ->check(CLI::Range(0, 240));
  agenda_command->add_option("--break", agenda_options.break_minutes, "Minutes of a break (15)")
      ->check(CLI::Range(0, 120));
  agenda_command->add_option("--lunch", agenda_options.lunch_minutes, "Minutes of lunch (60)")
      ->check(CLI::Range(0, 240));
  auto* doctor_command = app.add_subcommand("doctor", "Try what the labs need on this machine");
  auto* verify_command =
      app.add_subcommand("verify", "Prove the kit: skeletons, solutions, a mistake for each test");
  auto* everything = verify_command->add_flag(
      "--all", line.verify_everything,
      "Every mistake, specification and header too: what a change of the kit needs");
  verify_command
      ->add_option("--preset", line.verify_preset,
                   "The same as --all, built as asan, tsan or release")
      ->excludes(everything);

  auto* expect_command = app.add_subcommand("expect", "")->group("");  // for ctest
  expect_command->require_subcommand(1);
  auto* skeleton = add_expectation(*expect_command, line, "skeleton", Expectation::skeleton);
  skeleton->add_option("--red", line.expect.reds)->allow_extra_args(false);
  auto* solution = add_expectation(*expect_command, line, "solution", Expectation::solution);
  solution->add_option("--readme", line.expect.readme);
  auto* mistake = add_expectation(*expect_command, line, "mistake", Expectation::mistake);
  mistake->add_option("--source", line.expect.source)->required();
  mistake->add_flag("--only-named", line.expect.only_named);
  auto* catalog = expect_command->add_subcommand("catalog");

  if (argc == 1) {
    std::cout << app.help();
    return kUnjudged;
  }
  refuse_unknown_command(app, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUnjudged;
  }

  auto style = ConsoleStyle::of_standard_output();
  style.ascii = style.ascii || line.ascii;
  Console console(std::cout, style);
  line.check.time_max = std::chrono::seconds(line.timeout_s);
  line.expect.time_max = std::chrono::seconds(line.expect_timeout_s);
  if (expect_command->parsed() && !catalog->parsed()) return expect(console, line.expect);

  if (reductions_command->parsed()) return compare_reductions(console, line.reductions);

  const auto project = Project::find();
  if (catalog->parsed()) return expect_catalog(project, console);
  if (mistakes_command->parsed()) {
    const auto name = mistakes_command->get_subcommands().front()->get_name();
    if (name == "update") return update_mistakes(project, console, line.mistakes);
    if (name == "new") return new_mistake(project, console, line.mistakes);
    return expect_mistakes(project, console, line.mistakes);
  }
  if (agenda_command->parsed()) return agenda(project, console, agenda_options);
  line.explore.check = line.check;
  if (explore_command->parsed()) {
    if (explore_command->count("--as-trace") == 0) return explore(project, console, line.explore);
    if (line.explore.random_count > 0) line.as_trace.executions_count = line.explore.random_count;
    line.as_trace.seed = line.explore.seed;
    return write_trace(project, console, line.check, line.as_trace);
  }
  if (check_command->parsed()) return check(project, console, line.check);
  if (replay_command->parsed()) return replay(project, console, line.check, line.replay);
  if (list_command->parsed()) return list(project, console);
  if (doctor_command->parsed()) return doctor(project, console, "dev");
  if (verify_command->parsed()) {
    return verify(project, console, line.verify_everything ? "kit" : line.verify_preset);
  }
  return kUnjudged;
}

}  // namespace
}  // namespace workshop::runner

int main(int argc, char** argv) {
  try {
    return workshop::runner::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "workshop: " << error.what() << '\n';
    return workshop::runner::kUnjudged;
  }
}
