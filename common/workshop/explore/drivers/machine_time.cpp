#include "workshop/explore/drivers/machine_time.hpp"

#include <utility>

#ifdef __GLIBC__
#include <dlfcn.h>
#include <sys/time.h>

#include <ctime>
#endif

namespace workshop::explore {
namespace {

constinit thread_local std::chrono::seconds moved_by{0};

}  // namespace

MovedMachineTime::MovedMachineTime(std::chrono::seconds by) noexcept
    : before_(std::exchange(moved_by, by)) {}
MovedMachineTime::~MovedMachineTime() { moved_by = before_; }

#ifdef __GLIBC__
namespace {

/// The C library's own function of this name.
template <class Function>
Function* real(const char* name) noexcept {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::time_t moved_s() noexcept { return static_cast<std::time_t>(moved_by.count()); }

}  // namespace
#endif

}  // namespace workshop::explore

#ifdef __GLIBC__
// A program's own functions come before those of the libraries that it is linked with.
extern "C" {

int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  static const auto theirs = workshop::explore::real<decltype(clock_gettime)>("clock_gettime");
  const int result = theirs(clock, now);
  const bool is_of_the_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (result == 0 && is_of_the_day) now->tv_sec += workshop::explore::moved_s();
  return result;
}

int gettimeofday(struct timeval* now, void* zone) noexcept {
  static const auto theirs = workshop::explore::real<decltype(gettimeofday)>("gettimeofday");
  const int result = theirs(now, zone);
  if (result == 0) now->tv_sec += workshop::explore::moved_s();
  return result;
}

time_t time(time_t* now) noexcept {
  static const auto theirs = workshop::explore::real<decltype(time)>("time");
  const auto moved = theirs(nullptr) + workshop::explore::moved_s();
  if (now != nullptr) *now = moved;
  return moved;
}

}  // extern "C"
#endif
