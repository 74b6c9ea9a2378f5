#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::modelcheck {

/// How a child process ended.
struct ChildResult {
  std::string start_error;  ///< not empty: it was never started, and this is why
  int exit_code = -1;       ///< 128 + the signal's number when a signal ended it
  bool timed_out = false;   ///< it was killed
  std::string output;       ///< standard output and error as they came
  std::chrono::milliseconds duration{0};
};

/// A running program, found along PATH. It stays in the caller's process group: who stops the
/// caller with its group stops it too. Its standard input is empty. For one thread at a time.
class Child {
 public:
  /// Starts it in `directory`. Does not throw: `wait` says why it could not be started.
  Child(const std::vector<std::string>& command, const std::filesystem::path& directory);
  /// Kills it if it was not waited for.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for its end, or kills it `time_max` after now. To be called once.
  ///
  /// `last_words`, unless empty, is what the program says when it has done its work: then it is
  /// killed at once, and its exit code is 0. A JVM takes a third of a second to end when one of its
  /// threads waits for a connection.
  ChildResult wait(std::chrono::milliseconds time_max, std::string_view last_words = {});

  /// Hands `text` to the program when it opens `fifo` to read, which must exist (mkfifo). False: it
  /// has ended before, or has not opened it within `time_max`.
  bool feed(const std::filesystem::path& fifo, std::string_view text,
            std::chrono::milliseconds time_max);

 private:
  int reap(bool kill);

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  int id_ = -1;
  int output_ = -1;
  std::string error_;
};

/// Runs a program and waits for it: `Child`, `Child::wait`. Several threads may call it at once.
ChildResult run_child(const std::vector<std::string>& command,
                      const std::filesystem::path& directory, std::chrono::milliseconds time_max,
                      std::string_view last_words = {});

/// A new empty folder for as long as this object lives.
class TemporaryFolder {
 public:
  /// Throws std::filesystem::filesystem_error when none can be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace workshop::modelcheck
