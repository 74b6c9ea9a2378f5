#include "memory_use.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "workshop/core/sanitized.hpp"

#if WORKSHOP_SANITIZED
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

namespace workshop::tests {

std::size_t memory_bytes() {
#if WORKSHOP_SANITIZED
  return __sanitizer_get_current_allocated_bytes();
#else
  std::size_t pages = 0;
  std::size_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
#endif
}

MemoryGrowth::MemoryGrowth() {
#if !WORKSHOP_SANITIZED
  ::malloc_trim(0);  // so that what earlier tests left does not hide what is taken again
#endif
  before_ = memory_bytes();
}

std::size_t MemoryGrowth::look() {
  const auto now = memory_bytes();
  grown_max_ = std::max(grown_max_, now > before_ ? now - before_ : 0);
  return grown_max_;
}

}  // namespace workshop::tests
