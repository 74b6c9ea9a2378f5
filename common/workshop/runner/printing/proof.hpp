#pragma once

#include <string>
#include <vector>

#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// How far the explorations of some tests came, from their notes.
struct ProofCounts {
  std::size_t further = 0;   ///< complete beyond what their tests promise
  std::size_t promised = 0;  ///< complete, and their tests promise no more
  std::size_t stopped = 0;   ///< complete as far as promised; the clock ended what is beyond that

  std::size_t all() const { return further + promised + stopped; }
};
ProofCounts counts_of(const std::vector<std::string>& notes);

/// In one line, of a test with many explorations.
std::string summary_of(const ProofCounts& counts);

/// The last line of `prove`: yes or no, and what is next. `label` names the program in a sentence,
/// "lab 08"; `command` proves it, "scripts/workshop prove 8"; `time_s` is what it was given.
std::string conclusion_of(const std::string& label, const std::string& command, int time_s,
                          const RunResult& results);

}  // namespace workshop::runner
