#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/process/descriptor.hpp"

namespace workshop::process {

/// In which process group a program runs.
enum class Group {
  own,     ///< its own: it is stopped with all that it has started, and hears no keyboard
  callers  ///< the caller's: who stops the caller with its group stops it too
};

/// Where a program's standard output and error go.
enum class Output {
  kept,     ///< both, as they come, into Result::output
  callers,  ///< where the caller's go
  file      ///< both into Options::output_file
};

/// Names and values.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// How a program is started. Its standard input is empty. It has no file of the caller's open but
/// those named here (on Linux before glibc 2.34: but those without FD_CLOEXEC).
struct Options {
  /// Where it runs; empty: here. Of an absolute path it is told in PWD, with its symbolic links.
  std::filesystem::path directory;
  Variables environment;             ///< set on top of the caller's
  std::vector<std::string> without;  ///< variables of the caller's that it does not get
  Group group = Group::own;          ///< the process group that it belongs to
  Output output = Output::kept;      ///< where its output goes
  int output_file = -1;              ///< a descriptor, with Output::file; it stays the caller's
  std::vector<int> passed;  ///< descriptors that it has as 3, 4, … in this order; they stay too
};

/// What is kept of a program's output, in bytes, unless Limits say otherwise.
inline constexpr std::size_t kOutputMax = 8 * 1024 * 1024;

/// What a program may use.
struct Limits {
  std::optional<std::chrono::milliseconds> time_max;  ///< from now on, wall clock; none: no limit
  /// Where other programs take the machine, `time_max` is longer by what its first thread has waited
  /// for a processor, up to so many times itself. Only Linux tells; elsewhere it stays as it is.
  int patience = 0;
  /// When time is up it is asked to end by SIGTERM, so that it hands over what it has to say, and
  /// killed when it does not for so long. 0: it is killed at once.
  std::chrono::milliseconds grace{500};
  /// The rest is read and dropped, and Result::output ends with a line that says so.
  std::size_t output_max = kOutputMax;
  /// Looked at whenever more of its output has come, with all of it. True: its work is done. Then
  /// it is killed at once, and counts as ended with exit code 0.
  std::function<bool(std::string_view)> is_done;
  /// Looked at a hundred times a second, with its process. True: it is stopped as when its time is
  /// up, but is not told to have timed out.
  std::function<bool(pid_t)> stop_when;
};

/// How a program ended.
struct Result {
  std::string start_error;  ///< not empty: it was never started, and this is why
  int exit_code = -1;       ///< meaningful if it was started, met no signal and did not time out
  int signal = 0;           ///< the signal that ended it, or 0
  bool timed_out = false;   ///< it was stopped
  std::string output;       ///< standard output and error as they came
  std::chrono::milliseconds duration{0};  ///< from its start to its end, wall clock
  /// Of a program that timed out after patience: how long it had waited for a processor.
  std::chrono::milliseconds waited{0};

  /// Whether it was started, ended by itself, and with exit code 0.
  bool succeeded() const {
    return start_error.empty() && signal == 0 && !timed_out && exit_code == 0;
  }
};

/// A program that was started. One thread uses one object; several threads may start programs at
/// once. A program in a group of its own never outlives this object, nor does what it has left in
/// its group; nor does, in the caller's group, the program itself.
class Program {
 public:
  /// Starts `command`: a program, found along the caller's PATH, and its arguments. Does not throw
  /// when it cannot be started: `start_error` says why.
  explicit Program(const std::vector<std::string>& command, const Options& options = {});
  /// Kills it if it still runs.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Empty when it was started.
  const std::string& start_error() const noexcept { return result_.start_error; }
  /// Its process; -1 when it was not started, or has ended.
  pid_t id() const noexcept { return id_; }
  /// Whether it has not ended. What it has left running in a group of its own is killed when its
  /// end is noticed.
  bool running();

  /// Blocks until it has ended, or stops it at its limits.
  Result wait(const Limits& limits = {});
  /// Lets it live on after this object, which knows it no more; returns its process, or -1. For a
  /// program with Output::file or Output::callers.
  pid_t release() noexcept { return std::exchange(id_, -1); }
  /// Kills it, unless it has ended, and blocks until it is gone: `Result::signal` is SIGKILL if
  /// that was what ended it.
  Result kill();

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point patient_deadline(const Limits& limits, Clock::time_point deadline);
  void send(int signal) const;
  void reap();
  void stop(std::chrono::milliseconds grace);
  void wait_for_news(Clock::time_point until);
  bool read_output();
  void read_rest();
  void end();

  Clock::time_point begin_ = Clock::now();
  pid_t id_ = -1;
  Group group_;
  Descriptor output_;  ///< the end of its output that we read
  Descriptor end_;     ///< readable once it has ended, where the system has such a thing
  std::chrono::milliseconds pause_{1};
  std::size_t output_max_ = kOutputMax;
  bool dropped_ = false;
  Result result_;
};

/// Runs a program to its end: `Program`, `Program::wait`.
Result run(const std::vector<std::string>& command, const Options& options = {},
           const Limits& limits = {});

/// For a signal handler of a program that is about to end: asks a group that it has started to end,
/// and kills what has not ended after two seconds. A build tool runs its compilers in groups of
/// their own, and ends them when it is asked to end; killed, it would leave them running. The
/// Program of that group is of no use afterwards.
void end_group(pid_t group);
/// The same of `count` groups, which end at the same time.
void end_groups(const pid_t* groups, std::size_t count);

/// "SIGSEGV" for 11; "signal 42" for one without a name.
std::string signal_name(int signal);

/// "exit code 3", "SIGSEGV", "stopped after 60 s", "stopped after 90 s, of which it waited 40 s
/// for a processor" or "could not be started: …".
std::string describe_end(const Result& result);

}  // namespace workshop::process
