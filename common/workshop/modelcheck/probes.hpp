#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/modelcheck/tlc.hpp"

namespace workshop::modelcheck {

/// The translation of an algorithm that says by itself which of its branches are taken: each action
/// of a label, and each branch of an `if` or `either`, prints a line when it is first taken. TLC's
/// own coverage counts every expression, and takes a sixth of the time for it.
struct Probed {
  std::string text;                  ///< the module; it has to extend TLC
  std::vector<TlcUnreached> probes;  ///< what each probe stands for, in their order
};

/// Puts probes into a translated module. Lines of the translation move; a module without a
/// translation stays as it is.
Probed with_probes(std::string_view translated);

/// The probes that said nothing in TLC's output. Of an action that was never taken, only itself.
std::vector<TlcUnreached> unreached_in(const Probed& probed, std::string_view output);

}  // namespace workshop::modelcheck
