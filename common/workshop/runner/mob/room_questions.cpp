#include "workshop/runner/mob/room_questions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

constexpr std::size_t kOfMistakesMax = 2;
constexpr std::string_view kEndlessLoop = "endless loop";
constexpr std::string_view kNotDeterministic = "not deterministic";

/// What any failure with a sign allows to be asked.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kOnAnyFailure = {{
    {"lost effect",
     "Until which step could it still have happened, and who was the last to know that it was "
     "owed?"},
    {"duplicate effect",
     "Which two steps did it? What could the second one have read, to know of the first?"},
    {"ghost message",
     "Which step told somebody, and which one would have made it true? What came between them?"},
    {"lost message", "Until which step was the message still owed, and where was that written?"},
    {"inconsistent output",
     "Which two say different things under one id? From what was each made, and when was that "
     "read?"},
    {"premature message",
     "Who may act on this message already? Which step ought to have come before it?"},
    {"garbage",
     "Which step wrote what is left, and which one was to remove it? Who comes by later, and "
     "could?"},
    {"livelock",
     "What is done again and again, and what would have to come back for it to end? Who could "
     "bring that about?"},
    {kEndlessLoop, "Which loop does it not leave, and who should change what it waits for?"},
    {"dead letter", "Why did each delivery fail? What would have been different at the next one?"},
    {"unhandled exception",
     "At which step was it thrown, and what does it say about whether that step has happened?"},
    {"lost update",
     "Who read the old document, and who wrote over it? What would have refused the write?"},
    {"no answer", "Who waits for whom at the end, and how much time did the customer have?"},
    {"wrong answer", "What was the customer told? At which step was the truth known, and by whom?"},
    {"half an order", "Who looks between which two steps, and what do they see?"},
    {"not found",
     "What does the planted handler do wrong, and what would have to happen for that to show?"},
    {"no proof", "What ended the search, and what has it not looked at?"},
    {"work for nobody", "Who still waits for this? At which step could the service have known?"},
    {"assertion",
     "What exactly differs between what was wanted and what came, and which line of ours makes "
     "it?"},
    {"exception", "Which line threw it, and what had happened before?"},
    {kNotDeterministic,
     "What does the handler remember from the attempt before, and where is that kept? Who else "
     "would have to know it: the process next door, and this one after a restart?"},
    {"crashed", "Which line ran last, and what did it take for granted?"},
}};

std::string general_question(const RedTest& test) {
  const auto* const found = std::ranges::find(kOnAnyFailure, std::string_view(test.sign),
                                              [](const auto& row) { return row.first; });
  std::string question(
      found == kOnAnyFailure.end()
          ? std::string_view("What is the first thing in it that you did not expect?")
          : found->second);
  const auto outline = protocol::outline_of(test.schedule);
  // It is in our own code: no fault is needed for it.
  if (outline.faults.empty() || test.sign == kEndlessLoop) return question;
  return fmt::format("The last fault is \"{}\", at {}. {}", outline.faults.back(),
                     outline.deciding_operation, question);
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
      questions.push_back(read_step_heading(line, number));
      part = nullptr;
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

std::vector<RoomQuestion> questions_on(const RedTest& test, const KnownFailures& known,
                                       const std::vector<StepQuestion>& of_steps,
                                       const std::vector<MistakeQuestion>& of_mistakes) {
  const auto shape = shape_of_failure(test.schedule, test.words);
  std::vector<RoomQuestion> own;
  for (const auto& each : of_steps) {
    if (test.sign == kNotDeterministic) break;  // it has shown nothing of the step yet
    if (each.step != test.step || (!each.sign.empty() && each.sign != test.sign)) continue;
    own.push_back({fmt::format("{}: what to ask", test.sign), each.question, each.answer});
  }
  std::vector<RoomQuestion> questions;
  // What went wrong in a situation is in its message, and the expression is the same for all.
  const bool tells = shape.find("failures.empty()") == std::string::npos;
  const auto untouched = known.skeleton.find(test.name);
  if (untouched == known.skeleton.end() || untouched->second != shape) {
    for (const auto& each : of_mistakes) {
      if (questions.size() == kOfMistakesMax || !tells) break;
      if (each.test != test.name || each.sign != test.sign || each.shape != shape) continue;
      questions.push_back({fmt::format("{}: what to ask", test.sign), each.question,
                           fmt::format("Perhaps this was written: {}.", each.mistake)});
    }
  }
  questions.insert(questions.end(), own.begin(), own.end());
  questions.push_back(
      {fmt::format("{}: what one can always ask", test.sign), general_question(test), ""});
  return questions;
}

}  // namespace workshop::runner
