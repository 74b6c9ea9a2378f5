#pragma once

#include <cstddef>

namespace workshop::tests {

/// What this process holds: its resident memory. A sanitizer keeps freed memory for a while; with
/// one it is what is allocated.
std::size_t memory_bytes();

/// How much more memory this process holds than when this began, at its largest.
class MemoryGrowth {
 public:
  MemoryGrowth();
  /// Looks, and returns the largest growth that was seen.
  std::size_t look();

 private:
  std::size_t before_;
  std::size_t grown_max_ = 0;
};

}  // namespace workshop::tests
