#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::process {

/// One of several programs that run at the same time.
struct Command {
  std::vector<std::string> words;  ///< the program and its arguments
  Options options;                 ///< of its own, such as another variable
};

/// Starts all `commands` and blocks until each has ended, or stops all of them at `limits`, which
/// hold for each: time counts from its start, output is kept apart. `limits.stop_when` is looked at
/// for all of them together, on the calling thread, with the first one's process. One that fails,
/// or cannot be started, leaves the others alone. None outlives the call. `started` is called on
/// the calling thread with the processes of all that were started, once they run. One result for
/// each, in their order.
std::vector<Result> run_together(
    const std::vector<Command>& commands, const Limits& limits = {},
    const std::function<void(const std::vector<pid_t>&)>& started = {});

}  // namespace workshop::process
