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
  std::chrono::seconds deeper{0};
  std::chrono::seconds prove{0};  ///< for all explorations of the program together
  std::uint64_t random_count = 0;
  std::uint64_t seed = 1;
  std::uint32_t pct_depth = 0;
  std::uint32_t threads = 1;
  bool pruning = true;
  bool sleep_sets = false;
  std::optional<std::uint32_t> faults_max;
  std::optional<std::uint32_t> preemptions_max;
  std::chrono::seconds time_max{0};
  std::uint64_t executions_max = 0;
  bool why = false;

  /// Throws InvalidRequest that names the word that is none.
  static FurtherOptions parse(std::string_view text);

  /// The scenario's bounds and options as these options change them.
  void apply_to(Bounds& bounds, SearchOptions& search) const;
};

}  // namespace workshop::explore
