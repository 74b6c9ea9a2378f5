#include "workshop/testing/crash_frames.hpp"

#if defined(__linux__)
#include <link.h>
#include <unwind.h>
#endif

namespace workshop::testing {

#if defined(__linux__)
namespace {

// How far the program lies from where its file says; the program itself comes first.
int note_bias(dl_phdr_info* info, std::size_t /*size*/, void* bias) {
  *static_cast<std::uintptr_t*>(bias) = info->dlpi_addr;
  return 1;
}

struct Walk {
  CrashFrames frames;
  std::uintptr_t bias = 0;
};

_Unwind_Reason_Code note_frame(_Unwind_Context* context, void* argument) {
  auto& walk = *static_cast<Walk*>(argument);
  if (walk.frames.count == CrashFrames::kMax) return _URC_END_OF_STACK;
  int is_the_instruction = 0;
  const auto next = _Unwind_GetIPInfo(context, &is_the_instruction);
  if (next <= walk.bias) return _URC_NO_REASON;
  // A call's return address is behind it, and may be the first of the next line.
  walk.frames.addresses[walk.frames.count++] = next - walk.bias - (is_the_instruction != 0 ? 0 : 1);
  return _URC_NO_REASON;
}

}  // namespace

CrashFrames frames_of_here() {
  Walk walk;
  ::dl_iterate_phdr(note_bias, &walk.bias);
  ::_Unwind_Backtrace(note_frame, &walk);
  return walk.frames;
}
#else
CrashFrames frames_of_here() { return {}; }
#endif

}  // namespace workshop::testing
