#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace {

namespace word = protocol::explore_word;

struct ReductionsOptions {
  std::filesystem::path program;
  std::string first = fmt::format("{}=60", word::kTime);
  std::string second = fmt::format("{}=60 {}", word::kTime, word::kNoPruning);
  std::chrono::milliseconds time_max{3'600'000};
};

// A search that a bound has ended says nothing about the space, so it cannot be compared.
bool was_cut(const TestResult& test) {
  const auto& notes = test.exploration_notes;
  return std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find(protocol::phrase::kBound) != std::string::npos;
  });
}

std::string verdict_of(const TestResult& test) { return test.passed ? "passed" : test.reason(); }

/// Runs a test program twice, with these words in variable::kExplore, and compares what its
/// explorations came to. 0 the same, 1 not, 2 it could not be told.
int compare_reductions(Console& console, const ReductionsOptions& options) {
  const auto name = options.program.filename().string();
  const auto folder = std::filesystem::absolute(options.program).parent_path() / "reductions";
  const auto run_with = [&](const std::string& words, const std::string& as) {
    return run_lab_program(
        options.program, folder, name + "." + as,
        {.time_max = options.time_max, .environment = {{protocol::variable::kExplore, words}}});
  };
  const auto first = run_with(options.first, "first");
  const auto second = run_with(options.second, "second");
  for (const auto* run : {&first, &second}) {
    if (run->results.ended && !run->process.timed_out) continue;
    console.line(fmt::format("{}: {}", name, judge(name, run->process, run->results).problem));
    return protocol::kExitNotJudged;
  }
  const auto& tests = first.results.tests;
  const auto& others = second.results.tests;
  int same = 0;
  int cut = 0;
  int different = 0;
  for (std::size_t i = 0; i < std::min(tests.size(), others.size()); ++i) {
    if (tests[i].exploration_notes.empty()) continue;  // it explores nothing
    if (was_cut(tests[i]) || was_cut(others[i])) {
      ++cut;
    } else if (verdict_of(tests[i]) == verdict_of(others[i])) {
      ++same;
    } else {
      ++different;
      console.line(fmt::format("{}: \"{}\": {} with \"{}\", {} with \"{}\"", name, tests[i].name,
                               verdict_of(tests[i]), options.first, verdict_of(others[i]),
                               options.second));
    }
  }
  if (tests.size() != others.size()) {
    console.line(fmt::format("{}: {} tests and {}", name, tests.size(), others.size()));
    return protocol::kExitRed;
  }
  console.line(fmt::format("{}: same {}, different {}, cut {}", name, same, different, cut));
  return different == 0 ? protocol::kExitGood : protocol::kExitRed;
}

Action add_reductions(CLI::App& app) {
  auto options = std::make_shared<ReductionsOptions>();
  app.add_option("--program", options->program)->required();
  app.add_option("--first", options->first);
  app.add_option("--second", options->second);
  return
      [options](Workspace& workspace) { return compare_reductions(workspace.console(), *options); };
}

}  // namespace

constexpr Command kReductionsCommand = kReductionsWords.done_by(add_reductions);

}  // namespace workshop::runner
