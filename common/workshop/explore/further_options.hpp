#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "workshop/explore/scenario/bounds.hpp"

namespace workshop::explore {

/// What `workshop explore` asks of every exploration of a test program, in the variable
/// WORKSHOP_EXPLORE: the words of protocol/explore_words.hpp.
struct FurtherOptions {
  std::chrono::seconds deeper{0};                ///< raise the bounds for so long; 0: not at all
  std::chrono::seconds prove{0};                 ///< for all explorations of the program together
  std::uint64_t random_count = 0;                ///< executions at random
  std::uint64_t seed = 1;                        ///< of what is random
  std::uint32_t pct_depth = 0;                   ///< of PCT; 0: uniformly
  std::uint32_t threads = 1;                     ///< that share a large search
  bool pruning = true;                           ///< as SearchOptions::prune_by_digest
  bool sleep_sets = false;                       ///< as SearchOptions::sleep_sets
  std::optional<std::uint32_t> faults_max;       ///< instead of the test's
  std::optional<std::uint32_t> preemptions_max;  ///< instead of the test's
  std::chrono::seconds time_max{0};              ///< of one search; 0: the test's
  std::uint64_t executions_max = 0;              ///< of one search; 0: the test's
  bool why = false;                              ///< say which operations commute

  /// Throws InvalidRequest that names the word that is none.
  static FurtherOptions parse(std::string_view text);

  /// The scenario's bounds and options as these options change them.
  void apply_to(Bounds& bounds, SearchOptions& search) const;
};

}  // namespace workshop::explore
