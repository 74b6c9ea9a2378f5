#pragma once

#include <string>
#include <vector>

#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// The tests of one process, in the order in which they run.
using Share = std::vector<std::string>;

/// Divides `tests` among at most so many processes that all end at about the same time: the longest
/// test first, each to the process that has least to do (R. L. Graham, "Bounds on Multiprocessing
/// Timing Anomalies", 1969). How long a test takes is known from the run `before`; one that is not
/// in it counts as short. Within a share tests keep their order, and no share is empty.
std::vector<Share> shares_of(const std::vector<std::string>& tests, const RunResult& before,
                             unsigned processes);

/// The result files of several processes as one, of which `texts` are what each says. Where some
/// did not come to their ends, the one whose open test stands first in `tests` goes last: how it
/// ended is told.
std::string one_result_file(const std::vector<std::string>& texts,
                            const std::vector<std::string>& tests);

/// Brings what has ended into the order of `tests`.
void put_in_order(RunResult& run, const std::vector<std::string>& tests);

}  // namespace workshop::runner
