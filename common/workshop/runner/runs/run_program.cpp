#include "workshop/runner/runs/run_program.hpp"

#include <signal.h>  // sigset_t and its functions

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <optional>
#include <utility>

#include "workshop/process/spawn.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kGroupsMax = 256;
std::array<pid_t, kGroupsMax> running_groups = {};  ///< complete before their number is
volatile std::sig_atomic_t running_groups_count = 0;

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
/// Whoever has the terminal in a mode of its own puts it back in them.
std::array<struct sigaction, kSignals.size()> actions_before = {};

void (*handler_before(int signal))(int) {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] == signal) return actions_before[i].sa_handler;
  }
  return SIG_DFL;
}

/// A program starts, and its group is not known yet.
std::atomic<bool> is_starting = false;
/// The interrupt that came meanwhile, on another thread than the one that has blocked it.
std::atomic<int> interrupt_that_waits = 0;

void on_interrupt(int signal) {
  interrupt_that_waits = signal;  // first: either this sees the start over, or `covers` sees it
  if (is_starting) return;
  interrupt_that_waits = 0;
  process::end_groups(running_groups.data(), static_cast<std::size_t>(running_groups_count));
  struct sigaction action = {};
  action.sa_handler = handler_before(signal);
  ::sigaction(signal, &action, nullptr);
  ::raise(signal);
}

/// Passes interrupts on while it lives. They wait until `covers`, so that none comes between the
/// start of the program and the moment when its group is known: this thread blocks them, and on
/// another one they are noted.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupt_that_waits = 0;
    is_starting = true;
    ::sigemptyset(&signals_);
    for (const int signal : kSignals) ::sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
    struct sigaction action = {};
    action.sa_handler = on_interrupt;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], nullptr, &actions_before[i]);
      if (actions_before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
  }
  ~InterruptGuard() {
    is_starting = false;
    running_groups_count = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &actions_before[i], nullptr);
    }
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    pass_on();  // when nothing was started
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// These are killed from now on when an interrupt comes.
  void covers(const std::vector<pid_t>& groups) {
    const auto count = std::min(groups.size(), kGroupsMax);
    std::copy_n(groups.begin(), count, running_groups.begin());
    running_groups_count = static_cast<std::sig_atomic_t>(count);
    is_starting = false;
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    pass_on();
  }

 private:
  static void pass_on() {
    if (const int signal = interrupt_that_waits.exchange(0); signal != 0) ::raise(signal);
  }

  sigset_t signals_ = {};
  sigset_t mask_before_ = {};
};

/// Kills a program when this one has ended, however that came about: a program that loops would run
/// on forever. A shell waits for the end of a pipe whose other end only this program has open.
class Watcher {
 public:
  /// A target is a process, or the negative number of a group. Without a pipe or a shell nobody
  /// watches.
  explicit Watcher(const std::vector<pid_t>& targets) {
    process::Pipe pipe;
    if (process::make_pipe(pipe) != 0) return;
    write_end_ = std::move(pipe.write_end);
    std::vector<std::string> command = {"sh", "-c", "read ended <&3; kill -s KILL -- \"$@\"", "sh"};
    for (const auto target : targets) command.push_back(std::to_string(target));
    shell_.emplace(command, process::Options{.directory = "/",
                                             .output = process::Output::kept,
                                             .passed = {pipe.read_end.number()}});
  }

 private:
  process::Descriptor write_end_;
  std::optional<process::Program> shell_;  ///< goes first, or it would take this for the end
};

}  // namespace

process::Result run_program(const std::vector<std::string>& command,
                            const process::Options& options, const process::Limits& limits) {
  InterruptGuard guard;
  process::Program program(command, options);
  const bool apart = options.group == process::Group::own && program.id() > 0;
  std::optional<Watcher> watcher;
  const auto target = apart ? -program.id() : program.id();
  if (program.id() > 0) watcher.emplace(std::vector<pid_t>{target});
  guard.covers(apart ? std::vector<pid_t>{program.id()} : std::vector<pid_t>());
  return program.wait(limits);
}

std::vector<process::Result> run_programs(const std::vector<process::Command>& commands,
                                          const process::Limits& limits) {
  InterruptGuard guard;
  std::optional<Watcher> watcher;
  return process::run_together(commands, limits, [&](const std::vector<pid_t>& processes) {
    std::vector<pid_t> groups;
    for (const auto process : processes) groups.push_back(-process);
    if (!groups.empty()) watcher.emplace(groups);
    guard.covers(processes);
  });
}

}  // namespace workshop::runner
