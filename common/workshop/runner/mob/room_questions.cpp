#include "workshop/runner/mob/room_questions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/any_failure.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kOfMistakesMax = 2;
constexpr std::string_view kLastQuestion = "## Before you go on";
constexpr std::string_view kEndlessLoop = "endless loop";
constexpr std::string_view kNotDeterministic = "not deterministic";

RoomQuestion general_question(const RedTest& test) {
  const auto& general = on_any_failure(test.sign, test.story);
  const auto outline = protocol::outline_of(test.schedule);
  std::string question(general.question);
  // An endless loop is in our own code: no fault is needed for it.
  if (!outline.faults.empty() && test.sign != kEndlessLoop) {
    question = fmt::format("The last fault is \"{}\", at {}. {}", outline.faults.back(),
                           outline.deciding_operation, general.question);
  }
  return {fmt::format("{}: what one can always ask", test.sign),
          std::move(question),
          std::string(general.answer),
          {}};
}

/// Whether a failure says so little that any mistake may have made it.
bool says_little(const std::string& test, const std::string& shape, const KnownFailures& known) {
  // What went wrong in a situation is in its message, and the expression is the same for all.
  if (shape.find("failures.empty()") != std::string::npos) return true;
  const auto untouched = known.skeleton.find(test);
  return untouched != known.skeleton.end() && untouched->second == shape;
}

/// The mistakes that this test catches as it fails here, in the order of the list.
std::vector<const MistakeQuestion*> alike(const RedTest& test, const std::string& shape,
                                          const KnownFailures& known,
                                          const std::vector<MistakeQuestion>& of_mistakes) {
  std::vector<const MistakeQuestion*> found;
  if (shape.empty() || says_little(test.name, shape, known)) return found;
  for (const auto& each : of_mistakes) {
    if (each.test == test.name && each.sign == test.sign && each.shape == shape) {
      found.push_back(&each);
    }
  }
  if (found.size() > kOfMistakesMax) found.clear();
  return found;
}

StepQuestion read_step_heading(std::string_view line, std::size_t number) {
  constexpr std::string_view kStep = "## Step ";
  StepQuestion question;
  question.step = std::atoi(std::string(line.substr(kStep.size())).c_str());
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
    question.sign = line.substr(open + 1, close - open - 1);
  }
  if (question.step > 0) return question;
  throw UserError(fmt::format("line {}: \"## Step 1\" or \"## Step 1 (lost message)\"", number));
}

}  // namespace

std::vector<StepQuestion> read_step_questions(std::string_view text) {
  std::vector<StepQuestion> questions;
  std::string* part = nullptr;
  std::size_t number = 0;
  bool of_page = false;  // below the heading of the answer to what the lab's page asks last
  const auto check_last = [&] {
    if (questions.empty()) return;
    const auto& last = questions.back();
    if (!last.question.empty() && !last.answer.empty()) return;
    throw UserError(fmt::format("above line {}: a question (Q: …) and its answer (A: …)", number));
  };
  for (const auto& line : lines_of(text)) {
    ++number;
    if (line.starts_with("## ")) {
      check_last();
      part = nullptr;
      of_page = line == kLastQuestion;
      if (!of_page) questions.push_back(read_step_heading(line, number));
    } else if (of_page) {
      continue;
    } else if (line.starts_with("Q: ") || line.starts_with("A: ")) {
      if (questions.empty()) throw UserError(fmt::format("line {}: stands under no step", number));
      part = line[0] == 'Q' ? &questions.back().question : &questions.back().answer;
      *part = line.substr(3);
    } else if (trimmed(line).empty()) {
      part = nullptr;
    } else if (part != nullptr) {
      *part += " " + line;
    }
  }
  ++number;
  check_last();
  return questions;
}

bool can_be_put(const MistakeQuestion& question, const KnownFailures& known,
                const std::vector<MistakeQuestion>& of_mistakes) {
  const RedTest test = {question.test, 0, question.sign, {}, {}, {}};
  return !alike(test, question.shape, known, of_mistakes).empty();
}

std::vector<RoomQuestion> questions_on(const RedTest& test, const KnownFailures& known,
                                       const std::vector<StepQuestion>& of_steps,
                                       const std::vector<MistakeQuestion>& of_mistakes) {
  const auto shape = shape_of_failure(test.schedule, test.words);
  std::vector<RoomQuestion> questions;
  for (const auto* each : alike(test, shape, known, of_mistakes)) {
    if (each->answer.empty()) continue;
    questions.push_back(
        {fmt::format("{}: about a mistake that fails like this; ours may be another one",
                     test.sign),
         each->question, each->answer,
         fmt::format(
             "This was perhaps written: {}. It fails in the same test, and in the same way.",
             each->mistake)});
  }
  for (const auto& each : of_steps) {
    if (test.sign == kNotDeterministic) break;  // it has shown nothing of the step yet
    if (each.step != test.step || (!each.sign.empty() && each.sign != test.sign)) continue;
    questions.push_back(
        {fmt::format("{}: what to ask", test.sign), each.question, each.answer, {}});
  }
  questions.push_back(general_question(test));
  return questions;
}

}  // namespace workshop::runner
