#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// The translation of an algorithm with probes that report which of its branches are taken: each
/// action of a label, and each branch of an `if` or `either`, prints a line when it is first taken.
/// TLC's own coverage counts every expression, which takes a sixth of TLC's time.
struct Probed {
  std::string text;                  ///< the module; it has to extend TLC
  std::vector<TlcUnreached> probes;  ///< what each probe stands for, in their order
};

/// Inserts probes into a translated module. Line numbers of the translation change; a module
/// without a translation stays as it is.
Probed with_probes(std::string_view translated);

/// The probes that did not print a line in TLC's output. Of an action that was never taken, only
/// the probe of the action itself.
std::vector<TlcUnreached> unreached_in(const Probed& probed, std::string_view output);

}  // namespace workshop::modelcheck
