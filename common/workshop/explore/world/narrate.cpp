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
  const auto happens = step.happens;
  if (type == "OutcomeUnknown") {
    return is_unanswered(happens) || happens == Decision::outage_unanswered;
  }
  if (type == "VersionConflict") return happens == Decision::busy;
  return type == "Unavailable" &&
         (happens == Decision::refused || happens == Decision::outage_refused);
}

// What an outage that began earlier does to the operation.
std::string_view again(Decision happens) {
  if (happens == Decision::busy) return ": somebody else faster again";
  return happens == Decision::outage_refused ? ": refused again" : ": NOT done, again no answer";
}

}  // namespace

void tell_failure(Step& step, const Error& error) {
  auto& words = *step.words;
  const auto type = type_of(error);
  words.facts.error = type;
  const bool injected = is_injected(step, type);
  if (!injected && (type == "VersionConflict" || type == "LeaseLost")) {
    words.outcome = ": " + std::string(type);
  } else if (!injected) {
    words.outcome = std::string(": ") + error.what();
  } else if (step.choice.decision == Decision::proceed) {
    words.outcome = again(step.happens);
  } else if (step.choice.kind == OperationKind::reply) {
    words.outcome = ": LOST";
  } else {
    words.outcome = fault_kind_of(step.choice.decision)->outcome;
  }
}

}  // namespace workshop::explore
