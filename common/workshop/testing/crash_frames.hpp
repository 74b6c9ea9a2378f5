#pragma once

#include <pthread.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace workshop::testing {

/// Addresses of instructions, innermost first, as the debug information of this program's file
/// numbers them: what `addr2line` and `llvm-symbolizer` read.
struct CrashFrames {
  static constexpr std::size_t kMax = 64;        ///< More calls are left out.
  std::array<std::uintptr_t, kMax> addresses{};  ///< the first `count` of them are set
  std::size_t count = 0;                         ///< of `addresses`
};

/// The calls that led here, called by a signal handler also those that led to the signal. Allocates
/// nothing. Empty where the system does not tell: elsewhere than on Linux.
CrashFrames frames_of_here();

/// The calls that another thread of this program is in, which it tells in a handler of SIGUSR2.
/// Empty when it does not do so within half a second. One caller at a time.
CrashFrames frames_of_thread(pthread_t thread);

}  // namespace workshop::testing
