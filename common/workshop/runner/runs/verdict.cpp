#include "workshop/runner/runs/verdict.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/schedules.hpp"

namespace workshop::runner {
namespace {

/// What went wrong in a run that did not come to its end.
std::string unfinished_sentence(const std::string& subject, const process::Result& process,
                                const RunResult& run) {
  const auto* test = run.unfinished();
  std::string where;
  if (test != nullptr) {
    where = fmt::format(" in test \"{}\"", test->name);
  } else if (!run.tests.empty()) {
    where = fmt::format(" after test \"{}\"", run.tests.back().name);
  } else {
    where = " before its first test";
  }
  if (process.timed_out) {
    return fmt::format("{} hangs{} ({})", subject, where, describe_end(process));
  }
  if (process.signal != 0) {
    return fmt::format("{} crashed ({}){}", subject, describe_end(process), where);
  }
  // A sanitizer turns the signal into an exit code; Catch2 saw it as "SIGSEGV - Segmentation
  // violation signal".
  const auto fatal = run.fatal.substr(0, run.fatal.find(" - "));
  if (!fatal.empty()) return fmt::format("{} crashed ({}){}", subject, fatal, where);
  return fmt::format("{} ended ({}){}", subject, describe_end(process), where);
}

/// Whether its handler did not do the same twice.
bool is_erratic(const TestResult& test) {
  return test.exception && test.exception->starts_with(protocol::phrase::kNotDeterministic);
}

/// Whether no execution broke anything, but some were too long: another test of the step may show
/// the same cause in an execution that breaks something.
bool is_bound(const TestResult& test) {
  return test.invariant.starts_with(protocol::phrase::kBoundReached);
}

/// Which step of an execution is the first one that is told.
std::size_t first_told(const protocol::ScheduleOutline& outline) {
  constexpr std::size_t kToldMax = 8;
  return outline.steps.size() - std::min(kToldMax, outline.steps.size());
}

}  // namespace

const char* name_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::green:
      return "green";
    case Judgement::red:
      return "red";
    case Judgement::unjudged:
      break;
  }
  return "unjudged";
}

Verdict judge(const std::string& subject, const process::Result& process, const RunResult& run) {
  const auto unjudged = [](std::string problem) {
    return Verdict{.judgement = Judgement::unjudged, .problem = std::move(problem)};
  };
  if (!process.start_error.empty()) {
    return unjudged(fmt::format("{} {}", subject, describe_end(process)));
  }
  if (!run.ended) {
    const bool silent = !run.started && process.signal == 0 && !process.timed_out;
    if (!silent) return unjudged(unfinished_sentence(subject, process, run));
    return unjudged(fmt::format("{} reported no results ({})", subject, describe_end(process)));
  }
  if (run.tests.empty()) return unjudged(fmt::format("{} has no tests", subject));
  if (first_failure(run) != nullptr) return {.judgement = Judgement::red, .problem = {}};
  const auto skipped = run.count([](const TestResult& test) { return test.skipped; });
  if (skipped == run.tests.size())
    return unjudged(fmt::format("{} skipped all its tests", subject));
  if (process.timed_out || process.signal != 0 || process.exit_code != 0) {
    return unjudged(
        fmt::format("{} passed its tests and then failed ({})", subject, describe_end(process)));
  }
  return {.judgement = Judgement::green, .problem = {}};
}

bool has_crashed(const process::Result& process, const RunResult& run) {
  return !run.fatal.empty() || (process.signal != 0 && !process.timed_out);
}

std::string end_of_unfinished(const process::Result& process, const RunResult& run) {
  if (process.timed_out) return "hangs";
  if (!has_crashed(process, run)) return "did not end";
  if (process.signal != 0) return fmt::format("crashed ({})", describe_end(process));
  return fmt::format("crashed ({})", run.fatal.substr(0, run.fatal.find(" - ")));
}

std::string last_steps_of(const std::string& schedule) {
  const auto outline = protocol::outline_of(schedule);
  if (outline.steps.empty()) return {};
  const auto first = first_told(outline);
  std::string steps = first > 0 ? "… " : "";
  for (auto i = first; i < outline.steps.size(); ++i) {
    const auto& step = outline.steps[i];
    if (i > first) steps += ", ";
    steps += step.operation;
    if (!step.fault.empty()) steps += fmt::format(" ({})", step.fault);
  }
  return fmt::format("after step {} of the execution, {}: {}", outline.steps.size(),
                     outline.steps.back().operation, steps);
}

std::string lines_of_last_steps(const std::string& schedule) {
  const auto outline = protocol::outline_of(schedule);
  if (outline.steps.empty()) return {};
  const auto first = first_told(outline);
  std::string lines = first > 0 ? " …\n" : "";
  for (auto i = first; i < outline.steps.size(); ++i) {
    const auto& step = outline.steps[i];
    const auto fault =
        step.fault.empty() ? std::string() : fmt::format(" (planned fault: {})", step.fault);
    lines += fmt::format("{:2}  {}{}\n", i + 1, step.operation, fault);
  }
  return lines;
}

const TestResult* endless_loop(const RunResult& run) {
  namespace phrase = protocol::phrase;
  for (const auto& test : run.tests) {
    if (!test.failed() || test.story.empty()) continue;
    if (test.story.find(phrase::kSpins) != std::string::npos ||
        test.story.find(phrase::kSpinsFirst) != std::string::npos) {
      return &test;
    }
  }
  return nullptr;
}

int exit_code(Judgement judgement) {
  switch (judgement) {
    case Judgement::green:
      return protocol::kExitGood;
    case Judgement::red:
      return protocol::kExitRed;
    case Judgement::unjudged:
      break;
  }
  return protocol::kExitNotJudged;
}

const TestResult* first_failure(const RunResult& run, const std::string& wanted) {
  const TestResult* first = nullptr;
  for (const auto& test : run.tests) {
    if (!test.failed()) continue;
    if (test.name == wanted) return &test;
    const bool erratic = is_erratic(test);
    if (first != nullptr && erratic != is_erratic(*first)) {
      if (erratic) first = &test;
      continue;
    }
    if (first == nullptr || test.step() < first->step()) {
      first = &test;
    } else if (test.step() == first->step()) {
      const bool earlier = test.file == first->file && test.line < first->line;
      if (is_bound(test) == is_bound(*first) ? earlier : is_bound(*first)) first = &test;
    }
  }
  return first;
}

ReplayEnding ending_of_replay(const TestResult& test) {
  const auto& broken = test.replay_broken;
  if (!test.replay_left.empty()) {
    const auto left = fmt::format(
        "The program left this schedule at {}: it does something else there now, and went its own "
        "way. ",
        test.replay_left);
    if (!broken.empty()) {
      return {left + fmt::format("On that way an invariant breaks: {}.", broken),
              protocol::kExitRed};
    }
    return {
        left +
            "That nothing broke says nothing of the rest of the schedule: check tells whether the "
            "failure is gone.",
        protocol::kExitNotJudged};
  }
  if (!broken.empty() && test.passed) {
    return {
        fmt::format("On this schedule an invariant breaks: {}. The test passes, because it wants "
                    "this to be found.",
                    broken),
        protocol::kExitGood};
  }
  if (test.passed) return {"On this schedule the test passes.", protocol::kExitGood};
  return {fmt::format("On this schedule the test fails{}.",
                      test.invariant.empty() ? "" : ": " + test.invariant),
          protocol::kExitRed};
}

}  // namespace workshop::runner
