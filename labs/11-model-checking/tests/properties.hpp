#pragma once

#include <string>
#include <vector>

#include "auditor.hpp"
#include "workshop/explore/scenario/invariant.hpp"

namespace workshop::shop {

/// One of the model's properties, and what breaks when a C++ handler has the same flaw.
struct Property {
  std::string name;              ///< in the model
  int step = 1;                  ///< of the lab: from there on it holds
  std::string broken;            ///< "ghost message"
  std::string expected;          ///< in a sentence
  bool temporal = false;         ///< TLC calls it a property, and no invariant
  std::string of_steps{};        ///< temporal, but of each step alone: the action that it asks for
  bool at_rest = false;          ///< it breaks when all is quiet, not at the step that is to blame
  explore::Invariants in_cpp{};  ///< by which the explorer's oracle knows it
  Audit audit = nullptr;         ///< or else who finds it in an execution of the C++ handlers
  /// What breaks it cannot be done in C++. Replayed is what the model cannot do: its step is torn
  /// apart by a crash.
  bool torn = false;
  /// What the oracle says, with all that it knows, of the schedule on which the audit finds this
  /// one broken; "": nothing.
  std::string oracle_says{};
};

const std::vector<Property>& properties();
const Property& property(const std::string& name);

}  // namespace workshop::shop
