#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// A stored mistake, and how the tests of its lab fail on it.
struct KnownMistake {
  std::string name;
  MistakeHeader header;
  std::vector<TestState> tests;
  std::set<int> lines = {};  ///< of the solution, that it changes; none of a whole file
};

/// Whether one test catches both as the same.
bool are_caught_as_one(const KnownMistake& one, const KnownMistake& other);
/// Whether both are caught as one, and change the same place of the solution, as far as that is
/// known: then they are of one kind.
bool are_of_one_kind(const KnownMistake& one, const KnownMistake& other);

/// The mistakes of a lab whose programs have been run in this build folder, as `mistake.NN.NAME` of
/// ctest does; those that have not are left out.
std::vector<KnownMistake> known_mistakes(const Lab& lab, const std::filesystem::path& build_folder);

/// Which mistake an answer resembles, by nothing but how tests fail: which ones, as what, in which
/// executions (their faults, where they are decided, how many processes they take, their steps),
/// and, where there is none, at which assertion: another one is another reason, and one at which
/// many mistakes fail says little.
/// Tests that few mistakes fail count more. Of both only the tests of steps up to the answer's
/// first red one count, because what follows is not done yet. That an answer fails in fewer tests
/// than a mistake speaks little against it: who gives up after three tries fails in fewer than who
/// never tries. Beside the tests it counts whether the answer fails somewhere as the mistake does
/// where it is caught: by the same faults, at the same operation.
/// Only mistakes count that the answer could be: the test that catches the mistake fails on the
/// answer as it does there, and nearly all of the answer's failures are the mistake's as well, for
/// the same reasons. And the nearest one is named only where nothing of another kind is near it.
/// Whoever shows it says "perhaps".
class Resemblance {
 public:
  /// Nothing is named below. Of the mistakes taken out one by one, eight in ten of those that are
  /// named are named as one of their own kind (`inspect resemblance` measures it).
  static constexpr double kNear = 0.5;
  /// All that are not further off than the nearest by `kApart` give a second opinion: one of
  /// another kind speaks against it, and where there is none at all the nearest needs `kAlone`.
  static constexpr double kApart = 0.3;
  static constexpr double kAlone = 0.85;
  /// From here on it is the same, and only what is the same as well is asked.
  static constexpr double kSame = 0.95;
  static constexpr double kApartWhenSame = 0.1;

  Resemblance() = default;
  explicit Resemblance(std::vector<KnownMistake> known);

  struct Found {
    const KnownMistake* mistake = nullptr;
    double likeness = 0;  ///< from 0 to 1, where all is the same
  };
  /// The nearest one, unless none is near. `without`: a mistake that does not count.
  std::optional<Found> nearest(const std::vector<TestState>& tests,
                               const std::string& without = {}) const;

  const std::vector<KnownMistake>& known() const noexcept { return known_; }

 private:
  bool could_be(const std::vector<TestState>& tests, const KnownMistake& mistake) const;
  double worth_of(std::string_view test) const;
  double likeness(const std::vector<TestState>& tests, const KnownMistake& mistake) const;

  std::vector<KnownMistake> known_;
  std::map<std::string, double> weights_;  ///< of tests, by name
  /// How many mistakes fail a test at a line without a schedule.
  std::map<std::pair<std::string, int>, int> at_assertion_;
};

}  // namespace workshop::runner
