#pragma once

#include <functional>

#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

struct ProveOptions {
  LabOptions lab;
  int time_s = 45;             ///< that explorations may spend beyond their own bounds, in all
  bool all = false;            ///< every exploration of a test is named, also where there are many
  std::function<bool()> ends;  ///< looked at meanwhile; true: it is left, and nothing is said
};

/// Runs a lab's tests with wider bounds, and those that `check` leaves out; prints how far each
/// holds, or the story of one that fails, and the conclusion. What it says of a person's own file
/// is remembered (Progress). Returns the exit code, or nothing when it was left.
std::optional<int> prove_lab(const Project& project, Console& console, const ProveOptions& options);

}  // namespace workshop::runner
