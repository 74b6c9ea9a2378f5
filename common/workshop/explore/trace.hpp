#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/facts.hpp"
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
  std::string attempt;         ///< "m1#2": the second delivery of message m1
  std::string text;            ///< "save Order order-1 if v1 {paid: 0→1} → v2"
  std::size_t told_bytes = 0;  ///< of the text's end: what came of it
  bool deciding = false;       ///< the step that broke the invariant
  bool differs = false;        ///< it sends something else than another step under the same id
  Facts facts;                 ///< for pictures; a trace made by hand may leave them empty
  /// The world after the step; nothing when it was not observed, as beyond kObservedStepsMax.
  std::shared_ptr<const WorldState> after;
};

/// One execution, told step by step. Stories and pictures are made from it. It may be made by hand
/// as well, such as from a counterexample of a model: processes and steps with their words suffice.
struct Trace {
  std::vector<std::string> processes;  ///< names, by number
  std::vector<TraceStep> steps;
  std::optional<Violation> violation;
  std::string schedule;
  std::string left_schedule;  ///< where and why a replay left its schedule; "": it followed it all
  std::size_t left_at = 0;    ///< the number of that step, from 1; 0: it followed it all
  std::size_t schedule_steps = 0;  ///< of a replay: how many steps its schedule has
  std::string went_on;  ///< after which step a replayed schedule ended before the execution did
  std::shared_ptr<const WorldState> start;  ///< the world before the first step
  /// Of an execution that a bound cut short: after so many steps it was not at rest. Else 0.
  std::size_t not_at_rest_after = 0;
};

/// Runs the choices on a fresh world and tells what happens; afterwards, unless an invariant broke
/// before, the world runs to rest without faults and is judged.
Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag);

/// Runs the choices on a fresh world and tells what happens, and nothing more.
Trace trace_up_to(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& choices);

/// How a schedule is followed.
struct FollowOptions {
  /// Where a step does not match, the process does what it is about to do instead, a fault waits
  /// until its operation comes, and what nobody does any more is left out. To see what another
  /// handler makes of the schedule. Else the schedule is left at the first step that does not
  /// match.
  bool loosely = false;
  BeforeStep before_step = {};
};

/// Follows a schedule as long as its steps match what the processes are about to do, then goes on
/// without faults; `left_schedule` says where it left. Throws InvalidRequest when the schedule has
/// more messages than the scenario.
Trace follow(const Scenario& scenario, const Schedule& schedule, const FollowOptions& options = {});

}  // namespace workshop::explore
