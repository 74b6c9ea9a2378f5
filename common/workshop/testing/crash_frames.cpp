#include "workshop/testing/crash_frames.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

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

namespace {

CrashFrames noted_frames;
std::atomic<bool> frames_are_noted = false;

void note_frames_of_here(int /*signal*/) {
  noted_frames = frames_of_here();
  frames_are_noted = true;
}

}  // namespace

CrashFrames frames_of_thread(pthread_t thread) {
  struct sigaction action = {};
  action.sa_handler = note_frames_of_here;
  frames_are_noted = false;
  if (::sigaction(SIGUSR2, &action, nullptr) != 0 || ::pthread_kill(thread, SIGUSR2) != 0) {
    return {};
  }
  using std::chrono::milliseconds;
  for (milliseconds waited{0}; !frames_are_noted; waited += milliseconds(5)) {
    if (waited >= milliseconds(500)) return {};
    std::this_thread::sleep_for(milliseconds(5));
  }
  return noted_frames;
}

}  // namespace workshop::testing
