#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/verdict.hpp"

namespace workshop::runner {
namespace {

// A search that a bound has ended says nothing about the space, so it cannot be compared.
bool was_cut(const TestResult& test) {
  const auto& notes = test.exploration_notes;
  return std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find("(bound: ") != std::string::npos;
  });
}

std::string verdict_of(const TestResult& test) { return test.passed ? "passed" : test.reason(); }

}  // namespace

int compare_reductions(Console& console, const ReductionsOptions& options) {
  const auto name = options.program.filename().string();
  const auto folder = std::filesystem::absolute(options.program).parent_path() / "reductions";
  const auto run_with = [&](const std::string& words, const std::string& as) {
    return run_lab_program(
        options.program, folder, name + "." + as,
        {.time_max = options.time_max, .environment = {{"WORKSHOP_EXPLORE", words}}});
  };
  const auto first = run_with(options.first, "first");
  const auto second = run_with(options.second, "second");
  for (const auto* run : {&first, &second}) {
    if (run->results.ended && !run->process.timed_out) continue;
    console.line(fmt::format("{}: {}", name, judge(name, run->process, run->results).problem));
    return 2;
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
    return 1;
  }
  console.line(fmt::format("{}: same {}, different {}, cut {}", name, same, different, cut));
  return different == 0 ? 0 : 1;
}

}  // namespace workshop::runner
