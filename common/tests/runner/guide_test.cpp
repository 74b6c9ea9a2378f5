#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "workshop/runner/guide/material.hpp"
#include "workshop/runner/guide/mistake_index.hpp"
#include "workshop/runner/guide/page.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

/// What a page needs, with nothing left out.
LabMaterial material() {
  LabMaterial all;
  all.lab.number = 8;
  all.lab.title = "identity";
  all.lab.folder = "labs/08-identity";
  all.goal = "each payment once.";
  auto& lecture = all.lectures.emplace_back();
  lecture.objective = "Say why.";
  lecture.minutes = 7;
  lecture.lab = 8;
  lecture.slides.push_back({.title = "One | gap",
                            .minutes = 1.5,
                            .when = SlideSource::When::lecture,
                            .body = {},
                            .notes = "Say: It is there.\nCut: a | b\n",
                            .line = 1,
                            .body_line = 2});
  lecture.slides.push_back({.title = "So it is",
                            .minutes = 2,
                            .when = SlideSource::When::debrief,
                            .body = "@questions 08 1\n",
                            .notes = "Say: Behind it.\n",
                            .line = 9,
                            .body_line = 10});
  all.opening = {"A duplicate?", "Yes and no."};
  all.steps = {{1, "book", "12 minutes", 12, {"look\n", "think\n", "type\n"}}};
  for (const auto* name : {"one", "two", "three"}) {
    all.commonest.push_back(
        {.name = name,
         .header = {"it returns", "it is done", "a test", "lost message", "Who?"},
         .step = 1,
         .slide = {},
         .found = {}});
  }
  all.mistakes = all.commonest;
  all.debrief = {{"Why?", "Because."}, {"When?", "Then."}};
  all.bridge = "Next is lab 09.";
  all.lab.steps = {{.number = 1,
                    .title = "book",
                    .alone_minutes = 12,
                    .mob_minutes = 6,
                    .room = {RoomPlan::Form::alone_and_mob, 0},
                    .late_from = 0,
                    .when_late = {}}};
  all.commonest[1].slide = "The other order";
  all.commonest[1].found = "2189:1@Arlc";
  all.clock = {
      {876, 1.5, "lecture: Identity"}, {877, 1.5, "demonstration"}, {879, 12, "step 1 alone"}};
  all.deck = "2-correctness";
  all.demonstration_slide = "Two writes";
  all.demonstration = ShownExecution{.lab = all.lab,
                                     .variant = {.solution = false, .mistake = "one"},
                                     .test = "a test",
                                     .schedule = {}};
  all.said_with_it = read_notes("Say: Look at step 3.\nAsk: Who?\nUsual answer: Nobody.\n");
  return all;
}

GuideMistake mistake(const std::string& name, int step, MistakeHeader header = {}) {
  return {.name = name, .header = std::move(header), .step = step, .slide = {}, .found = {}};
}

std::vector<std::string> names_of(const std::vector<GuideMistake>& mistakes) {
  std::vector<std::string> names;
  for (const auto& each : mistakes) names.push_back(each.name);
  return names;
}

}  // namespace

TEST_CASE("notes are read by their keys, and what is said after the question stands apart") {
  const auto notes = read_notes(
      "\nSay: One\nline.\n\nAsk: Who?\n\nUsual answer: \"Me.\"\n\nSay: Then.\n\nSource: a page.\n\n"
      "Cut: Nothing.\n");
  CHECK(notes.say == "One line.");
  CHECK(notes.ask == "Who?");
  CHECK(notes.usual_answer == "\"Me.\"");
  CHECK(notes.say_then == "Then.");
  CHECK(notes.cut == "Nothing.");
}

TEST_CASE("questions are read from items and from paragraphs, over the ends of lines") {
  const auto questions = read_questions(
      "- **May it\n  go?** Yes,\n  it may.\n- *And now?* No.\n\n**A third one?** So.\n\n- an "
      "item\n");
  REQUIRE(questions.size() == 3);
  CHECK(questions[0].question == "May it go?");
  CHECK(questions[0].answer == "Yes, it may.");
  CHECK(questions[1].question == "And now?");
  CHECK(questions[2].answer == "So.\n\n- an item");
  CHECK(read_questions("**Isolation:** no question.\n").empty());
}

TEST_CASE("the step of a test stands in its tag, wherever its name is broken") {
  const auto steps = steps_of_tests(
      "// \"no test\"\nTEST_CASE(\"one of \\\"two\\\"\", \"[step1][given]\") { f(\"x\", \"y\"); }\n"
      "TEST_CASE(\"a long \"\n          \"name\",\n          \"[step2]\") {}\n"
      "TEST_CASE(\"of no step\", \"[.exam]\") {}\n");
  CHECK(steps == std::map<std::string, int>{{"one of \"two\"", 1}, {"a long name", 2}});
}

TEST_CASE("the commonest mistakes leave out what is shown live, and no step") {
  std::vector<GuideMistake> all = {mistake("other_lab", 1), mistake("shown", 1), mistake("a", 1),
                                   mistake("b", 1),         mistake("c", 1),     mistake("d", 1),
                                   mistake("second", 2),    mistake("third", 3), mistake("e", 2)};
  all.front().is_whole_file = true;
  CHECK(names_of(commonest_of(all, "shown")) ==
        std::vector<std::string>{"a", "b", "c", "second", "e", "third"});
  CHECK(names_of(commonest_of({mistake("late", 2), mistake("a", 1), mistake("b", 1)}, "")) ==
        std::vector<std::string>{"a", "b", "late"});
}

TEST_CASE("in front of an assertion nobody is asked for a marked step") {
  const auto failing = [](const std::string& as) {
    return mistake("m", 1, {"it returns", "w", "a test", as, "Who?"});
  };
  auto lab = material();
  lab.mistakes = {failing("assertion")};
  const auto asks = [&] { return guide_page_of(lab, {"lost message", "", "story"}); };
  CHECK_THAT(asks(), ContainsSubstring("| 2 min | nobody has said what the next line is | ask what "
                                       "is expected, what was got, and of which input"));
  CHECK_THAT(asks(), !ContainsSubstring("the step before `►`"));
  lab.mistakes.push_back(failing("lost message"));
  CHECK_THAT(asks(), ContainsSubstring("Of an assertion, which has no `►`, ask what is expected"));
  lab.mistakes = {failing("lost message")};
  CHECK_THAT(asks(), !ContainsSubstring("Of an assertion"));
}

TEST_CASE("steps have a title, minutes and hints") {
  const auto steps = read_steps(
      "## Step 1: book: once (12 minutes)\n## Step 2: tell (8 minutes alone, 10 as a mob)\n",
      "## Step 1\n\n### Hint 1\nlook\n### Hint 2\nthink\n\n## Step 2\n### Hint 1\n\ntype\n");
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].title == "book: once");
  CHECK(steps[0].minutes == 12);
  CHECK(steps[0].hints == std::vector<std::string>{"look\n", "think\n\n"});
  CHECK(steps[1].time == "8 minutes alone, 10 as a mob");
  CHECK(steps[1].minutes == 8);
}

TEST_CASE("what a page of the guide lacks is named") {
  CHECK(missing_from(material()).empty());
  auto without = material();
  without.opening = {};
  without.debrief.clear();
  without.commonest.pop_back();
  without.steps.front().minutes = 0;
  without.steps.front().hints.pop_back();
  without.demonstration.reset();
  without.lectures.front().slides.pop_back();
  const auto missing = missing_from(without);
  CHECK(missing.size() == 7);
  CHECK(missing.front() ==
        "08-identity: the guide finds no question (Ask:) in the notes of its "
        "lecture");
}

TEST_CASE("a hint that begins with code stays code, and a step's answer has nothing of the next") {
  auto with_code = material();
  with_code.steps.front().hints.back() = "\n    insert(id);\n\nThat is it.\n";
  auto next = with_code.steps.front();
  next.number = 2;
  with_code.steps.push_back(next);
  const auto page = guide_page_of(with_code, {});
  CHECK_THAT(page, ContainsSubstring("Hint 3:\n\n    insert(id);\n\nThat is it.\n"));
  CHECK_THAT(page, ContainsSubstring("`scripts/workshop catch-up 8 --step 1` puts it in place"));
}

TEST_CASE("a page has everything that an instructor says, asks and runs") {
  const auto page = guide_page_of(
      material(), {"lost message", "d80a:1@Arlc", "lost message\n  1 receive\nreplay: workshop"});
  for (const auto* text :
       {"# Lab 08: identity",
        "- Say why.",
        "> Ask: A duplicate?",
        "Usual answer: Yes and no.",
        "    scripts/workshop check 8 --mistake one --no-diff\n",
        "    scripts/workshop replay 8 --mistake one --no-diff 'd80a:1@Arlc'\n",
        "      1 receive\n",
        "Say: Look at step 3.",
        "| 4 min |",
        "| 12 min | is still red | let them ask for the next hint (`scripts/workshop hint 8`, the "
        "last one is 3)",
        "Hint 3: ",
        "**it returns.** In step 1. People write it because it is done.",
        "[those of lab 08 by what one sees](mistakes-08.md)",
        "> Ask: Who?",
        "> Ask: Why?",
        "Because.",
        "## Bridge\n\nNext is lab 09.",
        "| One \\| gap | 1.5 | a \\| b |",
        "| 14:36 | 1.5 | lecture: Identity |\n| 14:37 | 1.5 | demonstration |\n",
        "| | 15 | in all |",
        "- One | gap: `build/slides/2-correctness.html#/lab-08` (1.5 minutes)",
        "- So it is: `build/slides/2-correctness.html#/lab-08-debrief` (2 minutes)",
        "on its slide \"Two writes\"",
        "As a mob, 6 minutes:",
        "| 2 min | nobody has said",
        "    scripts/workshop replay 8 --mistake two --no-diff '2189:1@Arlc'\n",
        "### Slide: So it is (2 minutes)\n\nSay: Behind it.\n\n> Ask: Why?",
        "- When? Then.\n",
        "    scripts/workshop reset 8\n",
        "    scripts/workshop solution 8\n"}) {
    CHECK_THAT(page, ContainsSubstring(text));
  }
  CHECK_THAT(page, !ContainsSubstring("replay: workshop"));
  auto divided = material();
  auto& slides = divided.lectures.front().slides;
  slides.insert(slides.begin() + 1, slides.front());
  slides[1].when = SlideSource::When::demonstration;
  slides.insert(slides.begin() + 2, slides.front());
  slides[2].minutes = 2;
  CHECK_THAT(guide_page_of(divided, {"lost message", "", "story"}),
             ContainsSubstring("(1.5 minutes before the demonstration, 2 behind it)"));
}

TEST_CASE("when to step in is said for what the room does with a step") {
  auto of_mob = material();
  of_mob.lab.steps.front().room.form = RoomPlan::Form::mob;
  const auto mob = guide_page_of(of_mob, {"lost message", "", "story"});
  CHECK_THAT(mob, ContainsSubstring("As a mob, 6 minutes:"));
  CHECK_THAT(mob, !ContainsSubstring("Alone, 12 minutes:"));
  of_mob.lab.steps.front().room = {RoomPlan::Form::shown, 5};
  CHECK_THAT(guide_page_of(of_mob, {"lost message", "", "story"}),
             ContainsSubstring("You show this step, in 5 minutes"));
}

TEST_CASE("nobody is asked about the failure while they read the page") {
  auto read = material();
  read.lab.steps.front().reading_minutes = 3;
  const auto page = guide_page_of(read, {"lost message", "", "story"});
  CHECK_THAT(page, ContainsSubstring("Alone, 12 minutes, of these 3 to read:"));
  CHECK_THAT(page, ContainsSubstring("| 0 to 3 min | reads the page and the header | say nothing"));
  CHECK_THAT(page, ContainsSubstring("| 6 min | has not read the failure yet"));
  CHECK_THAT(page, ContainsSubstring("| 9 min | has the right line"));
}

TEST_CASE("of a step that may be green before it begins the page says what to do and to ask") {
  auto two = material();
  two.steps.push_back(two.steps.front());
  two.steps.back().number = 2;
  two.lab.steps.push_back(two.lab.steps.front());
  two.lab.steps.back().number = 2;
  const auto page = [&] { return guide_page_of(two, {"lost message", "", "story"}); };
  const auto missing = [&] { return missing_from(two); };
  CHECK_THAT(page(), !ContainsSubstring("Green at once?"));
  REQUIRE(missing().size() == 1);
  CHECK_THAT(missing().front(), ContainsSubstring("no mistake of step 2, for whom it is green"));

  two.mistakes.push_back(mistake("later", 2, {"m", "w", "a test", "garbage", "Which is older?"}));
  CHECK(missing().empty());
  CHECK_THAT(page(), ContainsSubstring("Somebody may have written it already."));
  CHECK_THAT(page(), ContainsSubstring("    scripts/workshop check 8 --mistake later --no-diff\n\n"
                                       "> Ask: Which is older?"));

  two.steps.back().decided_before = true;
  REQUIRE(missing().size() == 1);
  CHECK_THAT(missing().front(), ContainsSubstring("no \"## Step 2 (green)\" in questions.md"));
  two.steps.back().when_green = {"Luck or care?", "Luck."};
  CHECK(missing().empty());
  CHECK_THAT(page(), ContainsSubstring("Step 1 decides tests of this one"));
  CHECK_THAT(page(), ContainsSubstring("> Ask whoever is green: Luck or care?\n\n"
                                       "Usual answer: Luck."));

  two.steps.back().when_green = {};
  two.lab.steps.back().room = {RoomPlan::Form::shown, 5};
  CHECK(missing().empty());
  CHECK_THAT(page(), !ContainsSubstring("Green at once?"));
}

TEST_CASE("a reference says whether its step decides tests of the next one") {
  CHECK(declares_next("step: 1\nnext: a test=garbage\n\n--- a/x\n"));
  CHECK_FALSE(declares_next("step: 1\n\n--- a/x\nnext: a line of the file\n"));
  CHECK_FALSE(declares_next(""));
}

TEST_CASE("a step that stays although it is late is not shown instead") {
  auto two = material();
  two.steps.push_back(two.steps.front());
  two.steps.back().number = 2;
  two.lab.steps.push_back(two.lab.steps.front());
  two.lab.steps.back().number = 2;
  CHECK_THAT(guide_page_of(two, {"lost message", "", "story"}),
             !ContainsSubstring("Or show step 2"));
  two.lab.steps.back().late_from = 30;
  CHECK_THAT(guide_page_of(two, {"lost message", "", "story"}),
             ContainsSubstring("Or show step 2"));
}

TEST_CASE("the index leads from a sign to its mistakes, the commonest sign first") {
  MistakesOfLab eight;
  eight.lab.number = 8;
  eight.mistakes = {
      mistake("one", 2, {"it returns", "w", "a test | b", "lost message", "Who?"}),
      mistake("two", 2, {"it leaves", "w", "c", "lost effect", "When?"}),
      mistake("three", 1, {"it goes", "w", "d", "lost effect", "Why?"}),
  };
  MistakesOfLab nine;
  nine.lab.number = 9;
  const auto index = mistake_index_of({eight, nine});
  CHECK_THAT(index, ContainsSubstring("| 08 | a test \\| b | it returns (`one`) | Who? |"));
  CHECK_THAT(index, ContainsSubstring("[08](mistakes-08.md) [09](mistakes-09.md)"));
  CHECK(index.find("## lost effect (2 mistakes)") < index.find("## lost message (1 mistake)"));
  const auto of_one = mistake_index_of({eight});
  CHECK_THAT(of_one, ContainsSubstring("# Mistakes of lab 08, by what one sees"));
  CHECK_THAT(of_one, ContainsSubstring("| step | the red test |"));
  CHECK_THAT(of_one,
             ContainsSubstring("| 1 | d | it goes (`three`) | Why? |\n| 2 | c | it leaves"));
}
