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

/// How the lab's model is read: its words for operations and variables.
modelcheck::ModelWords words();

/// What happens when a C++ handler follows a counterexample.
struct Replay {
  std::optional<explore::Schedule> schedule;  ///< none: the handler has no such execution
  std::string left;                           ///< where it left the counterexample, then
  std::string broken;                         ///< the invariant that breaks; "": none
};

/// How often the loop of a counterexample is replayed, after the steps that lead to it.
inline constexpr std::size_t kLaps = 2;

/// The counterexample with its loop repeated `laps_count` times, ending where the loop begins;
/// unchanged when it has no loop. With 0, only the steps that lead to the loop.
modelcheck::TlcResult with_laps(const modelcheck::TlcResult& result, std::size_t laps_count);

/// Walks the handler along the counterexample of a property, and replays the schedule that it
/// finds. It goes through a loop `kLaps` times.
///
/// When the last step of the counterexample is more than one operation (`Property::torn`), the
/// handler crashes between two of them. This counts only if it breaks an invariant, while a crash
/// before both or after both does not: otherwise something else is wrong with the handler.
Replay replay(const modelcheck::TlcResult& result, const Property& property,
              const NamedHandler& handler, const std::string& tag = "tlc");

/// Of the variables of which a step may change only one, those that the last step of a
/// counterexample changes.
std::vector<std::string> changed_at_once(const modelcheck::TlcResult& result);

/// Lets the property's audit judge a C++ execution. Its finding replaces the oracle's violation,
/// and the execution ends at the step that shows it.
void audit(explore::Trace& trace, const Property& property);

/// The execution of a handler along a schedule, judged by this property. `loosely`: follows the
/// schedule of another handler as far as it matches.
explore::Trace follow_in_cpp(const explore::Schedule& schedule, const Property& property,
                             const NamedHandler& handler, bool loosely = false);

/// Follows the schedule of another handler as far as it matches, and returns what breaks, or "".
std::string follow_loosely(const explore::Schedule& schedule, const Property& property,
                           const NamedHandler& handler);

/// The oracle's verdict on a schedule, with all invariants; "": nothing is broken.
std::string oracle_on(const explore::Schedule& schedule, const NamedHandler& handler);

}  // namespace workshop::shop
