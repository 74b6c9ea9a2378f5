#include "workshop/runner/progress/difference.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/progress/hints.hpp"

namespace workshop::runner {
namespace {

/// "crash at publish", for each fault of an execution, in its order.
std::vector<std::string> faults_with_places(const protocol::ScheduleOutline& outline) {
  std::vector<std::string> faults;
  for (const auto& step : outline.steps) {
    if (!step.fault.empty()) faults.push_back(fmt::format("{} at {}", step.fault, step.operation));
  }
  return faults;
}

/// What `more` has beyond `less`, if it has all that `less` has; else nothing.
std::vector<std::string> beyond(std::vector<std::string> more,
                                const std::vector<std::string>& less) {
  for (const auto& each : less) {
    const auto same = std::ranges::find(more, each);
    if (same == more.end()) return {};
    more.erase(same);
  }
  return more;
}

/// Which faults `more` has in addition to those of `less`, in brackets: "" where an execution has
/// other faults altogether, and where they happen left out when that differs for all of them.
std::string in_addition(const protocol::ScheduleOutline& more,
                        const protocol::ScheduleOutline& less) {
  auto faults = beyond(faults_with_places(more), faults_with_places(less));
  if (faults.empty()) faults = beyond(more.faults, less.faults);
  return faults.empty() ? std::string() : fmt::format(" ({})", fmt::join(faults, ", "));
}

std::string number_in_words(std::size_t count, std::string_view noun) {
  return count == 1 ? fmt::format("one {}", noun) : protocol::counted(count, noun);
}

/// Up to which steps it is told what has changed.
struct StepsTold {
  StepsTold(const std::vector<TestState>& before, const std::vector<TestState>& after) {
    constexpr int kAll = std::numeric_limits<int>::max();
    const auto worked_on = [](const std::vector<TestState>& tests) {
      LabState state;
      state.tests = tests;
      const int step = red_step(state);
      return step == 0 ? kAll : step;
    };
    const int from = worked_on(before);
    const int to = worked_on(after);
    red = std::min(from, to);
    green = to <= from || to == kAll ? to : to - 1;
  }
  int green;  ///< of what is green now
  int red;    ///< of what is red now
};

/// A livelock has no end, so what leads to it says nothing of its length.
bool has_length(const TestState& test, const protocol::ScheduleOutline& outline) {
  return test.reason != "livelock" && outline.steps_count > 0;
}

/// Of a test that fails as before, and on the same execution if there is one.
std::string movement_of_words(const TestState& before, const TestState& after) {
  if (before.line != 0 && after.line != 0 && before.line != after.line) {
    return fmt::format("at another check, in line {} instead of {}", after.line, before.line);
  }
  if (before.said.empty() || after.said.empty() || before.said == after.said) return {};
  return after.schedule.empty() ? "at the same check, with other values"
                                : "on the same execution, with other steps or values in it";
}

}  // namespace

std::string movement(const TestState& before, const TestState& after) {
  std::string words;
  if (before.reason != after.reason && !before.reason.empty()) {
    words = fmt::format("{} instead of {}", reason_in_words(after.reason),
                        reason_in_words(before.reason));
  }
  if (words.empty() && before.schedule == after.schedule) return movement_of_words(before, after);
  if (before.schedule == after.schedule || after.schedule.empty()) return words;
  const auto to = protocol::outline_of(after.schedule);
  if ((after.reason == "livelock") != (before.reason == "livelock")) return words;
  if (before.schedule.empty()) return words.empty() ? "an execution breaks it now" : words;
  const auto from = protocol::outline_of(before.schedule);
  if (!words.empty()) words += ", ";
  if (to.faults.size() > from.faults.size()) {
    const auto deeper = to.faults.size() - from.faults.size();
    return words +
           fmt::format("{} deeper{}", number_in_words(deeper, "fault"), in_addition(to, from));
  }
  if (to.faults.size() < from.faults.size()) {
    if (to.faults.empty()) return words + "without any fault";
    return words + fmt::format("with {} less{}",
                               number_in_words(from.faults.size() - to.faults.size(), "fault"),
                               in_addition(from, to));
  }
  if (!has_length(before, from) || !has_length(after, to)) {
    return words + "in another execution";
  }
  if (to.steps_count != from.steps_count) {
    // What is told is the shortest, so a longer one is a step ahead.
    return words +
           fmt::format("in an execution of {} instead of {}{}",
                       protocol::counted(to.steps_count, "step"), from.steps_count,
                       to.steps_count > from.steps_count ? ": no shorter one fails any more" : "");
  }
  return words + "in another execution of the same length";
}

Replayed outcome_of_replay(const TestState& before, const std::string& broken,
                           const std::string& left) {
  if (!broken.empty() && broken != before.reason) return Replayed::breaks_otherwise;
  if (!left.empty()) return Replayed::goes_another_way;
  return broken.empty() ? Replayed::mended : Replayed::still_broken;
}

std::size_t Difference::later() const {
  auto count = later_moved;
  for (const auto* changes : {&later_mended, &later_broken}) {
    for (const auto& [step, names] : *changes) count += names.size();
  }
  return count;
}

Difference difference(const std::vector<TestState>& before, const std::vector<TestState>& after) {
  Difference found;
  const StepsTold told(before, after);
  for (const auto& test : after) {
    const auto was = std::find_if(before.begin(), before.end(),
                                  [&](const TestState& each) { return each.name == test.name; });
    if (was == before.end()) continue;
    const bool was_red = was->verdict == "red";
    const bool is_red = test.verdict == "red";
    const bool mended = was_red && test.verdict == "green";
    const bool broken = is_red && was->verdict == "green";
    const auto words = was_red && is_red ? movement(*was, test) : std::string();
    if (was->verdict != "skipped" && test.verdict == "skipped") {
      found.gone.push_back(test.name + ": skipped");
      continue;
    }
    const bool same = was_red && is_red && words.empty();
    if (!mended && !broken && !same && words.empty()) continue;
    if (same) {
      if (test.step <= told.red) found.same.push_back(test.name);
      continue;
    }
    if (test.step > (mended ? told.green : told.red)) {
      if (mended) found.later_mended[test.step].push_back(test.name);
      if (broken) found.later_broken[test.step].push_back(test.name);
      if (!mended && !broken) ++found.later_moved;
    } else if (mended) {
      found.mended.push_back(test.name);
    } else if (broken) {
      found.broken.push_back(test.name);
    } else {
      found.moved.push_back(fmt::format("{}: {}", test.name, words));
    }
  }
  for (const auto& test : before) {
    if (std::ranges::find(after, test.name, &TestState::name) == after.end()) {
      found.gone.push_back(test.name + ": there is no such test any more");
    }
  }
  return found;
}

}  // namespace workshop::runner
