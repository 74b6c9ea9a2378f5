#include "workshop/runner/progress/progress.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/progress/standing_json.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
namespace fs = std::filesystem;

namespace {

/// A checkout with two labs.
class Checkout {
 public:
  Checkout() {
    for (const char* lab : {"01-first", "02-second"}) add(lab);
  }
  // Another lab, as "03-third".
  void add(const std::string& lab) {
    write(path() / "labs" / lab / "CMakeLists.txt", "SOURCES src/handler.cpp\n");
    edit(lab, "as it was");
  }
  void edit(const std::string& lab, std::string_view text) {
    write(folder_.path() / "labs" / lab / "src" / "handler.cpp", text);
  }
  Project project() const { return Project(folder_.path()); }
  fs::path path() const { return folder_.path(); }

 private:
  process::TemporaryFolder folder_;
};

TestResult told(const std::string& name, int step, bool passed) {
  TestResult test;
  test.name = name;
  test.tags = {"step" + std::to_string(step)};
  test.ended = true;
  test.passed = passed;
  if (!passed) {
    test.invariant = "lost message";
    test.schedule = "1234:1@Arlc!p";
  }
  return test;
}

RunResult run_of(std::vector<TestResult> tests) {
  RunResult run;
  run.started = run.ended = true;
  run.tests = std::move(tests);
  return run;
}

}  // namespace

TEST_CASE("a lab is solved by the file with which all its tests were green, and by no other") {
  Checkout checkout;
  const auto lab = checkout.project().lab("1");
  Progress progress;
  CHECK(progress.standing(lab) == Standing::open);
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true), told("b", 2, false)}));
  CHECK(progress.standing(lab) == Standing::begun);
  CHECK(standing_in_words(progress, lab) == "step 2 is red, 1 of 2 tests passes");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true), told("b", 2, true)}));
  CHECK(progress.standing(lab) == Standing::solved);
  checkout.edit("01-first", "changed");
  CHECK(progress.standing(lab) == Standing::changed);
  CHECK(standing_in_words(progress, lab) == "solved before, and changed since: not checked yet");
  checkout.edit("01-first", "as it was");
  CHECK(progress.standing(lab) == Standing::solved);
}

TEST_CASE("a lab that was solved and is red again keeps its history, and is not the next one") {
  Checkout checkout;
  const auto project = checkout.project();
  const auto labs = project.labs();
  const auto& lab = labs[0];
  Progress progress;
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  checkout.edit("01-first", "broken on purpose");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, false)}));
  CHECK(progress.standing(lab) == Standing::changed);
  CHECK(standing_in_words(progress, lab) ==
        "solved before, now red again: step 1 is red, 0 of 1 test passes");
  CHECK(next_open(labs, progress)->number == 2);
  std::ostringstream out;
  Console console(out);
  print_solved_before(console, progress, lab);
  print_solved_before(console, progress, labs[1]);
  CHECK(out.str() ==
        "\nLab 01 was solved before, and stays so in your list (~); with the file as it is\nnow, "
        "it is "
        "red again.\n");
}

TEST_CASE("what prove has said is remembered, of the file that it has seen") {
  Checkout checkout;
  const auto project = checkout.project();
  const auto lab = project.labs()[0];
  Progress progress;
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  CHECK(progress.proof_of(lab) == nullptr);
  const auto words_after = [&](RunResult run) {
    progress.record_proof(lab, proof_by(run, digest_of(lab)));
    progress = Progress::from_json(progress.to_json());
    std::ostringstream out;
    Console console(out, {.color = false, .width = 200});
    print_proof_offer(console, project, lab, progress);
    return standing_in_words(progress, lab) + ": " + out.str();
  };
  CHECK_THAT(
      words_after(run_of({told("a", 1, true), told("b", 1, false)})),
      ContainsSubstring("all tests of check pass; prove says no, \"b\" fails: Not proved: "));
  // One sign, which agrees with these words; and the words outlive the file that they are about.
  const Console plain(std::cout, {.color = false});
  CHECK(tick_of(plain, progress, lab) == "►");
  checkout.edit("01-first", "mended, perhaps");
  CHECK(tick_of(plain, progress, lab) == "~");
  CHECK(standing_in_words(progress, lab) ==
        "solved before, and changed since: not checked yet; prove has not been asked again since "
        "it said no, \"b\" failed");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  CHECK(tick_of(plain, progress, lab) == "✓");
  CHECK(standing_in_words(progress, lab) ==
        "solved; prove has not been asked again since it said no, \"b\" failed");
  checkout.edit("01-first", "broken");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, false)}));  // that comes first
  CHECK(standing_in_words(progress, lab) ==
        "solved before, now red again: step 1 is red, 0 of 1 test passes");
  checkout.edit("01-first", "as it was");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  CHECK_THAT(list_json(project, project.labs(), progress),
             ContainsSubstring("\"proof_holds\":false"));
  CHECK_THAT(words_after(run_of({told("a", 1, true)})),
             ContainsSubstring("solved, and proved: Proved: "));
  checkout.edit("01-first", "changed");
  CHECK(progress.proof_of(lab) == nullptr);
  CHECK_THAT(list_json(project, project.labs(), progress),
             ContainsSubstring("\"proof_holds\":null"));
}

TEST_CASE("a file that was proved is proved again when it is put back") {
  Checkout checkout;
  const auto project = checkout.project();
  const auto lab = project.labs()[0];
  Progress progress;
  const auto green = run_of({told("a", 1, true)});
  const auto red = run_of({told("a", 1, true), told("b", 1, false)});
  checkout.edit("01-first", "right");
  progress.record_proof(lab, proof_by(green, digest_of(lab)));
  checkout.edit("01-first", "wrong");
  progress.record_proof(lab, proof_by(red, digest_of(lab)));
  progress = Progress::from_json(progress.to_json());
  REQUIRE(progress.proof_of(lab) != nullptr);
  CHECK(progress.proof_of(lab)->failed.name == "b");
  CHECK(progress.proof_of(lab)->failed.step == 1);
  checkout.edit("01-first", "right");
  REQUIRE(progress.proof_of(lab) != nullptr);
  CHECK(progress.proof_of(lab)->holds);
  progress.record_proof(lab, proof_by(red, digest_of(lab)));  // within more time, it fails
  CHECK_FALSE(progress.proof_of(lab)->holds);
}

TEST_CASE("that a file does not compile is remembered until it is another file, or has run") {
  Checkout checkout;
  const auto lab = checkout.project().lab("1");
  Progress progress;
  progress.record_not_built(lab, {.digest = digest_of(lab), .errors = {"a.cpp:1: error: x"}});
  progress = Progress::from_json(progress.to_json());
  REQUIRE(progress.not_built(lab) != nullptr);
  CHECK(progress.not_built(lab)->errors == std::vector<std::string>{"a.cpp:1: error: x"});
  CHECK(standing_in_words(progress, lab) == "does not compile");
  checkout.edit("01-first", "mended");
  CHECK(progress.not_built(lab) == nullptr);
  checkout.edit("01-first", "as it was");
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  CHECK(progress.not_built(lab) == nullptr);
}

TEST_CASE("what a test says is compared without what differs from run to run") {
  Checkout checkout;
  const auto lab = checkout.project().lab("1");
  const auto said = [&](const std::string& failure) {
    auto test = told("a", 1, false);
    test.failures = {failure};
    Progress progress;
    progress.record(lab, digest_of(lab), run_of({test}));
    return progress.find(1)->tests[0].said;
  };
  CHECK(said("the lease 01a22c82-0447-7bd7-a2a4-c7b9b082ce07 has ended") ==
        said("the lease 01a22c83-1111-7bd7-a2a4-c7b9b082ce08 has ended"));
  CHECK(said("in /tmp/run-1/a.db") == said("in /tmp/run-22/a.db"));
  CHECK(said("is 2 == 1") != said("is 3 == 1"));
}

TEST_CASE("a part of the tests changes what is known of them, and solves nothing") {
  Checkout checkout;
  const auto lab = checkout.project().lab("1");
  Progress progress;
  progress.record(lab, digest_of(lab), run_of({told("a", 1, true), told("b", 2, false)}));
  progress.record(lab, digest_of(lab), run_of({told("b", 2, true)}), false);
  CHECK(progress.standing(lab) == Standing::begun);
  REQUIRE(progress.find(1)->tests.size() == 2);
  CHECK(progress.find(1)->tests[1].verdict == "green");
  CHECK(red_step(*progress.find(1)) == 0);
}

TEST_CASE("a run of skipped tests, and one that did not end, solve nothing") {
  Checkout checkout;
  const auto lab = checkout.project().lab("1");
  Progress progress;
  auto skipped = told("a", 1, false);
  skipped.skipped = true;
  progress.record(lab, digest_of(lab), run_of({skipped}));
  CHECK(progress.standing(lab) == Standing::begun);
  auto broken = run_of({told("a", 1, true)});
  broken.ended = false;
  progress.record(lab, digest_of(lab), broken);
  CHECK(progress.standing(lab) == Standing::begun);
}

TEST_CASE("progress is kept, with schedules and hints, and is the same on another machine") {
  Checkout checkout;
  const auto project = checkout.project();
  const auto lab = project.lab("2");
  Progress progress;
  auto asserted = told("b", 1, false);
  asserted.schedule.clear();
  asserted.failed_line = 119;
  progress.record(lab, digest_of(lab), run_of({told("a", 1, false), asserted}));
  CHECK(progress.find(2)->tests[0].line == 0);
  CHECK(progress.find(2)->tests[1].line == 119);
  progress.take_hint(lab, 1, {3});
  progress.take_hint(lab, 1, {1, HintKind::on_loop});
  progress.take_hint(lab, 1, {1});
  progress.save(project);
  CHECK(Progress::load(project).labs() == progress.labs());
  CHECK(Progress::load(project).find(2)->tests[0].schedule == "1234:1@Arlc!p");
  CHECK(Progress::from_json(status_json(project, project.labs(), progress)).labs() ==
        progress.labs());
  CHECK_THROWS_WITH(Progress::from_json("[]"), ContainsSubstring("not the progress"));
  CHECK_THROWS_WITH(Progress::from_json(R"({"format":9,"labs":[]})"),
                    ContainsSubstring("format 9"));
}

TEST_CASE("lost progress comes back from what the tests have told, if that is of this very file") {
  Checkout checkout;
  const auto project = checkout.project();
  const auto results = checkout.path() / "build" / "dev" / "runs" / "lab01.jsonl";
  write(results, R"({"event":"run_started"}
{"event":"test_started","name":"a","tags":["step1"]}
{"event":"test_ended","name":"a","passed":true}
{"event":"run_ended"}
)");
  write(checkout.path() / ".workshop" / "progress.json", "{ torn");
  fs::last_write_time(results, fs::file_time_type::clock::now() + std::chrono::seconds(5));
  CHECK(Progress::load(project).standing(project.lab("1")) == Standing::solved);
  CHECK(Progress::load(project).standing(project.lab("2")) == Standing::open);
  CHECK(Progress::load(project).proof_of(project.lab("1")) == nullptr);
  const auto proof = checkout.path() / "build" / "dev" / "runs" / "lab01.prove.jsonl";
  write(proof, R"({"event":"run_started"}
{"event":"test_started","name":"b","tags":["exam"]}
{"event":"test_ended","name":"b","passed":false}
{"event":"run_ended"}
)");
  fs::last_write_time(proof, fs::file_time_type::clock::now() + std::chrono::seconds(4));
  const auto again = Progress::load(project);
  REQUIRE(again.proof_of(project.lab("1")) != nullptr);
  CHECK(again.proof_of(project.lab("1"))->failed.name == "b");
  fs::last_write_time(results, fs::file_time_type::clock::now() - std::chrono::seconds(5));
  CHECK(Progress::load(project).standing(project.lab("1")) == Standing::open);
}

TEST_CASE("a lab that was begun and is red comes before one that is open, and each says why") {
  Checkout checkout;
  for (const auto* lab : {"03-third", "04-fourth"}) checkout.add(lab);
  const auto project = checkout.project();
  const auto labs = project.labs();
  Progress progress;
  progress.record(labs[2], digest_of(labs[2]), run_of({told("a", 1, true)}));
  CHECK(next_to_go_on(labs, progress, 3)->number == 4);
  CHECK_THAT(status_json(project, labs, progress), ContainsSubstring(R"("next":4)"));
  const auto said_of = [&](const Lab* next) {
    std::ostringstream out;
    Console console(out, {.color = false, .width = 200});
    print_signs(console, progress, labs);
    print_next(console, project, next, progress);
    print_why_next(console, labs, progress, next);
    return out.str();
  };
  CHECK_THAT(
      said_of(&labs[3]),
      StartsWith("Next:  lab 04, ") &&
          EndsWith("Why:   it is the first open one after lab 03, which you have checked "
                   "last; 2 labs before it are not begun, and their turn comes at the end\n"));
  progress.record(labs[1], digest_of(labs[1]), run_of({told("a", 1, false)}));
  CHECK(next_to_go_on(labs, progress, 3)->number == 2);
  CHECK(next_to_go_on(labs, progress, 2)->number == 4);  // it is left for another one
  CHECK_THAT(said_of(&labs[1]), StartsWith("► is begun, or prove says no\nNext:  lab 02, ") &&
                                    ContainsSubstring(": begun, not solved yet\n") &&
                                    !ContainsSubstring("Why:"));
  checkout.edit("03-third", "changed");
  CHECK_THAT(said_of(nullptr), StartsWith("► is begun, or prove says no · ~ was solved before, and "
                                          "has changed since\n"));
}

TEST_CASE("a lab that was begun before its turn does not make one jump over the labs before it") {
  Checkout checkout;
  checkout.add("03-third");
  const auto project = checkout.project();
  const auto labs = project.labs();
  Progress progress;
  progress.record(labs[2], digest_of(labs[2]), run_of({told("a", 1, false)}));
  progress.record(labs[0], digest_of(labs[0]), run_of({told("a", 1, true)}));
  CHECK(next_to_go_on(labs, progress, 1)->number == 2);
  CHECK(next_to_go_on(labs, progress, 2)->number == 3);
}

TEST_CASE("the next lab follows the one that was solved, and at the end the first that is open") {
  Checkout checkout;
  checkout.add("03-third");
  const auto project = checkout.project();
  const auto labs = project.labs();
  Progress progress;
  CHECK(next_open(labs, progress)->number == 1);
  CHECK(next_open(labs, progress, 1)->number == 2);
  CHECK(next_open(labs, progress, 2)->number == 3);
  CHECK(next_open(labs, progress, 3)->number == 1);
  for (const auto& lab : labs) {
    progress.record(lab, digest_of(lab), run_of({told("a", 1, true)}));
  }
  CHECK(next_open(labs, progress) == nullptr);
  std::ostringstream out;
  Console console(out);
  print_next(console, project, nullptr, progress);
  CHECK(out.str() == "All labs are solved.\n");
}

TEST_CASE("a list of labs has their ticks, and no line wider than the terminal") {
  Checkout checkout;
  const auto project = checkout.project();
  Progress progress;
  const auto labs = project.labs();
  progress.record(labs[0], digest_of(labs[0]), run_of({told("a", 1, true)}));
  progress.record(labs[1], digest_of(labs[1]), run_of({told("a", 1, false)}));
  std::ostringstream out;
  Console console(out, {.ascii = true, .color = false, .width = 40});
  print_labs(console, progress, labs, standing_in_words);
  CHECK(out.str() ==
        "ok 01  first   solved\n"
        "> 02  second\n"
        "      step 1 is red, 0 of 1 test passes\n");
}
