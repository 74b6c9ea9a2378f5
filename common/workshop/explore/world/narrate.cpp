#include "workshop/explore/world/narrate.hpp"

namespace workshop::explore {
namespace {

template <class Type>
bool is(const Error& error) {
  return dynamic_cast<const Type*>(&error) != nullptr;
}

std::string_view type_of(const Error& error) {
  if (is<VersionConflict>(error)) return "VersionConflict";
  if (is<LeaseLost>(error)) return "LeaseLost";
  if (is<OutcomeUnknown>(error)) return "OutcomeUnknown";
  if (is<Unavailable>(error)) return "Unavailable";
  return "Error";
}

// Whether the fault of this step, and nothing else, is the reason.
bool is_injected(const Step& step, std::string_view type) {
  const auto decision = step.choice.decision;
  return (type == "OutcomeUnknown" && is_unanswered(decision)) ||
         (type == "Unavailable" && decision == Decision::refused);
}

}  // namespace

void tell_failure(Step& step, const Error& error) {
  auto& words = *step.words;
  const auto type = type_of(error);
  words.facts.error = type;
  if (type == "VersionConflict" || type == "LeaseLost") {
    words.outcome = ": " + std::string(type);
  } else if (!is_injected(step, type)) {
    words.outcome = std::string(": ") + error.what();
  } else if (step.choice.kind == OperationKind::reply) {
    words.outcome = ": LOST";
  } else {
    words.outcome = fault_kind_of(step.choice.decision)->outcome;
  }
}

}  // namespace workshop::explore
