#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "workshop/explore/world/choice.hpp"

namespace workshop::explore {

/// The states that a search has seen, and the budgets it had there.
///
/// A state seen with a budget need not be explored with a smaller one: all that could happen then
/// has been tried, or is being tried by the thread that saw it first. States are told apart by
/// 64-bit digests (hash compaction, Wolper and Leroy 1993): of a million states two collide with a
/// probability of 3e-8, which could hide a failure.
///
/// Thread-safety: `seen` and `size` may be called by several threads when it was made for them; the
/// rest by one.
class SeenStates {
 public:
  /// Empty. With `for_threads` several threads may call `seen` at a time.
  explicit SeenStates(bool for_threads = false);
  ~SeenStates();
  SeenStates(const SeenStates&) = delete;
  SeenStates& operator=(const SeenStates&) = delete;

  /// True when the state was seen with this budget or a larger one; else remembers it.
  bool seen(std::uint64_t state, const Budget& budget);
  /// The same for a search that looks for short executions: seen no later than now.
  bool seen_by(std::uint64_t state, const Budget& budget, std::uint32_t depth);
  /// For a new search for short executions: each state counts as seen at no depth.
  void forget_depths();
  /// How many states are remembered.
  std::uint64_t size() const;

 private:
  struct Shard;
  std::size_t shards_count_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace workshop::explore
