#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace workshop::runner {

/// How a program is run. Its standard input is always empty.
struct ProcessOptions {
  std::filesystem::path directory;  ///< where it runs; empty: here
  std::vector<std::pair<std::string, std::string>>
      environment;                        ///< set on top of this program's own
  std::chrono::milliseconds time_max{0};  ///< wall clock; 0: no limit
  bool stream = false;  ///< its output goes to the terminal as it comes, and is not kept
};

/// How a program ended.
struct ProcessResult {
  std::string start_error;  ///< not empty: it was never started, and this is why
  int exit_code = -1;       ///< meaningful if it was started, met no signal and did not time out
  int signal = 0;           ///< the signal that ended it, or 0
  bool timed_out = false;   ///< it was killed, with all the programs that it had started
  std::string output;       ///< standard output and error as they came, at most kOutputMax bytes
  std::chrono::milliseconds duration{0};

  bool succeeded() const {
    return start_error.empty() && signal == 0 && !timed_out && exit_code == 0;
  }
};

/// What is kept of a program's output, in bytes; the rest is read and dropped, and the text ends
/// with a line that says so.
inline constexpr std::size_t kOutputMax = 8 * 1024 * 1024;

/// Runs `command` (a program found along PATH, and its arguments) and waits for its end. What the
/// program left running in its process group is killed when it ends. An interrupt from the keyboard
/// ends the program too: it is asked to, and killed when it does not within two seconds. On Linux
/// it is killed as well when this program is. Not thread-safe: one program runs at a time.
ProcessResult run_process(const std::vector<std::string>& command,
                          const ProcessOptions& options = {});

/// "SIGSEGV" for 11; "signal 42" for one without a name.
std::string signal_name(int signal);

/// "exit code 3", "SIGSEGV" or "stopped after 60 s".
std::string describe_end(const ProcessResult& result);

}  // namespace workshop::runner
