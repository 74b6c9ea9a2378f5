#include "workshop/runner/mob/room_questions.hpp"

#include <catch2/catch_test_macros.hpp>

#include "workshop/runner/catalog/catalog.hpp"

using namespace workshop::runner;

namespace {

const KnownFailures kKnown = {.skeleton = {{"booked once", "1 message, 1 process, at save"},
                                           {"ids differ", "REQUIRE( first == again )"}},
                              .mistakes = {}};
const std::vector<StepQuestion> kOfSteps = {{1, "duplicate effect", "What to keep?", "The id."},
                                            {2, "", "What is known?", "Four things."}};
const std::vector<MistakeQuestion> kOfMistakes = {
    {"duplicate effect", "booked once", "Dies between the saves?", "One is there.", "two saves",
     "1 message, 1 process, crash, at save"},
    {"duplicate effect", "booked once", "Another one saved?", "It did.", "an old copy",
     "1 message, 2 processes, at save"},
    {"duplicate effect", "booked twice", "Counted?", "Yes.", "it counts",
     "1 message, 1 process, crash, at save"},
    {"assertion", "ids differ", "Where does it end?", "Nowhere.", "no frame",
     "REQUIRE( one != other )"},
    {"assertion", "situations", "Which?", "One.", "one of many", "REQUIRE( failures.empty() )"},
    {"assertion", "many", "First?", "A.", "first", "CHECK( a )"},
    {"assertion", "many", "Second?", "B.", "second", "CHECK( a )"},
    {"assertion", "many", "Third?", "C.", "third", "CHECK( a )"},
    {"assertion", "unanswered", "What?", "", "nobody knows", "CHECK( b )"}};

std::vector<std::string> asked(const RedTest& test) {
  std::vector<std::string> questions;
  for (const auto& each : questions_on(test, kKnown, kOfSteps, kOfMistakes)) {
    questions.push_back(each.question);
  }
  questions.pop_back();  // the one that any failure allows
  return questions;
}

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("the untouched lab is asked what nobody has answered yet, and nothing on mistakes") {
  CHECK(asked({"booked once", 1, "duplicate effect", "d80a:1@Arlcparlc", ""}) ==
        Asked{"What to keep?"});
  CHECK(asked({"ids differ", 2, "assertion", "", "REQUIRE( first == again )\nis 1 == 2"}) ==
        Asked{"What is known?"});
}

TEST_CASE("a question on a mistake is shown where its execution is the one that fails") {
  CHECK(asked({"booked once", 1, "duplicate effect", "d80a:1@Arlc!crlc", ""}) ==
        Asked{"Dies between the saves?", "What to keep?"});
  CHECK(asked({"booked once", 1, "duplicate effect", "d80a:1@ArlcBrlc", ""}) ==
        Asked{"Another one saved?", "What to keep?"});
  CHECK(asked({"booked once", 1, "lost message", "d80a:1@Arlc!crlc", ""}).empty());
  CHECK(asked({"another test", 1, "duplicate effect", "d80a:1@Arlc!crlc", ""}) ==
        Asked{"What to keep?"});
  CHECK(asked({"ids differ", 2, "assertion", "", "REQUIRE( one != other )\nis 1 != 1"}) ==
        Asked{"Where does it end?", "What is known?"});
  CHECK(asked({"situations", 2, "assertion", "", "REQUIRE( failures.empty() )"}) ==
        Asked{"What is known?"});
}

TEST_CASE("what many mistakes show, or nobody has answered, is no question on a mistake") {
  CHECK(asked({"many", 2, "assertion", "", "CHECK( a )"}) == Asked{"What is known?"});
  CHECK(asked({"unanswered", 2, "assertion", "", "CHECK( b )"}) == Asked{"What is known?"});
}

TEST_CASE("an answer answers; what may have been written stands beside it") {
  const auto all = questions_on({"booked once", 1, "duplicate effect", "d80a:1@Arlc!crlc", ""},
                                kKnown, kOfSteps, kOfMistakes);
  REQUIRE(all.size() == 3);
  CHECK(all[0].title ==
        "duplicate effect: about a mistake that fails like this; ours may be another one");
  CHECK(all[0].answer == "One is there.");
  CHECK(all[0].diagnosis.starts_with("This was perhaps written: two saves."));
  CHECK(all[1].diagnosis.empty());
  for (const auto* sign : {"lost message", "assertion", "crashed", "no such sign"}) {
    for (const auto& each : questions_on({"a", 1, sign, "", ""}, {}, {}, {})) {
      CHECK_FALSE(each.answer.empty());
    }
  }
}

TEST_CASE("the last question is one on what can be seen: the sign, and the last fault") {
  const auto last = questions_on({"a", 1, "lost message", "d80a:1@Arlc!parla", ""}, {}, {}, {});
  REQUIRE(last.size() == 1);
  CHECK(last[0].question.starts_with(
      "The last fault is \"crash\", at publish. Which message is not there"));
  CHECK(
      questions_on({"a", 1, "no such sign", "", ""}, {}, {}, {})[0].question.ends_with("expect?"));
}

TEST_CASE("what is always asked is asked of the way in which it broke") {
  const auto asked_on = [](const char* sign, std::string story) {
    const auto all = questions_on({"a", 1, sign, "", "", std::move(story)}, {}, {}, {});
    return all.at(0).question + all.at(0).answer;
  };
  // Nothing has changed its value, and no id is stored: the event was sent under two ids.
  const auto sent = asked_on("duplicate effect",
                             "  got:      2 different ids: receivers take\n            them for 2 "
                             "messages\n");
  CHECK(sent.starts_with("Which of the ids could the one who sent it later have known?"));
  CHECK(sent.find("value") == std::string::npos);
  CHECK(asked_on("duplicate effect", "  got:      booked twice\n")
            .starts_with("What is there twice, or once too often?"));
  CHECK(asked_on("inconsistent output", "got: other bytes under the same id: {}")
            .starts_with("Which two say different things under one id?"));
  CHECK(asked_on("inconsistent output",
                 "got: made again by another attempt, instead of sent as "
                 "it was stored")
            .starts_with("Which attempt made this message first"));
  CHECK(asked_on("inconsistent output", "got: answered \"declined\", and the balance is 0")
            .starts_with("Which two do not go together"));
  CHECK(asked_on("livelock", "got: payments-1 waits for ever before load")
            .starts_with("For what does the handler wait"));
  CHECK(asked_on("livelock", "got: it was still busy after 200 more steps")
            .starts_with("What is done again and again"));
}

TEST_CASE("each word that a failure can begin with has a question of its own") {
  for (const auto* sign :
       {"lost effect", "lost update", "duplicate effect", "ghost message", "lost message",
        "inconsistent output", "premature message", "garbage", "livelock", "dead letter",
        "unhandled exception", "never awaited", "todo", "exception", "crashed"}) {
    INFO(sign);
    CHECK_FALSE(questions_on({"a", 1, sign, "", "", ""}, {}, {}, {})
                    .at(0)
                    .question.ends_with("that you did not expect?"));
  }
}

TEST_CASE("an endless loop is in one handler: its question speaks of no fault and nobody else") {
  const auto last = questions_on({"a", 1, "endless loop", "d80a:1@Arl!rl", ""}, {}, {}, {});
  REQUIRE(last.size() == 1);
  CHECK(last[0].question ==
        "Which loop does it not leave, and who should change what it waits for?");
}

TEST_CASE("a handler that remembers is asked for that, and for nothing of the step") {
  const auto all = questions_on({"booked once", 1, "not deterministic", "", "not deterministic: x"},
                                kKnown, {{1, "", "What to keep?", "The id."}}, kOfMistakes);
  REQUIRE(all.size() == 1);
  CHECK(all[0].question.starts_with("What does the handler remember from the attempt before"));
}

TEST_CASE("a failure has its shape: what changes with every edit is not in it") {
  CHECK(shape_of_failure("d80a:1@Arlcparlc", "") == "1 message, 1 process, at save");
  CHECK(shape_of_failure("ffff:2@ArlcBr!lAcpa", "") == "2 messages, 2 processes, crash, at load");
  CHECK(shape_of_failure("", "CHECK( a == b )\nis 1 == 2") == "CHECK( a == b )");
  CHECK(shape_of_failure("", "lease 01a22f14-d77c-7116-bfc7-abafc668f6f9 has ended") ==
        "lease … has ended");
}

TEST_CASE("questions are read, and one without an answer is named") {
  const auto read =
      read_step_questions("# Title\ntext\n## Step 2 (lost message)\n\nQ: One\ntwo?\n\nA: Three.\n");
  REQUIRE(read.size() == 1);
  CHECK(read[0].step == 2);
  CHECK(read[0].sign == "lost message");
  CHECK(read[0].question == "One two?");
  CHECK(read[0].answer == "Three.");
  CHECK(
      read_step_questions("## Step 1\nQ: One?\nA: Two.\n\n## Before you go on\n\nA: B.\n").size() ==
      1);
  CHECK_THROWS_AS(read_step_questions("## Step 1\nQ: One?\n"), UserError);
  CHECK_THROWS_AS(read_step_questions("Q: One?\nA: Two.\n"), UserError);
  CHECK_THROWS_AS(read_step_questions("## Story\nQ: One?\nA: Two.\n"), UserError);
}
