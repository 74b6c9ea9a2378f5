#pragma once

#include <chrono>
#include <filesystem>
#include <string>
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

/// Runs a program (found along PATH) in `directory` and waits for its end, or kills it after
/// `time_max`. It stays in the caller's process group: who stops the caller with its group stops it
/// too. Its standard input is empty. Several threads may call it at once.
ChildResult run_child(const std::vector<std::string>& command,
                      const std::filesystem::path& directory, std::chrono::milliseconds time_max);

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
