#include "workshop/live_shop/interrupts.hpp"

#include <signal.h>  // sigaction
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace workshop::live_shop {
namespace {

std::atomic<bool> came{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler writes it

void note(int /*signal*/) { came = true; }

}  // namespace

void heed_interrupts() {
  struct sigaction action = {};
  action.sa_handler = note;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;  // a reader of our output that has gone is no reason to die
  ::sigaction(SIGPIPE, &action, nullptr);
}

const std::atomic<bool>& interrupted() noexcept { return came; }

void die_with(pid_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (parent > 0 && ::getppid() != parent) std::_Exit(1);
}

}  // namespace workshop::live_shop
