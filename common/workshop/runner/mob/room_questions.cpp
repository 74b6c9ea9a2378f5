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
constexpr std::string_view kLastQuestion = "## Before you go on";
constexpr std::string_view kEndlessLoop = "endless loop";
constexpr std::string_view kNotDeterministic = "not deterministic";

/// What any failure with a sign allows to be asked, and what holds for each of them.
struct OnAnyFailure {
  std::string_view sign;
  std::string_view question;
  std::string_view answer;
};

constexpr std::array<OnAnyFailure, 22> kOnAnyFailure = {{
    {"lost effect",
     "Which change is not there at the end? Who had it to make, and who took it for made?",
     "\"Expected\" names it. Either nobody came by again who knew that it was owed, or somebody "
     "read that it was done when it was not, or wrote an older document over it."},
    {"duplicate effect",
     "Which two steps did it? What could the second one have read, to know of the first?",
     "The two that change the same value. The second one can only know what the first one has "
     "stored, together with its change, under something that both of them know."},
    {"ghost message",
     "Which step told somebody, and which one would have made it true? What came between them?",
     "The message left before what it says was stored, and then it never was. What is sent cannot "
     "be taken back: first store, then send."},
    {"lost message",
     "Which message is not there at the end, or has no id of its own? Which step had to send it?",
     "\"Expected\" and \"got\" name it. Either nobody sent it, and no later attempt knew that it "
     "was owed; or it was sent under the id of another one, and its receivers take it for a copy."},
    {"inconsistent output",
     "Which two say different things under one id? From what was each made, and when was that "
     "read?",
     "Each was made from what was stored at its time, and that has changed between them. What was "
     "sent once has to be stored to be sent again."},
    {"premature message",
     "Who may act on this message already? Which step ought to have come before it?",
     "Whoever receives it, at once. The step that stores what it says: until then it is not true."},
    {"garbage",
     "Which step wrote what is left, and which one was to remove it? Who comes by later, and "
     "could?",
     "The verdict names what is left. Only a name that is stored somewhere lets a later attempt "
     "find it, and it may go when nobody needs it any more."},
    {"livelock",
     "What is done again and again, and what would have to come back for it to end? Who could "
     "bring that about?",
     "The steps that the picture marks. Nothing in this loop changes what it waits for; somebody "
     "else would have to, who cannot while it goes round."},
    {kEndlessLoop, "Which loop does it not leave, and who should change what it waits for?",
     "The one at the line that is named. In it there is no operation, so nobody else comes to move "
     "meanwhile: only this handler could change it."},
    {"dead letter", "Why did each delivery fail? What would have been different at the next one?",
     "The last error says why. If nothing was different at the next delivery, it had to fail as "
     "well: only what passes by itself may be left to a retry."},
    {"unhandled exception",
     "At which step was it thrown, and what does it say about whether that step has happened?",
     "At the step with the error. Some errors say that nothing has happened, others that nobody "
     "knows; what the handler may do next depends on which one it is."},
    {"lost update",
     "Who read the old document, and who wrote over it? What would have refused the write?",
     "The one that loaded before the other one saved, and saved after it. A save on the condition "
     "of the version that was loaded is refused."},
    {"no answer", "Who waits for whom at the end, and how much time did the customer have?",
     "The picture's last steps say who waits. Whoever calls has to give up while its own caller "
     "still listens."},
    {"wrong answer", "What was the customer told? At which step was the truth known, and by whom?",
     "\"Got\" is what was told. What nobody knows has to be told as unknown, and an error is no "
     "answer to a question."},
    {"half an order", "Who looks between which two steps, and what do they see?",
     "Whoever reads between the two writes: one of them is done, and the other one is not. What "
     "must never be seen apart is written together."},
    {"not found",
     "What does the planted handler do wrong, and what would have to happen for that to show?",
     "The test's name says what it does wrong. Whatever has to happen for it, a fault, a second "
     "handler, another message, has to be allowed, and somebody has to look for the harm."},
    {"no proof", "What ended the search, and what has it not looked at?",
     "A bound, or a scenario in which nothing can go wrong. It proves something only for what was "
     "in it, and only when it came to its end."},
    {"work for nobody", "Who still waits for this? At which step could the service have known?",
     "Nobody does: the caller has given up. A deadline that comes along with the request says "
     "until when somebody waits."},
    {"assertion",
     "What exactly differs between what was wanted and what came, and which line of ours makes "
     "it?",
     "The two sides of the failed check, and the sentences below it, which say with what it was "
     "called. The line is the last one of ours that this value has passed through."},
    {"exception", "Which line threw it, and what had happened before?",
     "The message names the operation or the line. What had been done before stays done."},
    {kNotDeterministic,
     "What does the handler remember from the attempt before, and where is that kept? Who else "
     "would have to know it: the process next door, and this one after a restart?",
     "Something outside of message and store: a variable that outlives the call, a random number, "
     "a clock. The other processes do not have it, and after a restart nobody has."},
    {"crashed", "Which line ran last, and what did it take for granted?",
     "The line that is named. It took for granted that there is something where it looks: an "
     "element, an object, a value."},
}};

constexpr OnAnyFailure kOnOthers = {
    "", "What is the first thing in it that you did not expect?",
    "The first step, or the first value, that is not as you would have said beforehand: there what "
    "you believe and what the code does part."};

RoomQuestion general_question(const RedTest& test) {
  const auto* const found =
      std::ranges::find(kOnAnyFailure, std::string_view(test.sign), &OnAnyFailure::sign);
  const auto& general = found == kOnAnyFailure.end() ? kOnOthers : *found;
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
  const RedTest test = {question.test, 0, question.sign, {}, {}};
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
        {fmt::format("{}: on a solution that fails like this, perhaps not ours", test.sign),
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
