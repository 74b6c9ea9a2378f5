#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// A hint, most often one of a hints.md. Its heading there may say what it is for, in words of the
/// failures that it helps with: `### Hint 3 (lost message, crash, at publish)`. Words are of three
/// kinds: how a test fails (TestResult::reason), a fault, and `at` the operation that decides. Of
/// one kind, one has to fit; of each kind that there is, one. A hint without words is for any
/// failure of its step.
struct Hint {
  int step = 0;
  int number = 0;  ///< from 1, within its kind
  HintKind kind = HintKind::of_step;
  std::vector<std::string> reasons;
  std::vector<std::string> faults;
  std::vector<std::string> operations;  ///< without "at"
  std::string text;                     ///< Markdown

  HintName name() const { return {number, kind}; }
  bool has_words() const { return !reasons.empty() || !faults.empty() || !operations.empty(); }
};

/// Reads a hints.md. Throws UserError for a word that no failure has, with the line.
std::vector<Hint> read_hints(std::string_view text);

/// Whether tests of the labs fail as `word` says: an invariant, "assertion", "todo", …
bool is_reason(std::string_view word);

/// The same, as a person reads it: "a failed check" for "assertion".
std::string reason_in_words(const std::string& word);

/// A hint that was chosen, and why.
struct ChosenHint {
  const Hint* hint = nullptr;     ///< null: all hints of the step were taken
  std::vector<std::string> fits;  ///< its words that the failure has
  int left = 0;                   ///< how many of the step remain after it
};

/// The hint of `step` that is next. A step begins with its first hint, if that is for any failure.
/// Then, of those that were not taken: the one whose words fit `failure` best; or else, when one
/// that fits was taken, the one that follows the last; or else the first. `failure` may be null.
/// `taken`: their numbers, in the order in which they came.
ChosenHint choose_hint(const std::vector<Hint>& hints, int step, const std::vector<int>& taken,
                       const TestState* failure);

/// Of all steps, the hint that was not taken whose words fit `failure` best, but for the last one
/// of a step, which is almost the answer; none when no execution has failed, or no words fit.
ChosenHint choose_fitting(const std::vector<Hint>& hints,
                          const std::map<int, std::vector<HintName>>& taken,
                          const TestState& failure);

/// Hints at any handler that never comes to its end, which those of a step do not help with.
const std::vector<Hint>& hints_on_loops();

/// Hints at any handler that goes on after its save was refused, which most hints of a step take
/// for granted that it does not.
const std::vector<Hint>& hints_on_conflicts();

/// The numbers of those of one kind, in their order.
std::vector<int> numbers_of(const std::vector<HintName>& hints, HintKind kind);

/// Whether `failure` is that its handler never comes to its end, and `hints` have none for that in
/// `step`.
bool is_loop_without_hint(const std::vector<Hint>& hints, int step, const TestState& failure);

/// Whether `failure` has shown an execution, or an exception, whose sign no hint of `step` names.
bool is_strange_to(const std::vector<Hint>& hints, int step, const TestState& failure);

/// The test that a hint should help with: the first red one of the lowest step; null if none is.
const TestState* first_red(const LabState& state);

}  // namespace workshop::runner
