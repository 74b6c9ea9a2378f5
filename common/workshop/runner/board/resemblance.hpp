#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
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
};

/// The mistakes of a lab whose programs have been run in this build folder, as `mistake.NN.NAME` of
/// ctest does; those that have not are left out.
std::vector<KnownMistake> known_mistakes(const Lab& lab, const std::filesystem::path& build_folder);

/// Which mistake an answer resembles, by nothing but how tests fail: which ones, as what, on which
/// schedules, and, where there is none, at which assertion. Tests that few mistakes fail count
/// more. Of both only the tests of steps up to the answer's first red one count, because what
/// follows is not done yet.
class Resemblance {
 public:
  /// From here on, of the mistakes taken out one by one, nine in ten of those that were named were
  /// named as one of their own kind (`inspect resemblance` measures it); below, nothing is named.
  static constexpr double kNear = 0.8;

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
  double likeness(const std::vector<TestState>& tests, const KnownMistake& mistake) const;

  std::vector<KnownMistake> known_;
  std::map<std::string, double> weights_;  ///< of tests, by name
};

}  // namespace workshop::runner
