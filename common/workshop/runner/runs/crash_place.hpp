#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace workshop::runner {

/// A line of a source file.
struct SourcePlace {
  std::filesystem::path file;
  int line = 0;
  std::string text;  ///< without the blanks around it; empty when the file cannot be read
};

/// The line at which a program crashed: of `frames` (RunResult::crash_frames) the innermost one in
/// a file below one of `folders`. Asks addr2line or llvm-addr2line; nothing when there is none, or
/// when the debug information does not tell. Any thread may call; the last answer is kept.
std::optional<SourcePlace> place_of_crash(const std::filesystem::path& program,
                                          const std::vector<std::string>& frames,
                                          const std::vector<std::filesystem::path>& folders);

}  // namespace workshop::runner
