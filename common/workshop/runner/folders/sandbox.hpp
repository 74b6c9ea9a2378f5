#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::runner {

/// What all that runs in a sandbox may use together.
struct SandboxLimits {
  std::chrono::milliseconds time_max{60'000};            ///< wall clock
  std::size_t memory_max = std::size_t{2} * 1024 << 20;  ///< bytes in memory
  std::size_t threads_max = 200;                         ///< of all processes; Java has some 40
  std::size_t output_max = std::size_t{1} << 20;         ///< bytes of standard output and error
  std::size_t file_max = std::size_t{64} << 20;          ///< bytes of each file
  std::size_t disk_max = std::size_t{256} << 20;         ///< bytes in its /tmp
};

/// What a sandbox sees of this machine beyond its programs and libraries (/usr). All of it is
/// read-only but `written`.
struct SandboxView {
  std::vector<std::filesystem::path> shown;  ///< folders and files, where they are; may be missing
  /// Files and folders of other places: what is there, and where it is seen.
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> placed;
  std::filesystem::path written;    ///< a file or a folder, where it is; empty: none
  std::filesystem::path directory;  ///< where the program runs
  process::Variables environment;   ///< all of it, but PATH, HOME, LANG and TMPDIR
};

/// How a program in a sandbox ended.
struct SandboxResult {
  process::Result process;
  /// Which limit ended it, as what it did: "used more than 2,048 MB of memory"; else empty.
  std::string stopped;
};

/// Runs foreign programs by bubblewrap: without a network, without the person's files, as nobody,
/// in processes that end with this one, within limits. One program at a time, as run_program.
class Sandbox {
 public:
  /// Throws UserError, which says what to install, where there is no bubblewrap, or where it starts
  /// no program.
  Sandbox();

  /// Runs `command` in `view` to its end, or to a limit.
  SandboxResult run(const std::vector<std::string>& command, const SandboxView& view,
                    const SandboxLimits& limits) const;

 private:
  std::vector<std::string> around(const SandboxView& view, const SandboxLimits& limits) const;

  std::string bubblewrap_;
  std::string prlimit_;
};

}  // namespace workshop::runner
