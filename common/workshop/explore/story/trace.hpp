#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/story/world_state.hpp"
#include "workshop/explore/world/choice.hpp"
#include "workshop/explore/world/facts.hpp"

namespace workshop::explore {

/// One step of an execution in words.
struct TraceStep {
  std::uint32_t process = 0;                  ///< its number in Trace::processes
  OperationKind kind = OperationKind::point;  ///< what was done
  Decision decision = Decision::proceed;      ///< what happened to it
  Attempt attempt;                            ///< that it belongs to
  std::string what;                           ///< "save Order order-1 if v1 {paid: 0→1}"
  std::string outcome;                        ///< what came of it: " → v2"
  bool deciding = false;                      ///< the step that broke the invariant
  std::string source;  ///< the line that awaits it: "payments_handler.cpp:23"; "": not known
  /// What else might have happened instead, within the kinds of fault that the test tries.
  std::vector<std::string> others;
  bool differs = false;  ///< it sends something else than another step under the same id
  Facts facts;           ///< for pictures; a trace made by hand may leave them empty
  /// The world after the step; nothing when it was not observed, as beyond kObservedStepsMax.
  std::shared_ptr<const WorldState> after;

  /// The step in words: what, and what came of it.
  std::string text() const { return what + outcome; }
};

/// Where an execution that breaks an invariant was lost (drivers/no_return.hpp).
struct NoReturn {
  bool known = false;    ///< false: the search for it was ended before it was certain
  std::size_t step = 0;  ///< after this one every continuation within the bounds fails; 0: always
};

/// One execution, told step by step. Stories and pictures are made from it. It may be made by hand
/// as well, such as from a counterexample of a model: processes and steps with their words suffice.
struct Trace {
  std::vector<std::string> processes;  ///< names, by number
  std::vector<TraceStep> steps;        ///< in their order
  std::optional<Violation> violation;  ///< what it breaks; none: nothing
  std::string schedule;                ///< that `replay` follows; empty: there is none
  std::string left_schedule;  ///< where and why a replay left its schedule; "": it followed it all
  std::size_t left_at = 0;    ///< the number of that step, from 1; 0: it followed it all
  std::size_t schedule_steps = 0;  ///< of a replay: how many steps its schedule has
  std::string went_on;  ///< after which step a replayed schedule ended before the execution did
  std::shared_ptr<const WorldState> start;  ///< the world before the first step
  /// Of an execution that a bound cut short: after so many steps it was not at rest. Else 0.
  std::size_t not_at_rest_after = 0;
  std::optional<NoReturn> no_return;  ///< none: it breaks nothing, or nobody has looked
  /// Looks for it, which may take as long as the exploration did. Empty: it breaks nothing.
  std::function<NoReturn()> find_no_return;
  bool goes_on = false;  ///< it was still busy at its last step, and would be for ever
};

}  // namespace workshop::explore
