#pragma once

#include <functional>
#include <optional>

#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

struct ProveOptions {
  LabOptions lab;
  int time_s = 45;             ///< that explorations may spend beyond their own bounds, in all
  bool all = false;            ///< every exploration of a test is named, also where there are many
  std::function<bool()> ends;  ///< looked at meanwhile; true: it is left, and nothing is said
  Hand hand = Hand::types;     ///< how the person asks for what is next
};

/// How a proof ended.
struct ProofDone {
  int code = 0;                  ///< the exit code
  std::optional<LabRun> failed;  ///< the run, where a test of it fails
};

/// Runs a lab's tests with wider bounds, and those that `check` leaves out; prints how far each
/// holds, or the story of one that fails, and the conclusion. What it says of a person's own file
/// is remembered (Progress). Nothing when it was left.
std::optional<ProofDone> prove_lab(const Project& project, Console& console,
                                   const ProveOptions& options);

}  // namespace workshop::runner
