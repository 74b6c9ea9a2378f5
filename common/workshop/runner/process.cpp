#include "workshop/runner/process.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <stdexcept>

#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace workshop::runner {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t running_group = 0;

/// Only what a signal handler may call. A build tool has its compilers in groups of their own, and
/// ends them when it is asked to end: killed, it would leave them running.
void end_group(pid_t group) {
  constexpr int kPatience = 200;  // times 10 ms
  ::kill(-group, SIGTERM);
  for (int i = 0; i < kPatience && ::kill(-group, 0) == 0; ++i) {
    ::waitpid(group, nullptr, WNOHANG);
    constexpr timespec kPause = {.tv_sec = 0, .tv_nsec = 10'000'000};
    ::nanosleep(&kPause, nullptr);
  }
  ::kill(-group, SIGKILL);
}

void on_interrupt(int signal) {
  if (running_group > 0) end_group(running_group);
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// A program in a process group of its own does not hear the keyboard: this passes an interrupt on.
class InterruptGuard {
 public:
  explicit InterruptGuard(pid_t group) {
    running_group = group;
    struct sigaction action = {};
    action.sa_handler = on_interrupt;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &action, &before_[i]);
    }
  }
  ~InterruptGuard() {
    running_group = 0;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &before_[i], nullptr);
    }
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kSignals.size()> before_ = {};
};

class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("no pipe: too many files are open");
    for (const int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_write_end() { close(1); }

 private:
  void close(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_ = {-1, -1};
};

/// A program that loops does not outlive whoever started it, killed or not. Only Linux can do that.
void end_with_parent([[maybe_unused]] pid_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it has ended meanwhile
#endif
}

/// Runs in the child. Returns only if the program could not be started, with errno.
int become(const std::vector<std::string>& command, const ProcessOptions& options, int output) {
  if (!options.stream) ::setpgid(0, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_DFL);
  if (const int null = ::open("/dev/null", O_RDONLY); null >= 0) ::dup2(null, STDIN_FILENO);
  if (!options.stream) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
  }
  if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0) return errno;
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  return errno;
}

/// Collects a program's output and waits for its end, which may come in either order: a program can
/// close its output and go on, or end while one that it started holds the output open.
class Wait {
 public:
  Wait(pid_t child, int output, const ProcessOptions& options)
      : child_(child), output_(output), grouped_(!options.stream) {
    if (options.time_max.count() > 0) deadline_ = Clock::now() + options.time_max;
  }

  void until_end(ProcessResult& result) {
    auto pause = std::chrono::milliseconds(1);
    while (true) {
      const bool open = read_output(result, pause);
      if (ended(result)) break;
      if (deadline_ && Clock::now() >= *deadline_) {
        result.timed_out = true;
        say_farewell(result);
        break;
      }
      // Closed output mostly means that the end is a moment away.
      pause = std::chrono::milliseconds(open || !grouped_ ? 20 : 1);
    }
    while (read_output(result, std::chrono::milliseconds(0)) && more_) {
    }
    if (dropped_) result.output += "\n(the rest of the output was dropped)\n";
  }

 private:
  /// False once nothing more can come.
  bool read_output(ProcessResult& result, std::chrono::milliseconds pause) {
    more_ = false;
    pollfd poll = {.fd = output_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&poll, output_ >= 0 ? 1 : 0, static_cast<int>(pause.count()));
    if (output_ < 0) return false;
    if (ready <= 0) return true;
    std::array<char, 65536> buffer;
    const auto count = ::read(output_, buffer.data(), buffer.size());
    if (count <= 0) {
      if (count < 0 && errno == EINTR) return true;
      output_ = -1;
      return false;
    }
    const auto room = kOutputMax - std::min(kOutputMax, result.output.size());
    result.output.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    dropped_ = dropped_ || static_cast<std::size_t>(count) > room;
    more_ = true;
    return true;
  }

  bool ended(ProcessResult& result) {
    siginfo_t info = {};
    if (::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      return true;
    }
    if (info.si_pid == 0) return false;
    if (grouped_)
      ::kill(-child_, SIGKILL);  // before the reaping: the group's number is still taken
    reap(result);
    return true;
  }

  /// Asks the program to end, so that it hands over what it has printed, and ends it if it does
  /// not.
  void say_farewell(ProcessResult& result) {
    ::kill(grouped_ ? -child_ : child_, SIGTERM);
    const auto patience = Clock::now() + std::chrono::milliseconds(500);
    while (Clock::now() < patience) {
      read_output(result, std::chrono::milliseconds(10));
      if (ended(result)) return;
    }
    ::kill(grouped_ ? -child_ : child_, SIGKILL);
    reap(result);
  }

  void reap(ProcessResult& result) {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  }

  pid_t child_;
  int output_;
  bool grouped_;
  bool more_ = false;
  bool dropped_ = false;
  std::optional<Clock::time_point> deadline_;
};

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  ProcessResult result;
  const auto begin = Clock::now();
  Pipe output;
  Pipe failure;  // closed by a successful exec, or holds errno

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    result.start_error = std::strerror(errno);
    return result;
  }
  if (child == 0) {
    end_with_parent(parent);
    const int error = become(command, options, output.write_end());
    [[maybe_unused]] const auto written = ::write(failure.write_end(), &error, sizeof error);
    ::_exit(127);
  }
  if (!options.stream) ::setpgid(child, child);  // here too: whichever comes first
  InterruptGuard guard(options.stream ? 0 : child);
  output.close_write_end();
  failure.close_write_end();

  int error = 0;
  if (::read(failure.read_end(), &error, sizeof error) == sizeof error) {
    ::waitpid(child, nullptr, 0);
    result.start_error = std::strerror(error);
    return result;
  }
  Wait(child, options.stream ? -1 : output.read_end(), options).until_end(result);
  result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return result;
}

std::string signal_name(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGTRAP:
      return "SIGTRAP";
    case SIGKILL:
      return "SIGKILL";
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    case SIGHUP:
      return "SIGHUP";
    case SIGPIPE:
      return "SIGPIPE";
    default:
      return fmt::format("signal {}", signal);
  }
}

std::string describe_end(const ProcessResult& result) {
  if (!result.start_error.empty()) return "could not be started: " + result.start_error;
  if (result.timed_out) {
    const auto seconds = static_cast<double>(result.duration.count()) / 1000;
    return fmt::format("stopped after {:.{}f} s", seconds, seconds < 10 ? 1 : 0);
  }
  if (result.signal != 0) return signal_name(result.signal);
  return fmt::format("exit code {}", result.exit_code);
}

}  // namespace workshop::runner
