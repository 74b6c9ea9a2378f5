#include "workshop/runner/progress/any_failure.hpp"

#include <algorithm>
#include <array>

namespace workshop::runner {
namespace {

constexpr std::array<OnAnyFailure, 22> kOnAnyFailure = {{
    {"lost effect",
     "Which change is not there at the end? Who had it to make, and who took it for made?",
     "\"Expected\" names it. Either nobody came by again who knew that it was owed, or somebody "
     "read that it was done when it was not, or wrote an older document over it."},
    {"duplicate effect",
     "Which two operations did it? What could the second one have read, to know of the first?",
     "The two that change the same value. The second one can only know what the first one has "
     "stored, together with its change, under something that both of them know."},
    {"ghost message",
     "Which operation told somebody, and which one would have made it true? What came between "
     "them?",
     "The message left before what it says was stored, and then it never was. What is sent cannot "
     "be taken back: first store, then send."},
    {"lost message",
     "Which message is not there at the end, or has no id of its own? Which operation had to send "
     "it?",
     "\"Expected\" and \"got\" name it. Either nobody sent it, and no later attempt knew that it "
     "was owed; or it was sent under the id of another one, and its receivers take it for a copy."},
    {"inconsistent output",
     "Which two say different things under one id? From what was each made, and when was that "
     "read?",
     "Each was made from what was stored at its time, and that has changed between them. What was "
     "sent once has to be stored to be sent again."},
    {"premature message",
     "Who may act on this message already? Which operation ought to have come before it?",
     "Whoever receives it, at once. The operation that stores what it says: until then it is not "
     "true."},
    {"garbage",
     "Which operation wrote what is left, and which one was to remove it? Who comes by later, and "
     "could?",
     "The verdict names what is left. Only a name that is stored somewhere lets a later attempt "
     "find it, and it may go when nobody needs it any more."},
    {"livelock",
     "What is done again and again, and what would have to come back for it to end? Who could "
     "bring that about?",
     "The operations that the picture marks. Nothing in this loop changes what it waits for; "
     "somebody else would have to, who cannot while it goes round."},
    {"endless loop", "Which loop does it not leave, and who should change what it waits for?",
     "The one at the line that is named. In it there is no operation, so nobody else comes to move "
     "meanwhile: only this handler could change it."},
    {"dead letter", "Why did each delivery fail? What would have been different at the next one?",
     "The last error says why. If nothing was different at the next delivery, it had to fail as "
     "well: only what passes by itself may be left to a retry."},
    {"unhandled exception",
     "At which operation was it thrown, and what does it say about whether that operation has "
     "happened?",
     "At the operation with the error. Some errors say that nothing has happened, others that "
     "nobody knows; what the handler may do next depends on which one it is."},
    {"lost update",
     "Who read the old document, and who wrote over it? What would have refused the write?",
     "The one that loaded before the other one saved, and saved after it. A save on the condition "
     "of the version that was loaded is refused."},
    {"no answer", "Who waits for whom at the end, and how much time did the customer have?",
     "The picture's last operations say who waits. Whoever calls has to give up while its own "
     "caller still listens."},
    {"wrong answer",
     "What was the customer told? At which operation was the truth known, and by whom?",
     "\"Got\" is what was told. What nobody knows has to be told as unknown, and an error is no "
     "answer to a question."},
    {"half an order", "Who looks between which two operations, and what do they see?",
     "Whoever reads between the two writes: one of them is done, and the other one is not. What "
     "must never be seen apart is written together."},
    {"not found",
     "What does the planted handler do wrong, and what would have to happen for that to show?",
     "The test's name says what it does wrong. Whatever has to happen for it, a fault, a second "
     "handler, another message, has to be allowed, and somebody has to look for the harm."},
    {"no proof", "What ended the search, and what has it not looked at?",
     "A bound, or a scenario in which nothing can go wrong. It proves something only for what was "
     "in it, and only when it came to its end."},
    {"work for nobody",
     "Who still waits for this? At which operation could the service have known?",
     "Nobody does: the caller has given up. A deadline that comes along with the request says "
     "until when somebody waits."},
    {"assertion",
     "What exactly differs between what was wanted and what came, and which line of ours makes it?",
     "The two sides of the failed check, and the sentences below it, which say with what it was "
     "called. The line is the last one of ours that this value has passed through."},
    {"exception", "Which line threw it, and what had happened before?",
     "The message names the operation or the line. What had been done before stays done."},
    {"not deterministic",
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
    "The first operation, or the first value, that is not as you would have said beforehand: there "
    "what you believe and what the code does part."};

}  // namespace

const OnAnyFailure& on_any_failure(std::string_view sign) {
  const auto* const found = std::ranges::find(kOnAnyFailure, sign, &OnAnyFailure::sign);
  return found == kOnAnyFailure.end() ? kOnOthers : *found;
}

}  // namespace workshop::runner
