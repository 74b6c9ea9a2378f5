#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::modelcheck {

// What running TLC and its translator needs beyond process::Program. Several threads may run
// programs at once, each its own.

/// How they are started: in `folder`, in the caller's process group, so that who stops the caller
/// with its group stops them too.
process::Options in_folder(const std::filesystem::path& folder);

/// Waits for the end of `program`, or kills it `time_max` after now; all of its output is kept.
///
/// `last_words`, unless empty, is what it says when it has done its work: then it is killed at
/// once, and its exit code is 0. A JVM takes a third of a second to end when one of its threads
/// waits for a connection.
process::Result wait_for_end(process::Program& program, std::chrono::milliseconds time_max,
                             std::string_view last_words = {});

/// Runs a program in `folder`, and waits for it like `wait_for_end`.
process::Result run_in(const std::filesystem::path& folder, const std::vector<std::string>& command,
                       std::chrono::milliseconds time_max, std::string_view last_words = {});

/// Hands `text` to the program when it opens `fifo` to read, which must exist (mkfifo). False: it
/// has ended before, or has not opened it within `time_max`.
bool feed(process::Program& program, const std::filesystem::path& fifo, std::string_view text,
          std::chrono::milliseconds time_max);

}  // namespace workshop::modelcheck
