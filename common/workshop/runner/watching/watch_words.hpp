#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/difference.hpp"

namespace workshop::runner {

/// Where a watch session stands, as far as its keys depend on it.
struct WatchKeys {
  bool green = false;        ///< the verdict
  bool refused = false;      ///< and `prove` has said no since
  bool one_test = false;     ///< only one test is run
  bool chooses = true;       ///< whether all tests or one are run may be chosen
  bool hint = false;         ///< something is known to be wrong
  bool next_lab = false;     ///< a lab is left
  std::size_t failures = 0;  ///< whose stories can be told
  bool picture = false;      ///< the one that was told last has one
};

/// What stands under a verdict, in less than `columns`: the keys that do something now, and no
/// others, always in the same order; in short where there is no room, and there the most used ones.
std::string footer_of(const WatchKeys& keys, std::size_t columns);

/// Every key and what it does.
const std::vector<std::pair<char, std::string_view>>& keys_of_watch();

/// Every kind of change between two verdicts: what is green now, red now, red in another way, red
/// as before, and not run any more. `red` tests are red now.
void print_difference(Console& console, const Difference& found, std::size_t red);

}  // namespace workshop::runner
