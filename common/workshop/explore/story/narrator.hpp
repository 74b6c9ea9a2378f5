#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// What is called before a step with its number, from 1, and with what is going to happen, such as
/// "save of payments-1": a place to stop for a debugger.
using BeforeStep = std::function<void(std::size_t step, const std::string& what)>;

/// Runs the choices on a fresh world and tells what happens; afterwards, unless an invariant broke
/// before, the world runs to rest without faults and is judged.
Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag);

/// The same of an execution whose first steps only were chosen and that took too long to come to
/// rest: its schedule is what was chosen, and the rest follows by itself. Nothing when it breaks an
/// invariant.
std::optional<Trace> trace_of_too_long(const Scenario& scenario, std::size_t messages_count,
                                       const std::vector<Choice>& choices, const std::string& tag);

/// Runs the choices on a fresh world and tells what happens, and nothing more: what a process was
/// about to do when it died is not told, as it may be what has no end.
Trace trace_up_to(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& choices);

/// Runs the choices on a fresh world and tells what happens. It does not go on, but where nothing
/// can happen any more it is judged; the last step of what has broken is the deciding one, or the
/// last fault.
Trace trace_so_far(const Scenario& scenario, std::size_t messages_count,
                   const std::vector<Choice>& choices, const std::string& tag);

/// "save Order order-1", "publish PaymentBooked m1.2": a narrated operation by what it is about,
/// without values.
std::string in_short(const Step& step);

/// How a schedule is followed.
struct FollowOptions {
  bool loosely =
      false;  ///< see follow_loosely; else it is left at the first step that cannot happen
  BeforeStep before_step = {};  ///< empty: nothing is called
};

/// Follows a schedule as long as its steps match what the processes are about to do, then goes on
/// without faults; `left_schedule` says where it left. Throws InvalidRequest when the schedule has
/// more messages than the scenario.
Trace follow(const Scenario& scenario, const Schedule& schedule, const FollowOptions& options = {});

}  // namespace workshop::explore
