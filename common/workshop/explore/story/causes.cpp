#include "workshop/explore/story/causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/scenario/fault.hpp"
#include "workshop/explore/world/words.hpp"
#include "workshop/protocol/numbers.hpp"

namespace workshop::explore {
namespace {

using protocol::counted;

// How many operations of a round are named, and how many processes.
constexpr std::size_t kNamedMax = 5;
constexpr std::size_t kSpinnersMax = 2;
// The longest round that is recognised.
constexpr std::size_t kRoundMax = 40;

// "save Order order-1: VersionConflict", "receive Ping": an operation without values and without
// ids that differ from round to round.
std::string in_short(const TraceStep& step) {
  if (step.facts.documents.empty() && step.facts.messages.empty()) return step.text();
  std::string text(name_of(step.kind));
  std::string separator = " ";
  for (const auto& document : step.facts.documents) {
    text += separator + Words::of(document.key);
    separator = ", ";
  }
  for (const auto& message : step.facts.messages) {
    text += separator + message.type;
    separator = ", ";
  }
  if (!step.facts.error.empty()) text += ": " + step.facts.error;
  return text;
}

// What a process does over and over at the end of `steps`.
struct Round {
  std::vector<std::string> operations;
  std::size_t first = 0;  // of `steps`
  std::size_t times = 0;
};

std::optional<Round> round_of(const std::vector<std::string>& steps) {
  const auto count = steps.size();
  for (std::size_t length = 1; length <= std::min(kRoundMax, count / 3); ++length) {
    std::size_t same = 0;
    while (same + length < count && steps[count - 1 - same] == steps[count - 1 - same - length])
      ++same;
    const auto times = same / length + 1;
    if (times < 3) continue;
    // Told from where the rounds begin: the end may stand in the middle of one.
    const auto begin = count - same - length;
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(begin);
    return Round{{first, first + static_cast<std::ptrdiff_t>(length)}, begin, times};
  }
  return std::nullopt;
}

// Of one process, or of several that do the same.
std::string words_of(const std::string& processes, bool several,
                     const std::vector<std::string>& steps) {
  const auto round = round_of(steps);
  const auto* goes = several ? "go" : "goes";
  if (!round) return fmt::format("{} {} on and on", processes, goes);
  std::string text =
      fmt::format("{} {} round, {}: ", processes, goes, counted(round->times, "time"));
  const auto& operations = round->operations;
  for (std::size_t i = 0; i < std::min(kNamedMax, operations.size()); ++i) {
    text += (i == 0 ? "" : ", ") + operations[i];
  }
  if (operations.size() > kNamedMax) text += ", …";
  return text;
}

// The steps of each process among those before `end`, in short; time that passes is nobody's.
std::vector<std::vector<std::string>> by_process(const Trace& trace, std::size_t end) {
  std::vector<std::vector<std::string>> steps(trace.processes.size());
  for (std::size_t i = 0; i < end; ++i) {
    const auto& step = trace.steps[i];
    if (step.decision == Decision::advance_time || step.process >= steps.size()) continue;
    steps[step.process].push_back(in_short(step));
  }
  return steps;
}

// Who acted in the second half of the first `end` steps spins; who acts after them and not there
// could have gone on all the while.
std::string spinners_of(const Trace& trace, std::size_t end) {
  std::vector<bool> spins(trace.processes.size(), false);
  for (auto i = end / 2; i < end; ++i) {
    const auto& step = trace.steps[i];
    if (step.decision != Decision::advance_time && step.process < spins.size()) {
      spins[step.process] = true;
    }
  }
  const auto steps = by_process(trace, end);
  struct Spinners {
    std::string names;
    bool several = false;
    std::string words;
    std::size_t first = 0;
  };
  std::vector<Spinners> spinners;
  std::string text;
  std::size_t named = 0;
  for (std::size_t i = 0; i < spins.size(); ++i) {
    if (!spins[i] || ++named > kSpinnersMax) continue;
    const auto words = words_of("", false, steps[i]);
    const auto alike = std::ranges::find(spinners, words, &Spinners::words);
    if (alike == spinners.end()) {
      spinners.push_back({trace.processes[i], false, words, i});
    } else {
      alike->names += " and " + trace.processes[i];
      alike->several = true;
    }
  }
  for (const auto& each : spinners) {
    text += (text.empty() ? "" : "; ") + words_of(each.names, each.several, steps[each.first]);
  }
  if (named > kSpinnersMax) text += fmt::format("; and {} more", named - kSpinnersMax);
  std::vector<bool> told = spins;
  for (auto i = end; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    if (step.decision == Decision::advance_time || step.process >= told.size()) continue;
    if (told[step.process]) continue;
    told[step.process] = true;
    text += fmt::format("; meanwhile {} stood before {}", trace.processes[step.process],
                        in_short(step));
  }
  return text;
}

// How the deliveries of one message ended.
struct Deliveries {
  std::size_t count = 0;
  std::vector<std::string> reasons;  // of those that were abandoned
  std::optional<std::size_t> last_abandoned;
};

// The operation whose failure an attempt ended with.
std::optional<std::size_t> failed_before(const Trace& trace, std::size_t abandoned) {
  const auto& step = trace.steps[abandoned];
  const auto& threw = step.facts.threw;
  for (auto i = abandoned; i > 0 && !threw.empty(); --i) {
    const auto& before = trace.steps[i - 1];
    if (before.process != step.process) continue;
    return before.facts.error == threw ? std::optional(i - 1) : std::nullopt;
  }
  return std::nullopt;
}

// The operation whose failure an attempt ended with, or what its handler threw.
std::string reason_of(const Trace& trace, std::size_t abandoned) {
  const auto failed = failed_before(trace, abandoned);
  return failed ? in_short(trace.steps[*failed]) : trace.steps[abandoned].facts.threw;
}

Deliveries deliveries_of_dead_letter(const Trace& trace, const std::string& got) {
  Deliveries deliveries;
  std::vector<bool> handles_it(trace.processes.size(), false);
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const auto& step = trace.steps[i];
    if (step.decision == Decision::advance_time || step.process >= handles_it.size()) continue;
    if (step.kind == OperationKind::receive && !step.facts.messages.empty()) {
      const auto& message = step.facts.messages.front();
      const bool it = got.starts_with(message.type + " " + message.id + " was given up");
      handles_it[step.process] = it;
      if (it) ++deliveries.count;
    } else if (step.kind == OperationKind::abandon && handles_it[step.process]) {
      deliveries.reasons.push_back(reason_of(trace, i));
      deliveries.last_abandoned = i;
    }
  }
  return deliveries;
}

std::string dead_letter_of(const Trace& trace, const std::string& got) {
  const auto deliveries = deliveries_of_dead_letter(trace, got);
  if (deliveries.reasons.empty() || deliveries.reasons.back().empty()) return {};
  const auto& last = deliveries.reasons.back();
  const auto same = static_cast<std::size_t>(
      std::count(deliveries.reasons.begin(), deliveries.reasons.end(), last));
  if (deliveries.count <= 1) return "its delivery ended with: " + last;
  return same == deliveries.count
             ? fmt::format("each of its {} deliveries ended with: {}", same, last)
             : fmt::format("{} of its {} deliveries ended with: {}", same, deliveries.count, last);
}

}  // namespace

std::optional<Loop> loop_of(const Trace& trace) {
  if (!trace.goes_on) return std::nullopt;
  std::vector<std::string> steps;
  for (const auto& step : trace.steps) {
    const bool is_time = step.decision == Decision::advance_time;
    steps.push_back(is_time ? std::string() : fmt::format("{} {}", step.process, in_short(step)));
  }
  const auto round = round_of(steps);
  if (!round) return std::nullopt;
  return Loop{round->first, round->operations.size()};
}

std::optional<std::size_t> last_failure_of_dead_letter(const Trace& trace) {
  if (!trace.violation || trace.violation->name != failure::kDeadLetter) return std::nullopt;
  const auto abandoned = deliveries_of_dead_letter(trace, trace.violation->got).last_abandoned;
  if (!abandoned) return std::nullopt;
  const auto failed = failed_before(trace, *abandoned);
  return failed ? failed : abandoned;
}

std::string cause_of(const Trace& trace) {
  if (trace.not_at_rest_after > 0) {
    return spinners_of(trace, std::min(trace.not_at_rest_after, trace.steps.size()));
  }
  if (!trace.violation) return {};
  const auto& [name, expected, got] = *trace.violation;
  if (name == failure::kDeadLetter) return dead_letter_of(trace, got);
  if (name == failure::kLivelock && !trace.steps.empty() && trace.goes_on) {
    return spinners_of(trace, trace.steps.size());
  }
  return {};
}

}  // namespace workshop::explore
