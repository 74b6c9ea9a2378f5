#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/scenario/operation.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/story/narrator.hpp"
#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// How a model of message handlers is read. Its processes are the arguments of `pc`; a label is
/// named after the operation that follows it.
struct ModelWords {
  /// The operation after each label that begins with such a word, as "SaveAgain" does. If several
  /// words fit, the longest counts.
  std::map<std::string, explore::OperationKind, std::less<>> operations = {
      {"Receive", explore::OperationKind::receive},
      {"Load", explore::OperationKind::load},
      {"Save", explore::OperationKind::save},
      {"Publish", explore::OperationKind::publish},
      {"Send", explore::OperationKind::send},
      {"Acknowledge", explore::OperationKind::acknowledge},
      {"Abandon", explore::OperationKind::abandon},
      {"Clear", explore::OperationKind::save}};
  std::string idle = "Receive";     ///< the label of a handler that has no message
  std::string message = "message";  ///< the variable that says which message a handler has
  std::string queue = "queue";      ///< the bag of messages that wait
  std::string crash = "Crash";      ///< the action in which a handler crashes
  /// The action in which a message is duplicated.
  std::string duplicate = "Duplicate";
  /// Variables that are not shown: the handlers' own, and auditors' books. `pc` is never shown.
  std::set<std::string, std::less<>> hidden_variables;
};

/// One step of a handler in a counterexample, in the words of the explorer.
struct ModelStep {
  std::string process;  ///< its name in the model: "A"
  std::string label;    ///< the label at which it was: "Save"
  explore::OperationKind kind =
      explore::OperationKind::point;  ///< the operation that the label stands for
  explore::Decision decision =
      explore::Decision::proceed;  ///< to go on, or the fault that the action is
  std::string message;             ///< that it has or gets: "m1"
  std::string text;                ///< "save db.spent 0→1"
  bool silent = false;             ///< only its label changed: there may be no operation at all
};

/// The steps of a counterexample. A duplicated message is shown at its next receive, as in the
/// explorer. Throws BadValue when the states are not those of such a model.
std::vector<ModelStep> steps_of(const TlcResult& result, const ModelWords& words);

/// A counterexample for a story or picture: one lane for each process, the deciding step marked
/// (the last fault when the violation shows only at rest, else the last step).
explore::Trace trace_of(const TlcResult& result, const ModelWords& words,
                        explore::Violation violation, bool broke_at_rest);

/// The result of walking a scenario's handlers along a counterexample.
struct Walk {
  std::optional<explore::Schedule> schedule;  ///< for the explorer's `follow`
  std::string left;  ///< when there is none: the step that no handler of the scenario can take
};

/// Looks for an execution of the scenario that does the same steps, operation by operation. Each
/// process and message of the model stands for one of the scenario's, whichever fits. The walk ends
/// where an invariant breaks. The exception of a handler's TODO leaves the function.
Walk walk(const explore::Scenario& scenario, const std::vector<ModelStep>& steps,
          const std::string& tag);

}  // namespace workshop::modelcheck
