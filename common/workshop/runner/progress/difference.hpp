#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// What has changed between two runs of the same tests. Of steps behind the one that was worked on,
/// what is green now and what is red now is kept apart; in which way they fail until it is their
/// turn is only counted.
struct Difference {
  std::vector<std::string> mended;  ///< names of tests that are green now
  std::vector<std::string> broken;  ///< and of those that are red now
  std::vector<std::string> moved;   ///< sentences on tests that are red in another way
  std::vector<std::string> same;    ///< names of tests that are red as before
  std::vector<std::string> gone;    ///< sentences on tests that are not run any more
  std::map<int, std::vector<std::string>> later_mended;  ///< of each later step, as `mended`
  std::map<int, std::vector<std::string>> later_broken;  ///< and as `broken`
  std::size_t later_moved = 0;  ///< tests of later steps that are red in another way

  /// Whether anything has changed of the steps up to the one that was worked on.
  bool any() const { return !mended.empty() || !broken.empty() || !moved.empty() || !gone.empty(); }
  /// How many tests of later steps have changed.
  std::size_t later() const;
};

/// A test that the first of the runs did not have is not told of. A step that is done now counts
/// with what has become green in it, and once all is green, so does everything.
Difference difference(const std::vector<TestState>& before, const std::vector<TestState>& after);

/// How the failure of a test has moved, as what follows its name: "lost message instead of
/// duplicate effect", "one fault deeper (crash at publish)", "at another check, in line 119 instead
/// of 98". Empty when it is the same.
std::string movement(const TestState& before, const TestState& after);

/// What the schedule of an old failure shows after an edit.
enum class Replayed { mended, still_broken, breaks_otherwise, goes_another_way };

/// `broken` is what breaks on it now, or nothing; `left` where the program has left it, or nothing.
Replayed outcome_of_replay(const TestState& before, const std::string& broken,
                           const std::string& left);

}  // namespace workshop::runner
