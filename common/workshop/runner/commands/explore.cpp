#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/as_trace.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_json.hpp"

namespace workshop::runner {
namespace {

struct ExploreOptions {
  LabOptions lab;
  int deeper_s = 0;  ///< seconds to raise the bounds, for each exploration
  std::uint64_t random_count = 0;
  std::uint64_t seed = 1;
  int pct_depth = 0;
  int threads = 1;
  bool no_pruning = false;
  bool sleep_sets = false;
  bool why = false;
  bool as_json = false;
  std::filesystem::path trace_folder;
};

std::string request_of(const ExploreOptions& options) {
  namespace word = protocol::explore_word;
  auto words = fmt::format("{}={}", word::kThreads, std::max(1, options.threads));
  const auto add = [&words](std::string_view name, auto number) {
    words += fmt::format(" {}={}", name, number);
  };
  const auto say = [&words](std::string_view said) { words.append(" ").append(said); };
  if (options.deeper_s > 0) add(word::kDeeper, options.deeper_s);
  if (options.random_count > 0) add(word::kRandom, options.random_count);
  if (options.pct_depth > 0) add(word::kPct, options.pct_depth);
  add(word::kSeed, options.seed);
  if (options.no_pruning) say(word::kNoPruning);
  if (options.sleep_sets) say(word::kSleepSets);
  if (options.why) say(word::kWhy);
  return words;
}

LabRunOptions how_to_explore(const Console& console, const ExploreOptions& options) {
  namespace variable = protocol::variable;
  LabRunOptions how;
  how.kept_as = ".explore";
  how.shows_progress = true;
  how.environment = {{variable::kColumns, std::to_string(console.style().width - 2)},
                     {variable::kExplore, request_of(options)}};
  if (console.style().ascii) how.environment.emplace_back(variable::kAscii, "1");
  // Each exploration may take its time; a lab has at most some twenty of them.
  how.time_more = std::chrono::seconds(options.deeper_s) * 30;
  if (options.no_pruning || options.sleep_sets || options.random_count > 0) {
    how.time_more += std::chrono::minutes(30);
  }
  return how;
}

int explore(Workspace& workspace, const ExploreOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  auto how = how_to_explore(console, options);
  if (options.as_json) {
    how.on_build_failure = [&](const Lab& lab, const LabProgram& program,
                               const BuildResult& build) {
      console.line(build_failure_json(project, lab, program, build));
    };
  }
  Console aside(std::cerr, console.style());  // standard output is the JSON's alone
  const auto done = run_lab(project, options.as_json ? aside : console, options.lab, how);
  if (!done) return protocol::kExitNotJudged;
  if (options.as_json) {
    console.line(explore_json(project, *done));
    return exit_code(done->verdict.judgement);
  }

  Printer printer(project, console);
  const auto& results = done->run.results;
  const auto explored =
      results.count([](const TestResult& test) { return !test.exploration_notes.empty(); });
  if (explored == 0 || done->verdict.judgement == Judgement::unjudged) {
    printer.verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict, {});
    if (explored == 0) console.paragraph(done->program.label + " explored nothing.");
    return exit_code(done->verdict.judgement);
  }
  for (const auto& test : results.tests) {
    if (!test.exploration_notes.empty()) print_exploration(test, console);
  }
  const auto* failure = first_failure(results);
  if (failure == nullptr) return protocol::kExitGood;
  printer.story(*failure);
  return protocol::kExitRed;
}

int explore_as_trace(Workspace& workspace, const ExploreOptions& options) {
  AsTraceOptions trace;
  trace.folder = options.trace_folder;
  trace.seed = options.seed;
  if (options.random_count > 0) trace.executions_count = options.random_count;
  return write_trace(workspace, options.lab, trace);
}

Action add_explore(CLI::App& app) {
  auto options = std::make_shared<ExploreOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--deeper", options->deeper_s, "Raise the bounds for so many seconds each")
      ->check(CLI::PositiveNumber);
  app.add_option("--random", options->random_count, "So many executions at random")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options->seed, "Of what is random (1)");
  app.add_option("--pct", options->pct_depth, "At random by PCT of this depth")
      ->check(CLI::PositiveNumber);
  app.add_option("--threads", options->threads, "Threads that share a large search (1)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--no-pruning", options->no_pruning, "Explore states again that were seen before");
  app.add_flag("--sleep-sets", options->sleep_sets,
               "All interleavings, without digests, commuting operations in one order");
  app.add_flag("--json", options->as_json, "As JSON (docs/json.md)");
  app.add_flag("--why", options->why, "Say which operations commute");
  const auto* as_trace =
      app.add_option("--as-trace", options->trace_folder,
                     "Write executions for TLC instead, as a trace in TLA+; into this folder")
          ->expected(0, 1)
          ->type_name("[FOLDER]");
  return [options, as_trace](Workspace& workspace) {
    return as_trace->count() > 0 ? explore_as_trace(workspace, *options)
                                 : explore(workspace, *options);
  };
}

}  // namespace

constexpr Command kExploreCommand = {
    .name = "explore",
    .description = "Tell of a lab's explorations, and explore further",
    .example = "scripts/workshop explore 8 --solution --deeper 10",
    .audience = Audience::attendee,
    .add = add_explore};

}  // namespace workshop::runner
