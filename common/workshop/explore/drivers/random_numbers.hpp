#pragma once

#include <cstdint>

#include "workshop/core/hash.hpp"

namespace workshop::explore {

/// SplitMix64 (Steele, Lea and Flood, 2014): one number after the other from a seed, the same ones
/// on every platform, as those of the standard library's distributions are not.
class RandomNumbers {
 public:
  /// Of the same seed come the same numbers.
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}
  /// Of 0 to `bound` - 1. The bias of the remainder is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_) % bound;
  }

 private:
  std::uint64_t state_;
};

}  // namespace workshop::explore
