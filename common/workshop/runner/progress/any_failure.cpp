#include "workshop/runner/progress/any_failure.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "workshop/protocol/phrases.hpp"

namespace workshop::runner {
namespace {

namespace phrase = protocol::phrase;

// Of one sign those with a phrase come first: the one without holds for each way to break.
constexpr OnAnyFailure kOnAnyFailure[] = {
    {"lost effect", "",
     "Which change is not there at the end? Who could have made it last, and what did they do "
     "instead?",
     "\"Expected\" names it. Whoever could have made it last never came that far, or went on "
     "though an operation had failed, or took it for made when it was not; or it was made, and "
     "somebody has written over it or removed it."},
    {"duplicate effect", phrase::kSentUnderTwoIds,
     "Which of the ids could the one who sent it later have known? What was known both times, from "
     "which the same id could be made?",
     "An id that was drawn for one sending is known to nobody else, unless it was stored before "
     "anything was sent. Known both times: the message that is handled, who handles it, the type "
     "of what is sent, and which of its messages this is. If one attempt has sent both: why "
     "twice?"},
    {"duplicate effect", "",
     "What is there twice, or once too often? What could the second one who did it have known of "
     "the first?",
     "\"Got\" says what. What the first one has done can be known in two ways: it was stored, "
     "together with the change and under something that both of them know; or both make one "
     "thing from what both know, so that the second one is seen to be the same."},
    {"ghost message", "",
     "Which operation told somebody, and which one would have made it true? Why did that one not "
     "come to pass?",
     "The message tells of what nobody has stored: it left before a save that never came, or in "
     "spite of one that was refused, or it was made from what another attempt had decided. What is "
     "sent cannot be taken back: first store, then send what was stored."},
    {"lost message", "",
     "Which message is not there at the end, or has no id of its own? Which operation had to send "
     "it?",
     "\"Expected\" and \"got\" name it. Either nobody sent it: whoever had to never came that far, "
     "or went on though it had failed, and no later attempt came, or knew that it was owed. Or it "
     "was sent under the id of another one, and its receivers take it for a copy."},
    {"inconsistent output", phrase::kOtherBytes,
     "Which two say different things under one id? From what was each made, and when was that "
     "read?",
     "Each was made from what its own attempt had read or decided, and that differs. What was sent "
     "once has to be stored to be sent again."},
    {"inconsistent output", phrase::kMadeAgain,
     "Which attempt made this message first, and which one made it again? What is stored of the "
     "first one?",
     "The two may say the same here. Made again, a message says what is true by then, and that may "
     "be something else. What was sent once has to be stored, to be sent again as it was."},
    {"inconsistent output", "",
     "Which two do not go together: two messages, two answers, or an answer and what was done? "
     "From what was each made, and when?",
     "\"Expected\" and \"got\" name them. Each was made from what was known at its time. What was "
     "decided once has to be stored, to be said again."},
    {"premature message", "",
     "Who may act on this message already? Which operation ought to have come before it?",
     "Whoever receives it, at once. The operation after which everybody who looks finds what the "
     "message tells of, whoever has to do it: until then it is not true."},
    {"garbage", "",
     "What is left, and which operation brought it there? Did that come before or after the one "
     "that was to remove it, and who comes by later?",
     "The verdict names it. If before: whoever was to remove it never came that far, or did not "
     "find it; only what is stored somewhere tells a later attempt of it. If after: whoever "
     "brought it late could not know that it was over."},
    {"livelock", phrase::kWaitsForEver,
     "For what does the handler wait, and who was to bring that? Why do they not?",
     "\"Got\" names the operation that it does not reach. Whoever was to bring it has ended, or "
     "waits as well: nobody may wait for somebody else without an end."},
    {"livelock", "",
     "What is done again and again, and what would have to change for it to end? Who could bring "
     "that about?",
     "What comes round in the picture. No round changes why the next one begins: either whoever "
     "goes round has to stop by itself, or somebody else has to change it, and must come to it."},
    {"endless loop", "", "Which loop does it not leave, and who should change what it waits for?",
     "The one at the line that is named. In it there is no operation, so nobody else comes to move "
     "meanwhile: only this handler could change it."},
    {"dead letter", "",
     "How did each delivery end? What would have been different at the next one?",
     "With an error, or with the process: the picture has each. If nothing was different, the next "
     "one had to fail as well: only what passes by itself may be left to a retry. If it would have "
     "passed, it was given up too soon."},
    {"unhandled exception", "",
     "Which line threw it: an operation, or our own code? If an operation: does it say whether it "
     "has happened?",
     "\"Got\" has its words, and the last step of the process is where it comes from, or lies just "
     "before. Some errors of operations say that nothing has happened, others that nobody knows; "
     "what the handler may do next depends on which one it is."},
    {"never awaited", "", "Which operation was called, and how much of it has run?",
     "\"Got\" names it. Nothing of it has run: an operation is a task, which begins when somebody "
     "awaits it with co_await."},
    {"lost update", "",
     "Who writes this document, and does not see that somebody else has written it? On which "
     "condition would the write be refused?",
     "\"Got\" names the write. On the condition that the document is still the version that was "
     "loaded, or that there is none yet: whoever comes second is refused, and has to look again."},
    {"no answer", "",
     "Who owes the customer an answer, what did they do meanwhile, and how much time was there?",
     "\"Got\" says whether it came too late or not at all. If too late: whoever calls has to give "
     "up while its own caller still listens. If not at all: each way out needs an answer, that of "
     "an error, too."},
    {"wrong answer", "",
     "What was the customer told? At which operation was the truth known, and by whom?",
     "\"Got\" is what was told. If nobody knew, it has to be told as unknown: an error is no "
     "answer to a question. If somebody did, the answer has to be made from that."},
    {"half an order", "", "Who looks between which two operations, and what do they see?",
     "Whoever reads between the two writes: one of them is done, and the other one is not. What "
     "must never be seen apart is written together."},
    {"not found", "",
     "What does the planted handler do wrong, and what would have to happen for that to show?",
     "The test's name says what it does wrong. Whatever has to happen for it, a fault, a second "
     "handler, another message, has to be allowed, and somebody has to look for the harm."},
    {"no proof", "", "What ended the search, and what has it not looked at?",
     "A bound, or a scenario in which nothing can go wrong. It proves something only for what was "
     "in it, and only when it came to its end."},
    {"work for nobody", "",
     "Who still waits for this? At which operation could the service have known?",
     "Nobody does: the caller has given up. A deadline that comes along with the request says "
     "until when somebody waits."},
    {"todo", "", "What has to be written here: what is it given, and who uses what it returns?",
     "The step says what, and the function's header what it promises; the test shows who calls it, "
     "and with what."},
    {"assertion", "",
     "What exactly differs between what was wanted and what came, and which line of ours makes it?",
     "The two sides of the failed check; sentences below it, where there are any, say with what it "
     "was called. The line is the last one of ours that this value has passed through."},
    {"exception", "", "Which call threw it, and what had happened before?",
     "Its words say what was not possible, and the test's lines what was called. What had been "
     "done before stays done."},
    {"not deterministic", "",
     "What does the handler remember from the attempt before, and where is that kept? Who else "
     "would have to know it: the process next door, and this one after a restart?",
     "Something outside of message and store: a variable that outlives the call, a random number, "
     "a clock. Another process does not have the same, nor does this one after a restart."},
    {"crashed", "", "Which line ran last, and what did it take for granted?",
     "The line that is named, or one behind the last step. It took for granted that there is "
     "something where it looks: an element, an object, a value."},
};

constexpr OnAnyFailure kOnOthers = {
    "", "", "What is the first thing in it that you did not expect?",
    "The first operation, or the first value, that is not as you would have said beforehand: there "
    "what you believe and what the code does part."};

/// With one blank where a story has broken a line.
std::string in_one_line(std::string_view story) {
  std::string line;
  for (const char each : story) {
    const bool blank = std::isspace(static_cast<unsigned char>(each)) != 0;
    if (!blank) line += each;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

}  // namespace

const OnAnyFailure& on_any_failure(std::string_view sign, std::string_view story) {
  const auto line = in_one_line(story);
  const auto* const found = std::ranges::find_if(kOnAnyFailure, [&](const OnAnyFailure& each) {
    return each.sign == sign && line.find(each.phrase) != std::string::npos;
  });
  return found == std::ranges::end(kOnAnyFailure) ? kOnOthers : *found;
}

}  // namespace workshop::runner
