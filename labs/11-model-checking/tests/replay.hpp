#pragma once

#include <optional>
#include <string>
#include <vector>

#include "handlers.hpp"
#include "properties.hpp"
#include "workshop/explore/story/narrator.hpp"
#include "workshop/modelcheck/counterexample.hpp"
#include "workshop/modelcheck/tlc.hpp"

/// From model to code: a counterexample of TLC becomes a schedule of the C++ handlers.
namespace workshop::shop {

/// How the lab's model is read.
modelcheck::ModelWords words();

/// What becomes of a counterexample when a C++ handler goes along it.
struct Replay {
  std::optional<explore::Schedule> schedule;  ///< none: the handler has no such execution
  std::string left;                           ///< where it left, then
  std::string broken;                         ///< the invariant that breaks; "": none
};

/// How often a counterexample that goes round is replayed, after what leads there.
inline constexpr std::size_t kLaps = 2;

/// The counterexample with its way round so many times, and back where that begins; as it is when
/// it does not go round. None: what leads there alone.
modelcheck::TlcResult with_laps(const modelcheck::TlcResult& result, std::size_t laps_count);

/// Walks the handler along the counterexample of a property, and replays the schedule that it
/// finds. Along a way round, it goes `kLaps` times.
///
/// When the last step of the counterexample is more than one operation (`Property::torn`), the
/// handler dies between two of them. It counts only if that breaks an invariant, and neither dying
/// before both nor after both does: else something else is wrong with the handler.
Replay replay(const modelcheck::TlcResult& result, const Property& property,
              const NamedHandler& handler, const std::string& tag = "tlc");

/// The variables that the last step of a counterexample changes, of those that only one operation
/// may change in a step.
std::vector<std::string> changed_at_once(const modelcheck::TlcResult& result);

/// Lets the property's audit judge a C++ execution. What it finds is told in place of what the
/// oracle says, and the execution ends where it shows.
void audit(explore::Trace& trace, const Property& property);

/// The execution of a handler along a schedule, judged by this property. Loosely: as well as it can
/// follow a schedule of another handler.
explore::Trace follow_in_cpp(const explore::Schedule& schedule, const Property& property,
                             const NamedHandler& handler, bool loosely = false);

/// Follows a schedule of another handler as well as this one can: what breaks, or "".
std::string follow_loosely(const explore::Schedule& schedule, const Property& property,
                           const NamedHandler& handler);

/// What the explorer's oracle says of a schedule, with all that it knows; "": nothing.
std::string oracle_on(const explore::Schedule& schedule, const NamedHandler& handler);

}  // namespace workshop::shop
