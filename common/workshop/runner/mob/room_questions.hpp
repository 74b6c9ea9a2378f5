#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/mistakes/known_failures.hpp"

namespace workshop::runner {

/// What to ask in front of a stored mistake, and how the test that catches it fails on it.
struct MistakeQuestion {
  std::string sign;  ///< "lost message"
  std::string test;  ///< its name
  std::string question;
  std::string answer;   ///< empty: nobody has written it, so the question is not put
  std::string mistake;  ///< in words
  std::string shape;    ///< shape_of_failure; empty: not known
};

/// The sign of a question on a step that is green before it begins: no failure has it.
inline constexpr std::string_view kGreenSign = "green";

/// What to ask before anybody has an answer (`questions.md` beside the solution).
struct StepQuestion {
  int step = 0;
  std::string sign;  ///< of the failure that it is on; empty: any of the step's
  std::string question;
  std::string answer;
};

/// Reads `questions.md`. Throws UserError, naming the line, when a question has no answer, or
/// stands under no step.
std::vector<StepQuestion> read_step_questions(std::string_view text);

/// A red test, as far as questions on it depend on it.
struct RedTest {
  std::string name;
  int step = 0;
  std::string sign;
  std::string schedule;
  std::string words;    ///< what an assertion says
  std::string story{};  ///< of an execution that breaks it; empty: there is none
};

/// A question for the room, with the answer that usually comes.
struct RoomQuestion {
  std::string title;
  std::string question;
  std::string answer;
  std::string diagnosis;  ///< what may have been written; empty: nothing is known

  friend bool operator==(const RoomQuestion&, const RoomQuestion&) = default;
};

/// Whether there is a failure in front of which `questions_on` puts this question, were it
/// answered: one that few mistakes show, and that the untouched lab does not.
bool can_be_put(const MistakeQuestion& question, const KnownFailures& known,
                const std::vector<MistakeQuestion>& of_mistakes);

/// The questions on a red test, each with an answer. When it fails as on the untouched lab: those
/// of its step. Else first those of mistakes on which this very test fails in the same kind of
/// execution, or by the same assertion, unless so many do that none of them is likely. Last,
/// always, one that any failure with its sign allows.
std::vector<RoomQuestion> questions_on(const RedTest& test, const KnownFailures& known,
                                       const std::vector<StepQuestion>& of_steps,
                                       const std::vector<MistakeQuestion>& of_mistakes);

}  // namespace workshop::runner
