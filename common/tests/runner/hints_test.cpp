#include "workshop/runner/progress/hints.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/printing/compiler_output.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/progress/ignored_conflict.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::string_view kHints = R"(# Hints

## Step 1

### Hint 1
Think.

### Hint 2 (duplicate effect, crash)
Write once.

### Hint 3 (lost message)
Publish always.

### Hint 4 (lost message, at publish)
Publish here.

### Hint 5
    the code

## Step 2

### Hint 1
Again.
)";

TestState failing(const std::string& reason, const std::string& schedule) {
  return {.name = "t", .step = 1, .verdict = "red", .reason = reason, .schedule = schedule};
}

/// The hints of step 1 in the order in which this failure brings them.
std::vector<int> order_for(const TestState* failure) {
  const auto hints = read_hints(kHints);
  std::vector<int> taken;
  while (const auto* hint = choose_hint(hints, 1, taken, failure).hint) {
    taken.push_back(hint->number);
  }
  return taken;
}

/// A checkout with one lab, which was checked and fails; hints that were taken before stay taken.
Lab a_lab_that_fails(const std::filesystem::path& root, const std::string& invariant,
                     const std::string& schedule, const std::string& story = "") {
  const auto folder = root / "labs" / "01-first";
  std::filesystem::create_directories(folder / "src");
  std::ofstream(folder / "CMakeLists.txt") << "SOURCES src/a.cpp";
  std::ofstream(folder / "src" / "a.cpp") << "x";
  std::ofstream(folder / "hints.md") << kHints;
  const Project project(root);
  const auto lab = project.lab("1");
  auto progress = Progress::load(project);
  RunResult run;
  run.ended = true;
  TestResult red;
  red.name = "t";
  red.tags = {"step1"};
  red.ended = true;
  red.invariant = invariant;
  red.schedule = schedule;
  red.story = story;
  run.tests = {red};
  progress.record(lab, digest_of(lab), run);
  progress.save(project);
  return lab;
}

}  // namespace

TEST_CASE("hints are read with what they are for") {
  const auto hints = read_hints(kHints);
  REQUIRE(hints.size() == 6);
  CHECK_FALSE(hints[0].has_words());
  CHECK(hints[0].text == "Think.\n");
  CHECK(hints[1].reasons == std::vector<std::string>{"duplicate effect"});
  CHECK(hints[1].faults == std::vector<std::string>{"crash"});
  CHECK(hints[3].operations == std::vector<std::string>{"publish"});
  CHECK(hints[4].text == "    the code\n");
  CHECK(hints[5].step == 2);
  CHECK_THROWS_WITH(read_hints("### Hint 1 (lost mesage)"),
                    ContainsSubstring("line 1: \"lost mesage\" is no word of a failure"));
}

TEST_CASE("the failing execution chooses the hint, and what fits more comes first") {
  const auto lost = failing("lost message", "1:1@Arlc!pr");
  CHECK(order_for(&lost) == std::vector<int>{1, 4, 3, 5, 2});
  const auto lost_elsewhere = failing("lost message", "1:1@Arlc!ar");
  CHECK(order_for(&lost_elsewhere) == std::vector<int>{1, 3, 4, 5, 2});
  const auto twice = failing("duplicate effect", "1:1@Arlc!pr");
  CHECK(order_for(&twice) == std::vector<int>{1, 2, 3, 4, 5});
  const auto twice_without_crash = failing("duplicate effect", "1:1@Arlcparlc");
  CHECK(order_for(&twice_without_crash) == std::vector<int>{1, 2, 3, 4, 5});
  CHECK(order_for(nullptr) == std::vector<int>{1, 2, 3, 4, 5});
}

TEST_CASE("after a hint that fits the failure the next ones follow, until the failure is another") {
  const auto hints = read_hints(
      "## Step 1\n### Hint 1 (duplicate effect)\na\n### Hint 2 (lost message)\nb\n"
      "### Hint 3 (garbage)\nc\n### Hint 4\nd\n");
  const auto next = [&](const std::vector<int>& taken, const TestState& failure) {
    return choose_hint(hints, 1, taken, &failure).hint->number;
  };
  const auto lost = failing("lost message", "1:1@Arlc!ar");
  CHECK(next({}, lost) == 2);
  CHECK(next({2}, lost) == 3);
  CHECK(next({2, 3}, lost) == 4);
  CHECK(next({2, 3, 4}, lost) == 1);
  CHECK(next({2}, failing("duplicate effect", "1:1@Arlcparlc")) == 1);
  CHECK(next({2, 3}, failing("premature message", "1:1@Ar")) == 1);
}

TEST_CASE("what was taken does not come again, and at the end there is none") {
  const auto hints = read_hints(kHints);
  CHECK(choose_hint(hints, 1, {1, 2, 3, 4}, nullptr).hint->number == 5);
  CHECK(choose_hint(hints, 1, {1, 2, 3, 4}, nullptr).left == 0);
  CHECK(choose_hint(hints, 1, {1, 2, 3, 4, 5}, nullptr).hint == nullptr);
}

TEST_CASE("every invariant of the explorer is a word of a hint") {
  namespace failure = explore::failure;
  for (const auto name : {failure::kLostEffect, failure::kDuplicateEffect, failure::kGhostMessage,
                          failure::kLostMessage, failure::kInconsistentOutput,
                          failure::kPrematureMessage, failure::kGarbage, failure::kLivelock,
                          failure::kDeadLetter, failure::kUnhandledException}) {
    CAPTURE(name);
    CHECK_NOTHROW(read_hints("### Hint 1 (" + std::string(name) + ")"));
  }
}

TEST_CASE("a hint is given once, recorded, and told why") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr");
  const Project project(folder.path());
  std::ostringstream out;
  Console console(out);
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("Lab 01, step 1, hint 1 of 5\n"
                                          "\n  Think.\n\n"
                                          "Try it before you take the next one.\n"));
  out.str("");
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("Lab 01, step 1, hint 2 of 5, for this failure: lost "
                                          "message, at publish\n"
                                          "\n  Publish here.\n\n"
                                          "Try it before you take the next one.\n"));
  CHECK(Progress::load(project).find(1)->hints_taken.at(1) == std::vector<HintName>{{1}, {4}});
  for (int i = 0; i < 3; ++i) CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("hint 5 of 5") &&
                            ContainsSubstring("That was the last one of this step.\n"));
  out.str("");
  print_taken_hints(console, project, lab);
  CHECK_THAT(out.str(), ContainsSubstring("Step 1, hint 2\n  Publish here."));
  out.str("");
  CHECK_FALSE(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("All 5 hints of step 1 are taken"));
  CHECK_THAT(take_hint(project, lab).none,
             ContainsSubstring("scripts/workshop hint 1 --taken shows"));
  CHECK_THROWS_WITH(give_hint(console, project, lab, 7), "lab 01 has no hints for step 7");
}

TEST_CASE("after a reset hints begin anew, and one that was taken before says so") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr");
  const Project project(folder.path());
  std::ostringstream out;
  Console console(out);
  CHECK(give_hint(console, project, lab));
  auto progress = Progress::load(project);
  CHECK(progress.begin_hints_anew(lab));
  progress.save(project);
  out.str("");
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("Lab 01, step 1, hint 1 of 5, taken before\n"));
  out.str("");
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("Lab 01, step 1, hint 2 of 5, for this failure:"));
}

TEST_CASE("a failed check is called what a person calls it") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "assertion", "");
  const Project project(folder.path());
  std::ofstream(lab.hints)
      << "## Step 1\n\n### Hint 1 (assertion)\n\nThink.\n\n### Hint 2\n\nCode.\n";
  std::ostringstream out;
  Console console(out);
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("hint 1 of 2, for this failure: a failed check\n"));
}

TEST_CASE("what prove has found in a green lab has the hint that fits, or is told to have none") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr");
  const Project project(folder.path());
  const auto prove_finds = [&](const std::string& invariant, const std::string& schedule) {
    TestResult test;
    test.name = "t";
    test.tags = {"step1"};
    test.ended = test.passed = true;
    RunResult run;
    run.started = run.ended = true;
    run.tests = {test};
    auto progress = Progress::load(project);
    progress.record(lab, digest_of(lab), run);
    run.tests.front().name = "harder";
    run.tests.front().tags = {"exam"};
    run.tests.front().passed = false;
    run.tests.front().invariant = invariant;
    run.tests.front().schedule = schedule;
    progress.record_proof(lab, proof_by(run, digest_of(lab)));
    progress.save(project);
  };
  prove_finds("lost message", "1:1@Arlc!pr");
  const auto taken = take_hint(project, lab);
  REQUIRE(taken.hint);
  CHECK(taken.hint->number == 4);
  CHECK(taken.of_step == 5);
  CHECK(taken.fits == std::vector<std::string>{"lost message", "at publish"});
  prove_finds("", "");
  const auto none = take_hint(project, lab);
  CHECK_FALSE(none.hint);
  CHECK_THAT(none.none, ContainsSubstring("\"harder\" fails") &&
                            ContainsSubstring("scripts/workshop prove 1"));
  CHECK_THAT(take_hint(project, lab, 0, Hand::presses).none, ContainsSubstring("press t"));
}

TEST_CASE("a handler that never ends has hints of its own, and uses up none of the step's") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "livelock", "1:1@");
  const Project project(folder.path());
  const auto first = take_hint(project, lab);
  REQUIRE(first.hint);
  CHECK_THAT(first.hint->text, ContainsSubstring("goes round and round"));
  CHECK(first.fits == std::vector<std::string>{"livelock"});
  CHECK(take_hint(project, lab).left == 0);
  CHECK_THAT(take_hint(project, lab).none, ContainsSubstring("take the loop out"));
  CHECK_THAT(take_hint(project, lab).none, ContainsSubstring("scripts/workshop hint 1 --step 1 "));
  CHECK(take_hint(project, lab, 1).hint->number == 1);  // who asks for the step's has them

  a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr");
  CHECK(take_hint(project, lab).hint->number == 4);
  std::ostringstream out;
  Console console(out);
  print_taken_hints(console, project, lab);
  CHECK_THAT(out.str(), ContainsSubstring("Step 1, on the loop: hint 1\n  It goes round"));
}

constexpr std::string_view kIgnored = R"(lost effect: what was asked for has not happened
     payments-1                      payments-2
 1   receive BookPayment m1
 2   load Order order-1 → v1 {paid: 0}
 3                                   receive BookPayment m2
 4                                   save Order order-1 if v1 {paid: 0→10} → v2
 5 ► save Order order-1 if v1
     {paid: 0→1}: VersionConflict
 6                                   acknowledge
10   acknowledge
replay: scripts/workshop replay 1 '2189:2@ArlBrlcaca')";

TEST_CASE("a story tells whether somebody goes on although a save was refused") {
  CHECK(ignores_conflict(kIgnored));
  const auto instead = [](std::string_view what, std::string_view other) {
    std::string story(kIgnored);
    return story.replace(story.find(what), what.size(), other);
  };
  CHECK(ignores_conflict(instead("VersionConflict", "SOMEBODY ELSE FASTER FROM HERE ON")));
  CHECK(ignores_conflict(instead("10   acknowledge", "10   publish PaymentBooked 3aad…")));
  CHECK_FALSE(ignores_conflict(instead("10   acknowledge", "10   load Order order-1 → v2")));
  CHECK_FALSE(ignores_conflict(instead("10   acknowledge", "10   abandon: VersionConflict")));
  CHECK_FALSE(ignores_conflict(instead("10   acknowledge", "the end")));
  CHECK_FALSE(ignores_conflict(instead(": VersionConflict", " → v2")));
  CHECK_FALSE(ignores_conflict(""));
}

TEST_CASE("whoever goes on after a refused save has the hints on that before those of the step") {
  process::TemporaryFolder folder;
  const auto lab =
      a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr", std::string(kIgnored));
  const Project project(folder.path());
  std::ostringstream out;
  Console console(out);
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("step 1, on the refused save: hint 1 of 2") &&
                            ContainsSubstring("who will do that work?"));
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("That was the last one on the refused save.\n"));
  CHECK(take_hint(project, lab).hint->number == 1);  // how the step begins
  CHECK(take_hint(project, lab).hint->number == 4);
  CHECK(Progress::from_json(Progress::load(project).to_json()).labs() ==
        Progress::load(project).labs());
}

TEST_CASE("before a hint that does not fit stands what helps with any failure of its kind") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "premature message", "1:1@");
  const Project project(folder.path());
  std::ostringstream out;
  Console console(out);
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), ContainsSubstring("No hint of this step is for: premature message. ") &&
                            ContainsSubstring("\n  Who may act on this message already? ") &&
                            ContainsSubstring("And what the step has next:\nLab 01, step 1, hint"));

  a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!pr");
  out.str("");
  CHECK(give_hint(console, project, lab));
  CHECK_THAT(out.str(), !ContainsSubstring("No hint of this step"));
}

TEST_CASE("a handler that remembers is no case for a hint of the step until it does not") {
  process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "not deterministic", "");
  const Project project(folder.path());
  const auto taken = take_hint(project, lab);
  CHECK_FALSE(taken.hint);
  CHECK_THAT(taken.none, ContainsSubstring("look for a static, a global or an object outside"));
  CHECK_THAT(taken.none, ContainsSubstring("scripts/workshop hint 1 --step 1 gives them now"));
  CHECK(take_hint(project, lab, 1).hint->number == 1);
}

TEST_CASE("hints that begin anew come again, and each is known to have been taken before") {
  Lab lab;
  lab.number = 1;
  Progress progress;
  CHECK_FALSE(progress.begin_hints_anew(lab));
  for (int i = 0; i < 2; ++i) {
    progress.take_hint(lab, 1, {4});
    CHECK(progress.begin_hints_anew(lab));
  }
  CHECK(progress.find(1)->hints_taken.empty());
  CHECK(progress.find(1)->hints_before.at(1) == std::vector<HintName>{{4}});
  CHECK(Progress::from_json(progress.to_json()).labs() == progress.labs());
}

TEST_CASE("a hint on a file that does not compile points at the error, and says what helps") {
  const process::TemporaryFolder folder;
  const auto lab = a_lab_that_fails(folder.path(), "lost message", "1:1@Arlc!p");
  const Project project(folder.path());
  const auto hint_now = [&](int step) {
    std::ostringstream out;
    Console console(out, {.color = false, .width = 200});
    give_hint(console, project, lab, step);
    return out.str();
  };
  auto progress = Progress::load(project);
  progress.record_not_built(
      lab, {.digest = digest_of(lab),
            .errors = {"a.cpp:7: error: no member named 'exists' in 'workshop::Task<int>'"}});
  progress.save(project);
  const auto words = hint_now(0);
  CHECK_THAT(words, ContainsSubstring("Lab 01 does not compile") &&
                        ContainsSubstring("  a.cpp:7: error: no member") &&
                        ContainsSubstring("a co_await is missing"));
  CHECK(Progress::load(project).find(1)->hints_taken.empty());
  CHECK_THAT(hint_now(1), ContainsSubstring("hint 1 of"));  // who asks for it has it
}

TEST_CASE("what is known of compiler errors is said, and of others nothing") {
  CHECK_THAT(help_with_errors({"a: error: return statement not allowed in coroutine"}),
             ContainsSubstring("co_return"));
  CHECK_THAT(help_with_errors({"a: error: expected ';' after expression"}),
             ContainsSubstring("sign is missing"));
  CHECK_THAT(help_with_errors({"a: error: use of undeclared identifier 'ordr'"}),
             ContainsSubstring("name is not there"));
  CHECK(help_with_errors({"a: error: strange"}).empty());
}
