#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/printing/console.hpp"
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

/// Of a test with many explorations: a line, and one for each way in which they ended.
/// `how_to_list` says how all of them are named, or is empty.
std::vector<std::string> summary_of(const ProofCounts& counts, std::string_view how_to_list);

/// A note on one exploration for who reads it: up to where it holds, and why no further.
std::string readable(const std::string& note);

/// What was proved, and how.
struct ProofOf {
  std::string label;                      ///< names the program in a sentence: "lab 08"
  std::string command;                    ///< proves it: "scripts/workshop prove 8"
  std::string again = command;            ///< proves it once more: that, or "press v"
  int time_s = 0;                         ///< what it was given, beyond what the tests take
  std::chrono::milliseconds duration{0};  ///< what it took
};

/// How `prove` ends: yes or no; what is proved, up to which bounds, how long that took, and what is
/// not proved or what is next.
struct Conclusion {
  struct Line {
    std::string label;  ///< "Proved:"
    std::string text;
  };
  bool holds = false;
  std::string says;  ///< "Yes: lab 08 is proved, within the bounds of its tests."
  std::vector<Line> lines;
};
Conclusion conclusion_of(const ProofOf& of, const RunResult& results);

/// Its first line in its colour, and each other behind its label.
void print_conclusion(Console& console, const Conclusion& conclusion);

}  // namespace workshop::runner
