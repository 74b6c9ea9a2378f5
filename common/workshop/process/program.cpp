#include "workshop/process/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <thread>

#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "workshop/process/spawn.hpp"

namespace workshop::process {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseMax{20};
constexpr milliseconds kLookEvery{10};
constexpr int kWorthTelling = 4;  // what has waited for less than a quarter of its time
constexpr milliseconds kForever = std::chrono::hours(24 * 365 * 100);

/// A sum with the longest durations would be beyond the clock, and so in the past. (As
/// core/saturating.hpp, which nothing here may include.)
std::chrono::steady_clock::time_point deadline_after(milliseconds time) {
  return std::chrono::steady_clock::now() + std::min(time, kForever);
}

/// A descriptor that becomes readable when the process ends, or none: then its end is looked for.
Descriptor end_of(pid_t id) {
#ifdef SYS_pidfd_open
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));  // closed on exec
#else
  static_cast<void>(id);
  return Descriptor();
#endif
}

/// How long the process's first thread was ready to run and had no processor.
milliseconds waited_for_a_processor(pid_t id) {
#ifdef __linux__
  std::ifstream told("/proc/" + std::to_string(id) + "/schedstat");  // nanoseconds
  std::int64_t ran = 0;
  std::int64_t waited = 0;
  if (told >> ran >> waited) return milliseconds(waited / 1'000'000);
#else
  static_cast<void>(id);
#endif
  return milliseconds(0);
}

std::string in_seconds(milliseconds time) {
  const auto seconds = static_cast<double>(time.count()) / 1000;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f s", seconds < 10 ? 1 : 0, seconds);
  return text.data();
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const Options& options)
    : group_(options.group) {
  if (command.empty()) {
    result_.start_error = "no program is named";
    return;
  }
  Pipe pipe;
  int error = options.output == Output::kept ? make_pipe(pipe) : 0;
  const int output = options.output == Output::file ? options.output_file : pipe.write_end.number();
  if (error == 0) error = spawn(command, options, output, id_);
  if (error != 0) {
    result_.start_error = std::strerror(error);
    id_ = -1;
    return;
  }
  output_ = std::move(pipe.read_end);
  if (output_.is_open()) ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
  end_ = end_of(id_);
}

Program::~Program() { end(); }

void Program::send(int signal) const { ::kill(group_ == Group::own ? -id_ : id_, signal); }

bool Program::running() {
  if (id_ == -1) return false;
  siginfo_t info = {};
  const int waited = ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (waited == 0 && info.si_pid == 0) return true;
  reap();
  return false;
}

/// It has ended, or will by SIGKILL.
void Program::reap() {
  // Before the reaping: until then the number of its group is still its own.
  if (group_ == Group::own) ::kill(-id_, SIGKILL);
  int status = 0;
  pid_t reaped = -1;
  do {
    reaped = ::waitpid(id_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  result_.duration = std::chrono::duration_cast<milliseconds>(Clock::now() - begin_);
  if (reaped == id_ && WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
  if (reaped == id_ && WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
  id_ = -1;
}

/// Blocks until there may be more of its output, or its end, or `until` is over.
void Program::wait_for_news(Clock::time_point until) {
  std::array<pollfd, 2> files = {};
  nfds_t count = 0;
  for (const auto* file : {&output_, &end_}) {
    if (file->is_open()) files[count++] = {.fd = file->number(), .events = POLLIN, .revents = 0};
  }
  constexpr milliseconds kLong = std::chrono::hours(1);
  const auto now = Clock::now();
  auto left = until - now < kLong
                  ? std::chrono::duration_cast<milliseconds>(until - now) + milliseconds(1)
                  : kLong;
  if (!end_.is_open()) {
    left = std::min(left, pause_);
    pause_ = std::min(pause_ * 2, kPauseMax);
  }
  ::poll(files.data(), count, static_cast<int>(std::max(milliseconds(0), left).count()));
}

/// Reads what is there, some of it. Returns whether that was anything.
bool Program::read_output() {
  if (!output_.is_open()) return false;
  std::array<char, 65536> buffer;
  const auto count = ::read(output_.number(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  if (count <= 0) {
    output_.close();
    pause_ = milliseconds(1);  // mostly its end is a moment away
    return false;
  }
  const auto size = static_cast<std::size_t>(count);
  const auto room = output_max_ - std::min(output_max_, result_.output.size());
  result_.output.append(buffer.data(), std::min(room, size));
  dropped_ = dropped_ || size > room;
  return true;
}

void Program::stop(milliseconds grace) {
  if (grace.count() > 0) {
    send(SIGTERM);
    const auto patience = deadline_after(grace);
    while (running() && Clock::now() < patience) {
      wait_for_news(patience);
      read_output();
    }
  }
  end();
}

/// What it has said and nobody has read is in the pipe, which holds little.
void Program::read_rest() {
  constexpr int kReadsMax = 17;  // a program outside of its group may go on writing
  for (int i = 0; i < kReadsMax && read_output(); ++i) {
  }
  output_.close();
  if (std::exchange(dropped_, false)) result_.output += "\n(the rest of the output was dropped)\n";
}

void Program::end() {
  if (running()) {
    send(SIGKILL);
    reap();
  }
  read_rest();
}

Result Program::kill() {
  end();
  return result_;
}

Program::Clock::time_point Program::patient_deadline(const Limits& limits,
                                                     Clock::time_point deadline) {
  if (limits.patience <= 0) return deadline;
  result_.waited = waited_for_a_processor(id_);
  return deadline + std::min(result_.waited, *limits.time_max * limits.patience);
}

Result Program::wait(const Limits& limits) {
  if (!start_error().empty()) return result_;
  output_max_ = limits.output_max;
  const auto deadline_alone =
      limits.time_max ? deadline_after(*limits.time_max) : Clock::time_point::max();
  auto deadline = deadline_alone;
  auto look = limits.stop_when ? Clock::now() : Clock::time_point::max();
  bool done = false;
  while (running()) {
    if (Clock::now() >= deadline) {
      deadline = patient_deadline(limits, deadline_alone);
      if (Clock::now() < deadline) continue;
      result_.timed_out = true;
      stop(limits.grace);
      break;
    }
    if (Clock::now() >= look) {
      if (limits.stop_when(id_)) {
        stop(limits.grace);
        break;
      }
      look = Clock::now() + kLookEvery;
    }
    wait_for_news(std::min(deadline, look));
    done = read_output() && limits.is_done && limits.is_done(result_.output);
    if (done) end();
  }
  read_rest();
  if (!done && !result_.timed_out && limits.is_done) done = limits.is_done(result_.output);
  if (done) {
    result_.exit_code = 0;
    result_.signal = 0;
  }
  return result_;
}

Result run(const std::vector<std::string>& command, const Options& options, const Limits& limits) {
  return Program(command, options).wait(limits);
}

void end_group(pid_t group) { end_groups(&group, 1); }

void end_groups(const pid_t* groups, std::size_t count) {
  constexpr int kPauses = 200;
  constexpr timespec kPause = {.tv_sec = 0, .tv_nsec = 10'000'000};
  for (std::size_t i = 0; i < count; ++i) ::kill(-groups[i], SIGTERM);
  for (int pause = 0; pause < kPauses; ++pause) {
    bool one_lives = false;
    for (std::size_t i = 0; i < count; ++i) {
      ::waitpid(groups[i], nullptr, WNOHANG);  // an ended process counts until then
      one_lives = one_lives || ::kill(-groups[i], 0) == 0;
    }
    if (!one_lives) break;
    ::nanosleep(&kPause, nullptr);
  }
  for (std::size_t i = 0; i < count; ++i) ::kill(-groups[i], SIGKILL);
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
      return "signal " + std::to_string(signal);
  }
}

std::string describe_end(const Result& result) {
  if (!result.start_error.empty()) return "could not be started: " + result.start_error;
  if (result.timed_out) {
    auto text = "stopped after " + in_seconds(result.duration);
    if (result.waited > result.duration / kWorthTelling) {
      text += ", of which it waited " + in_seconds(result.waited) + " for a processor";
    }
    return text;
  }
  if (result.signal != 0) return signal_name(result.signal);
  return "exit code " + std::to_string(result.exit_code);
}

}  // namespace workshop::process
