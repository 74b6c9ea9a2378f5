#pragma once

#include <string>
#include <vector>

#include "auditor.hpp"
#include "workshop/explore/scenario/invariant.hpp"

namespace workshop::shop {

/// One of the model's properties, and what breaks when a C++ handler has the same flaw.
struct Property {
  std::string name;              ///< in the model
  int step = 1;                  ///< of the lab: it must hold from this step on
  std::string broken;            ///< "ghost message"
  std::string expected;          ///< in a sentence
  bool temporal = false;         ///< for TLC it is a PROPERTY, not an INVARIANT
  std::string of_steps{};        ///< temporal, but about each step alone: the action that it wants
  bool at_rest = false;          ///< it shows only at rest, not at the step that is the cause
  explore::Invariants in_cpp{};  ///< the explorer's invariants for it
  Audit audit = nullptr;         ///< or else the audit that finds it in a C++ execution
  /// The step that breaks it is impossible in C++. The replay does what is impossible in the model
  /// instead: a crash in the middle of this step.
  bool torn = false;
  /// The oracle's verdict, with all invariants, on the schedule on which the audit finds this one
  /// broken; "": nothing is broken.
  std::string oracle_says{};
};

const std::vector<Property>& properties();
const Property& property(const std::string& name);

}  // namespace workshop::shop
