#include "workshop/runner/printing/printer.hpp"

#include <pty.h>
#include <sys/ioctl.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <sstream>

#include "runner/text_folder.hpp"
#include "workshop/process/descriptor.hpp"
#include "workshop/runner/printing/progress_bar.hpp"
#include "workshop/runner/printing/text.hpp"

using namespace workshop::runner;

namespace {

TestResult failing(const std::string& name, int step) {
  TestResult test;
  test.name = name;
  test.tags = {"step" + std::to_string(step)};
  test.ended = true;
  test.file = test.failed_file = "tests/t.cpp";
  test.line = step;
  test.failed_line = step + 100;
  test.invariant = "duplicate effect";
  test.story = "story of " + name + " →";
  return test;
}

std::string print(std::vector<TestResult> tests, bool verbose, ConsoleStyle style = {},
                  const std::string& wanted = {}) {
  std::ostringstream out;
  Console console(out, style);
  const Project project("/nowhere");
  Lab lab;
  lab.number = 8;
  lab.title = "Identity";
  lab.sources = {"labs/08/src/handler.cpp"};
  lab.hints = "labs/08/hints.md";
  ProgramRun run;
  run.results.started = run.results.ended = true;
  run.process.exit_code = 0;
  run.results.tests = std::move(tests);
  run.output_file = "build/runs/lab08.log";
  const auto verdict = judge("lab 08", run.process, run.results);
  Printer(project, console)
      .verdict(lab, {}, {.target = "lab08", .label = "lab 08", .file = {}}, run, verdict,
               {.all_stories = verbose, .wanted = wanted});
  return out.str();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a red verdict tells the first story, its place and what to do, in this order") {
  const auto text = print({failing("later", 2), failing("first", 1)}, false);
  CHECK(has(text, "Lab 08, Identity: 0 of 2 tests pass"));
  CHECK(has(text, "story of first"));
  CHECK_FALSE(has(text, "story of later"));
  CHECK(text.find("Step 1") < text.find("Step 2"));
  CHECK(text.find("tests/t.cpp:101") < text.find("story of first"));
  CHECK(has(text, "Next:  edit labs/08/src/handler.cpp"));
  CHECK(text.ends_with("Hint:  /nowhere/scripts/workshop hint 8\n"));
  CHECK(has(print({failing("later", 2), failing("first", 1)}, true), "story of later"));
}

TEST_CASE(
    "ASCII style prints nothing else, and no line of the runner's own is wider than its columns") {
  const std::string name =
      "a payment is booked once however often and by whomever it is delivered at all";
  const auto text = print({failing(name, 1)}, true, {.ascii = true, .color = false, .width = 60});
  for (const char byte : text) CHECK(static_cast<unsigned char>(byte) < 0x80U);
  for (const auto& line : lines_of(text)) {
    if (!has(line, "story of")) CHECK(line.size() <= 60);
  }
  CHECK(has(text, "  x a payment"));
  CHECK(has(text, "->"));
}

TEST_CASE("a test that did not end leads to the output, not to a story") {
  auto unfinished = failing("b", 1);
  unfinished.ended = false;
  std::ostringstream out;
  Console console(out);
  const Project project("/nowhere");
  ProgramRun run;
  run.results.started = true;
  run.results.tests = {unfinished};
  run.process.signal = 11;
  run.output_file = "build/runs/lab08.log";
  Printer(project, console)
      .verdict({}, {}, {.target = "lab08", .label = "lab 08", .file = {}}, run,
               judge("lab 08", run.process, run.results), {});
  CHECK(has(out.str(), "lab 08 crashed (SIGSEGV) in test \"b\"."));
  CHECK(out.str().ends_with("Output: build/runs/lab08.log\n"));
}

TEST_CASE("a story in colours is printed on a terminal only, and its picture's path below it") {
  auto test = failing("first", 1);
  test.painted_story = "painted story";
  test.picture = "build/pictures/lab08.first.html";
  CHECK_FALSE(has(print({test}, false), "painted"));
  CHECK(has(print({test}, false, {.color = true}), "  painted story"));
  const auto text = print({test}, false);
  const auto picture = text.find("Picture: build/pictures/lab08.first.html\n");
  REQUIRE(picture != std::string::npos);
  CHECK(text.find("story of first") < picture);
  CHECK(picture < text.find("Next:"));
  // No word of it begins on one line and ends on another.
  CHECK(has(text,
            "\nSigns:   ► is where it shows; its cause is above it, or, at a fault, below.\n"
            "         All signs: "));
  test.schedule = "1:1@Arlc!pr";
  const auto marked = [&](int step) {
    test.story = fmt::format(" 3   save\n {} ► publish\n 6   receive", step);
    return print({test}, false);
  };
  CHECK(
      has(marked(4), "Signs:   ► is the fault; what comes of it is below: what is done then, or"));
  CHECK(has(marked(3), "Signs:   ► is where it shows; its cause is above it.\n"));
  // What a line leaves out is told in full somewhere, and where that is.
  const auto with_story = [&](const std::string& story) {
    test.story = story;
    return print({test}, false, {.color = false, .width = 100});
  };
  CHECK_FALSE(has(with_story(" 1   load\n     … 5 more\n 7 ► save"), "had no room"));
  CHECK(
      has(with_story(" 1   abandon, the handler threw: …\n 2 ► save"),
          "         … is what had no room: below its diagram, the picture tells the whole of each "
          "line.\n"));
}

TEST_CASE("what sets a colour takes no room in a line") {
  CHECK(columns_of("\x1b[31m✗\x1b[0m still there: am") == 17);
  CHECK(wrapped("\x1b[1mone\x1b[0m two", 7) == std::vector<std::string>{"\x1b[1mone\x1b[0m two"});
}

TEST_CASE("tests that are all skipped for one reason are told in one line") {
  auto first = failing("first", 1);
  first.skipped = true;
  first.skip_reason = "no TLC; scripts/setup --model-checking gets what is missing";
  auto second = first;
  second.name = "second";
  const auto text = print({first, second}, false);
  CHECK(has(text, "\n  - all 2 tests are skipped: no TLC;"));
  CHECK_FALSE(has(text, "first"));
  second.skip_reason = "too dark";
  CHECK(has(print({first, second}, false), "- first"));
}

TEST_CASE("where a failure names a line of the file to edit, that is where to edit") {
  auto test = failing("first", 1);
  test.story.clear();
  test.failures = {"TLC cannot judge the model: not PlusCal, handler.cpp:78\nacknowledge(;"};
  CHECK(has(print({test}, false), "Next:  edit labs/08/src/handler.cpp:78\n"));
}

TEST_CASE("of a crash the commands are told that find its line") {
  auto test = failing("it crashes", 1);
  test.ended = false;
  ProgramRun run;
  run.results.started = true;
  run.results.tests = {test};
  run.process.signal = 11;
  Lab lab;
  lab.number = 8;
  std::ostringstream out;
  Console console(out, {});
  const Project project("/nowhere");
  const auto verdict = judge("lab 08", run.process, run.results);
  Printer(project, console)
      .verdict(lab, {}, {.target = "lab08", .label = "lab 08", .file = "build/dev/lab08"}, run,
               verdict, {});
  CHECK(has(out.str(), "gdb -q -ex run -ex backtrace --args build/dev/lab08 \"it crashes\"\n"));
  CHECK(has(out.str(), "check 8 --preset asan\n"));
}

TEST_CASE("a name of a thousand characters is told by its ends") {
  auto test = failing("first", 1);
  test.story.clear();
  test.failures = {"REQUIRE( ids == 2 )\none := \"" + std::string(1'000, 'a') + "é\"", "short"};
  const auto text = print({test}, false);
  CHECK(has(text, "REQUIRE( ids == 2 )\n"));
  CHECK(has(text, "aaa … aaa"));
  CHECK(has(text, "aé\" (1,010 characters)\n"));
  CHECK_FALSE(has(text, std::string(200, 'a')));
}

TEST_CASE("of a mistake the test that shall catch it is told and no other one") {
  const auto text = print({failing("later", 2), failing("first", 1)}, false, {}, "later");
  CHECK(has(text, "story of later"));
  CHECK_FALSE(has(text, "story of first"));
}

TEST_CASE("how to replay a failure is told as it is typed in a subfolder") {
  auto test = failing("first", 1);
  test.story = "1. it crashes\nreplay: scripts/workshop replay 8 'm1 c'";
  std::ostringstream out;
  Console console(out, {});
  const Project project(std::filesystem::current_path().parent_path());
  Printer(project, console).story(test);
  CHECK(has(out.str(), "  replay: ../scripts/workshop replay 8 'm1 c'\n"));

  test.skipped = true;
  test.skip_reason = "no TLC; scripts/setup --model-checking gets what is missing";
  ProgramRun run;
  run.results.started = run.results.ended = true;
  run.results.tests = {test};
  Printer(project, console).verdict({}, {}, {.label = "lab 11"}, run, {}, {});
  CHECK(has(out.str(), "no TLC; ../scripts/setup --model-checking gets"));
}

TEST_CASE("green tests are folded where a story follows, and --all unfolds them") {
  auto green = failing("holds", 1);
  green.passed = true;
  auto other = failing("holds too", 2);
  other.passed = true;
  const auto folded = print({green, failing("first", 1), other}, false);
  CHECK_FALSE(has(folded, "holds"));
  CHECK(has(folded, "Step 1\n  ✗ first  duplicate effect\n  ✓ 1 test passes\n"));
  CHECK(has(folded, "Step 2\n  ✓ 1 test passes\n"));
  const auto alone = print({green, other}, false);
  CHECK(has(alone, "  ✓ holds\n"));
  CHECK(has(alone, "Lab 08 is solved."));
}

TEST_CASE(
    "what takes over a second shows how far it has come: in place, or in a line now and then") {
  using std::chrono::milliseconds;
  const ProgressBar::Time begin{};
  const auto shown = [&](bool rewrites, const std::string& label) {
    std::ostringstream out;
    ConsoleStyle style;
    style.rewrites = rewrites;
    Console console(out, style);
    ProgressBar bar(console, label, begin);
    for (std::size_t i = 0; i <= 24; ++i) bar.show(i, 24, begin + milliseconds(500) * i);
    bar.show(25, 24, begin + milliseconds(20'000));
    return out.str();
  };
  CHECK(shown(false, "lab 08") == "20 of 24: lab 08\n");
  CHECK(shown(true, "").empty());
  const auto line = shown(true, "lab 08");
  CHECK(line.find(" 1/24 ") == std::string::npos);
  CHECK(line.find("██········"
                  "·········· 3/24 lab 08") != std::string::npos);
  CHECK(line.ends_with("████████████████████ 24/24 lab 08"));
}

TEST_CASE("what comes after a progress bar begins where the bar stood") {
  std::ostringstream out;
  ConsoleStyle style;
  style.rewrites = true;
  Console console(out, style);
  {
    ProgressBar bar(console, "lab 08", {});
    bar.show(1, 2, ProgressBar::Time(std::chrono::seconds(5)));
  }
  CHECK(out.str().ends_with(" 1/2 lab 08\r\x1b[K"));
  const auto before = out.str();
  console.interim("checking…");
  const auto shown = out.str();
  {
    ProgressBar bar(console, "lab 08", {});
  }  // showed nothing, and erases nothing
  CHECK(out.str() == shown);
  CHECK(shown == before + "checking…");
}

TEST_CASE("a path that is wider than the terminal is broken behind a slash, and no other word is") {
  using Lines = std::vector<std::string>;
  CHECK(wrapped("Next: edit labs/06-partial-failure/src/payments.cpp:9", 40) ==
        Lines{"Next: edit labs/06-partial-failure/src/", "payments.cpp:9"});
  CHECK(wrapped("see labs/06-partial-failure/README.md", 34) ==
        Lines{"see", "labs/06-partial-failure/README.md"});
  CHECK(wrapped("build/kit/pictures/lab06.no-event-tells-of-a-booking-that-lost-to-a.html", 40) ==
        Lines{"build/kit/pictures/lab06.no-event-tells-", "of-a-booking-that-lost-to-a.html"});
  CHECK(wrapped("http://127.0.0.1:8080/a/very/long/page", 10) ==
        Lines{"http://127.0.0.1:8080/a/very/long/page"});
  CHECK(wrapped("a_word_without_a_path", 10) == Lines{"a_word_without_a_path"});
}

TEST_CASE("a place has its label, and its lines begin below one another") {
  std::ostringstream out;
  Console console(out, {.color = false, .width = 40});
  console.labelled("Next:  ", "edit labs/06-partial-failure/src/payments.cpp:9");
  CHECK(out.str() == "Next:  edit labs/06-partial-failure/src/\n       payments.cpp:9\n");
}

TEST_CASE("a path that goes to a pipe is whole, and only a terminal breaks it") {
  const std::string path = "/home/ann/workshop/labs/06-partial-failure/README.md";
  const auto shown = [&](std::size_t columns) {
    std::ostringstream out;
    Console console(out, {.color = false, .width = 40, .columns = columns});
    console.labelled("Page:  ", path);
    return out.str();
  };
  CHECK(shown(0) == "Page:  " + path + "\n");
  CHECK(shown(40) == "Page:  /home/ann/workshop/labs/\n       06-partial-failure/README.md\n");
}

TEST_CASE("a text for which the terminal has room is one line; a longer one has lines to be read") {
  std::ostringstream out;
  Console console(out, {.color = false, .width = 100, .columns = 200});
  const std::string words = "twenty columns long. ";
  std::string text;
  for (int i = 0; i < 7; ++i) text += words;
  console.paragraph(text);
  CHECK(out.str() == text.substr(0, text.size() - 1) + "\n");
  out.str({});
  for (int i = 0; i < 7; ++i) text += words;
  console.paragraph(text);
  for (const auto& line : lines_of(out.str())) CHECK(line.size() <= 100);
}

TEST_CASE("a line under way that the terminal has broken goes with all its rows") {
  std::ostringstream out;
  ConsoleStyle style;
  style.rewrites = true;
  style.columns = 40;
  Console console(out, style);
  console.interim(std::string(81, 'a'));
  console.line("b");
  CHECK(out.str() == std::string(81, 'a') + "\r\x1b[2A\x1b[Jb\n");
}

TEST_CASE("a bar has room in a narrow terminal, and says about how long a build goes on") {
  using std::chrono::seconds;
  const auto shown = [](std::size_t columns, bool rewrites, std::size_t done = 25) {
    std::ostringstream out;
    ConsoleStyle style;
    style.rewrites = rewrites;
    style.columns = columns;
    Console console(out, style);
    ProgressBar bar(console, "building lab 06", {});
    bar.show(done, 100, ProgressBar::Time(seconds(31)), "world.cpp");
    return lines_of(out.str()).front();
  };
  CHECK(shown(80, true) ==
        "█████··············· 25/100 building lab 06, about 95 s left (world.cpp)");
  CHECK(shown(40, true) == "25/100 building lab 06, about 95 s left");
  CHECK(shown(30, true) == "25/100, about 95 s left");
  CHECK(shown(40, true, 5) == "5/100 building lab 06");  // too early to say
  CHECK(shown(80, false) == "25 of 100: building lab 06, about 95 s left (world.cpp)");
}

TEST_CASE("what cannot be read as a file is nothing, and no exception") {
  const TextFolder folder;
  folder.write("empty", "");
  folder.write("long", std::string(40'000, 'a') + "\nb");
  CHECK(read_file(folder.path() / "empty") == "");
  CHECK(read_file(folder.path() / "long") == std::string(40'000, 'a') + "\nb");
  CHECK_FALSE(read_file(folder.path() / "missing"));
  CHECK_FALSE(read_file(folder.path()));
}

TEST_CASE("a situation that fails is told without the assertion that found it") {
  auto test = failing("a thousand payments", 0);
  test.story.clear();
  test.invariant.clear();
  test.failures = {
      "REQUIRE( failures.empty() )\nis false\nthe situation: m1 comes twice\n  expected: 1\n  got: "
      "  "
      "   2"};
  const auto text = print({test}, false);
  CHECK(has(text, "  the situation: m1 comes twice\n    expected: 1\n    got:      2\n"));
  CHECK_FALSE(has(text, "failures.empty()"));
}

TEST_CASE("what is printed has the columns that the terminal has then") {
  int here = -1;
  int there = -1;
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = 80;
  REQUIRE(::openpty(&here, &there, nullptr, nullptr, &size) == 0);
  const workshop::process::Descriptor ends[] = {workshop::process::Descriptor(here),
                                                workshop::process::Descriptor(there)};
  std::ostringstream out;
  const Console console(out, {.terminal = there});
  CHECK(console.style().story_width == 80);
  size.ws_col = 120;
  REQUIRE(::ioctl(here, TIOCSWINSZ, &size) == 0);
  CHECK(console.style().width == 100);
  CHECK(console.style().story_width == 120);
  size.ws_col = 30;
  REQUIRE(::ioctl(here, TIOCSWINSZ, &size) == 0);
  CHECK(console.style().width == 30);
  CHECK(console.style().columns == 30);
}
