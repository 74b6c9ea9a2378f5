#pragma once

#include <string>
#include <vector>

#include "model.hpp"
#include "replay.hpp"

/// The handlers with known flaws that the lab gives, in TLC and in C++.
namespace workshop::shop {

/// A handler with a flaw, and the property that it breaks.
struct Flaw {
  std::string handler;
  std::string property;
  bool smallest = false;  ///< it shows only in the smallest world
  std::string code = {};  ///< the C++ handler with this flaw, if its name differs
};
const std::vector<Flaw>& flaws();

/// What happens when C++ handlers follow the counterexample of a flaw.
struct Followed {
  Replay replayed;           ///< the handler with the flaw
  std::string right_breaks;  ///< what the right handler breaks on the same schedule
  std::string oracle_says;   ///< the oracle's verdict on the handler with the flaw
};

/// A counterexample that goes round: the number of steps to the start of its loop, and the world
/// after each lap.
struct Round {
  Replay there;
  Replay round;
  std::size_t lap_steps = 0;
  std::string begins_with;
  std::vector<std::string> after_laps;
};

/// The results for all flaws. Where TLC finds nothing, there is nothing to follow.
struct Given {
  std::vector<modelcheck::TlcResult> results;  ///< of `flaws()`, in their order
  std::vector<Followed> followed;              ///< the same
  Round round;                                 ///< of put_back
  Round smallest_round;                        ///< with one payment
  /// What breaks when each C++ handler crashes in the middle of the step of publish_with_saving.
  std::vector<std::pair<std::string, std::string>> torn;
};

/// Worked out once; asserts nothing.
const Given& given(const Model& model);

}  // namespace workshop::shop
