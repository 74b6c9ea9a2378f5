#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/invariant.hpp"
#include "workshop/explore/operation.hpp"
#include "workshop/explore/scenario.hpp"
#include "workshop/explore/schedule.hpp"
#include "workshop/explore/world.hpp"

namespace workshop::explore {

/// One step of an execution in words.
struct TraceStep {
  std::uint32_t process = 0;
  OperationKind kind = OperationKind::point;
  Decision decision = Decision::proceed;
  std::string attempt;  ///< "m1#2": the second delivery of message m1
  std::string text;     ///< "save Order order-1 if v1 {paid: 0→1} → v2"
  std::size_t told_bytes = 0;  ///< of the text's end: what came of it
  bool deciding = false;  ///< the step that broke the invariant
};

/// One execution, told step by step. Stories and pictures are made from it.
struct Trace {
  std::vector<std::string> processes;  ///< names, by number
  std::vector<TraceStep> steps;
  std::optional<Violation> violation;
  std::string schedule;
  std::string left_schedule;  ///< where and why a replay left its schedule; "": it followed it all
  std::string went_on;  ///< after which step a replayed schedule ended before the execution did
};

/// Runs the choices on a fresh world and tells what happens; afterwards, unless an invariant broke
/// before, the world runs to rest without faults and is judged.
Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag);

/// Follows a schedule as long as its steps match what the processes are about to do, then goes on
/// without faults; `left_schedule` says where it left. Throws InvalidRequest when the schedule has
/// more messages than the scenario.
Trace follow(const Scenario& scenario, const Schedule& schedule);

}  // namespace workshop::explore
