#include "workshop/explore/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/drivers/deepening.hpp"
#include "workshop/explore/drivers/determinism.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

using protocol::counted;
using SteadyClock = std::chrono::steady_clock;

std::string within(std::size_t messages, const Bounds& bounds) {
  const auto preemptions = bounds.preemptions_max == kUnlimitedPreemptions
                               ? std::string("any preemptions")
                               : counted(bounds.preemptions_max, "preemption");
  return fmt::format("{}{}, {}", messages == 0 ? "" : counted(messages, "message") + ", ",
                     counted(bounds.faults_max, "fault"), preemptions);
}

Report report_of(const Deepened& deepened, const Bounds& tried) {
  Report report;
  report.counts = deepened.counts;
  report.messages_count = deepened.messages_count;
  report.threads_count = deepened.threads_count;
  report.bounds = tried;
  if (tried.faults.empty()) report.bounds.faults_max = 0;  // none was tried
  report.ended = deepened.ended;
  if (deepened.ended == Ended::failure) {
    report.bounds.faults_max = deepened.budget.faults;
    if (tried.preemptions_max != kUnlimitedPreemptions) {
      report.bounds.preemptions_max = deepened.budget.preemptions;
    }
  }
  return report;
}

Trace failure_of(const Scenario& scenario, const Deepened& deepened, const std::string& tag) {
  auto trace = trace_of(scenario, deepened.messages_count, deepened.failing, tag);
  if (trace.violation) return trace;
  throw NonDeterministic(fmt::format(
      "an execution broke an invariant ({}), and the same schedule, {}, did not break it when it "
      "ran again",
      deepened.violation->name, trace.schedule));
}

}  // namespace

void refuse_bad(const Scenario& scenario) {
  const auto& bounds = scenario.bounds;
  if (bounds.faults_max > 7 ||
      (bounds.preemptions_max > 7 && bounds.preemptions_max != kUnlimitedPreemptions)) {
    throw InvalidRequest(fmt::format(
        "bounds of at most 7 faults and 7 preemptions (or kUnlimitedPreemptions) can be "
        "explored, not {} and {}",
        bounds.faults_max, bounds.preemptions_max));
  }
  if (scenario.processes.empty()) {
    throw InvalidRequest("a scenario without processes has nothing to explore");
  }
  if (scenario.processes.size() > 26) {
    throw InvalidRequest("a scenario has at most 26 processes, one for each letter of a schedule");
  }
  const bool needs_messages =
      std::all_of(scenario.processes.begin(), scenario.processes.end(),
                  [](const ProcessSpec& process) { return process.serves(); });
  if (needs_messages && scenario.messages.empty()) {
    throw InvalidRequest("nothing would happen: no process starts by itself and no message waits");
  }
}

std::string Report::to_string() const {
  const auto executions = counted(counts.executions_count, "execution");
  const auto no_failure = [&](std::string_view bound) {
    return fmt::format("no failure in {} {}{})", executions, protocol::phrase::kBound, bound);
  };
  switch (ended) {
    case Ended::exhausted:
      return fmt::format("holds up to {} ({}, complete)", within(messages_count, bounds),
                         threads_count > 1 ? counted(counts.states_count, "state") : executions);
    case Ended::failure:
      return fmt::format("fails with {} (found in {})", within(messages_count, bounds), executions);
    case Ended::executions_max:
      return no_failure("executions");
    case Ended::time_max:
      return no_failure("time");
    case Ended::steps_max:
      return no_failure("steps");
  }
  return {};
}

Verdict explore(const Scenario& scenario, const std::string& tag) {
  refuse_bad(scenario);
  const auto started = SteadyClock::now();
  check_determinism(scenario);
  const auto deepened = deepen(scenario);
  Verdict verdict;
  verdict.report = report_of(deepened, scenario.bounds);
  verdict.shortest = deepened.shortest;
  if (deepened.ended == Ended::failure) verdict.failure = failure_of(scenario, deepened, tag);
  if (!deepened.longest.empty()) {
    verdict.too_long =
        trace_of_too_long(scenario, deepened.longest_messages_count, deepened.longest, tag);
  }
  verdict.report.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started);
  return verdict;
}

}  // namespace workshop::explore
