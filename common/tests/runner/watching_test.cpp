#include <poll.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/difference.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/runs/open_file.hpp"
#include "workshop/runner/watching/file_watch.hpp"
#include "workshop/runner/watching/watch_words.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

TestState test_state(const std::string& verdict, const std::string& reason = {},
                     const std::string& schedule = {}) {
  return {.name = "t", .step = 1, .verdict = verdict, .reason = reason, .schedule = schedule};
}

}  // namespace

TEST_CASE("a file that was saved is noticed, in place or by rename, and nothing else is") {
  const auto method = GENERATE(FileWatch::Method::notified, FileWatch::Method::polled);
  process::TemporaryFolder folder;
  const auto file = folder.path() / "handler.cpp";
  write(file, "one");
  FileWatch watch({folder.path()}, {".cpp"}, method);
  CHECK(watch.method() == method);  // this system has inotify, or the test says so
  CHECK(watch.changed().empty());
  write(folder.path() / ".handler.cpp.swp", "x");
  write(folder.path() / "handler.cpp~", "x");
  CHECK(watch.changed().empty());
  write(file, "three");
  CHECK(watch.changed() == std::vector<fs::path>{file});
  CHECK(watch.changed().empty());
  write(folder.path() / "new", "three");  // the same size
  fs::rename(folder.path() / "new", file);
  CHECK(watch.changed() == std::vector<fs::path>{file});
  fs::remove(file);
  CHECK(watch.changed() == std::vector<fs::path>{file});
}

TEST_CASE("a save wakes whoever waits for the descriptor") {
  process::TemporaryFolder folder;
  const auto file = folder.path() / "handler.cpp";
  write(file, "one");
  FileWatch watch({folder.path()}, {".cpp"});
  if (watch.descriptor() < 0) SKIP("this system does not notify");
  pollfd waiting = {.fd = watch.descriptor(), .events = POLLIN, .revents = 0};
  CHECK(::poll(&waiting, 1, 0) == 0);
  write(file, "two");
  CHECK(::poll(&waiting, 1, 60'000) == 1);
  CHECK(watch.changed().size() == 1);
  CHECK(::poll(&waiting, 1, 0) == 0);  // what was told is over
}

TEST_CASE("a folder that is not there is looked at, and its file is noticed when it comes") {
  process::TemporaryFolder folder;
  FileWatch watch({folder.path() / "later"}, {".cpp"});
  CHECK(watch.method() == FileWatch::Method::polled);
  write(folder.path() / "later" / "a.cpp", "x");
  CHECK(watch.changed().size() == 1);
}

TEST_CASE("how a failure has moved is told in faults, steps and the place") {
  const auto from = test_state("red", "duplicate effect", "1:1@Arlcparlc");
  CHECK(movement(from, from).empty());
  CHECK(movement(from, test_state("red", "lost message", "1:1@Arlc!pr")) ==
        "lost message instead of duplicate effect, one fault deeper (crash at publish)");
  CHECK(movement(from, test_state("red", "duplicate effect", "1:1@Arlc!pr~c")) ==
        "2 faults deeper (crash at publish, lease expiry at save)");
  CHECK(movement(from, test_state("red", "duplicate effect", "1:1@Arlcpa")) ==
        "in an execution of 5 steps instead of 8");
  CHECK(movement(test_state("red", "duplicate effect", "1:1@Arlcpa"), from) ==
        "in an execution of 8 steps instead of 5: no shorter one fails any more");
  CHECK(movement(from, test_state("red", "duplicate effect", "1:1@Arlcparla")) ==
        "in another execution of the same length");
  // The fault that came in addition is named, whether it is the last one or not.
  CHECK(movement(test_state("red", "lost message", "1:1@Arl+rlc~ca"),
                 test_state("red", "lost message", "1:1@A!rl+rlc~ca")) ==
        "one fault deeper (crash at receive)");
  CHECK(movement(test_state("red", "lost message", "1:1@Arl!c"),
                 test_state("red", "lost message", "1:1@A!rl!p")) == "one fault deeper (crash)");
  CHECK(movement(test_state("red", "lost message", "1:1@A+rlc"),
                 test_state("red", "lost message", "1:1@A!rl!p")) == "one fault deeper");
  CHECK(movement(test_state("red", "lost message", "1:1@A!rl~c"),
                 test_state("red", "lost message", "1:1@A!rlc")) ==
        "with one fault less (lease expiry at save)");
  CHECK(movement(test_state("red", "lost message", "1:1@Arl!c"),
                 test_state("red", "lost message", "1:1@Arlc")) == "without any fault");
  CHECK(movement(test_state("red", "todo"), test_state("red", "garbage", "1:1@Ar")) ==
        "garbage instead of a TODO");
  CHECK(movement(test_state("red", "lost message"), test_state("red", "assertion")) ==
        "a failed check instead of lost message");
}

TEST_CASE("a livelock in place of another failure is told without its steps, which have no end") {
  CHECK(movement(test_state("red", "duplicate effect", "d80a:1@Arlc!pr"),
                 test_state("red", "livelock", "d80a:1@")) ==
        "livelock instead of duplicate effect");
}

TEST_CASE("an old failure is still there only when its steps break the same") {
  const auto before = test_state("red", "lost effect", "d80a:1@Arl");
  CHECK(outcome_of_replay(before, "lost effect", "") == Replayed::still_broken);
  CHECK(outcome_of_replay(before, "livelock", "") == Replayed::breaks_otherwise);
  CHECK(outcome_of_replay(before, "livelock", "step 2 of 3") == Replayed::breaks_otherwise);
  CHECK(outcome_of_replay(before, "lost effect", "step 2 of 3") == Replayed::goes_another_way);
  CHECK(outcome_of_replay(before, "", "step 2 of 3") == Replayed::goes_another_way);
  CHECK(outcome_of_replay(before, "", "") == Replayed::mended);
}

TEST_CASE("between two runs tests are mended, broken, or fail in another way") {
  auto other = test_state("green");
  other.name = "other";
  auto other_red = test_state("red", "assertion");
  other_red.name = "other";
  const auto found =
      difference({test_state("red", "todo"), other}, {test_state("green"), other_red});
  CHECK(found.mended == std::vector<std::string>{"t"});
  CHECK(found.broken == std::vector<std::string>{"other"});
  CHECK(found.moved.empty());
  const auto lost = test_state("red", "lost message", "1:1@Arlc!pr");
  const auto twice = test_state("red", "duplicate effect", "1:1@Arlc!pr");
  CHECK(difference({lost}, {twice}).moved ==
        std::vector<std::string>{"t: duplicate effect instead of lost message"});
  CHECK_FALSE(difference({lost}, {lost}).any());
  CHECK_FALSE(difference({other}, {other}).any());
  CHECK_FALSE(difference({}, {other}).any());
}

TEST_CASE("every kind of change is told: green, red, another failure, the same one, gone") {
  const auto named = [](const std::string& name, const std::string& verdict, int line = 0,
                        const std::string& said = {}) {
    return TestState{.name = name,
                     .step = 1,
                     .verdict = verdict,
                     .reason = verdict == "red" ? "assertion" : "",
                     .line = line,
                     .said = said};
  };
  const auto found = difference(
      {named("one", "red"), named("two", "green"), named("three", "red", 7, "a"),
       named("four", "red", 9, "a"), named("five", "red", 9, "a"), named("six", "green"),
       named("seven", "red")},
      {named("one", "green"), named("two", "red"), named("three", "red", 8, "a"),
       named("four", "red", 9, "b"), named("five", "red", 9, "a"), named("six", "skipped")});
  std::ostringstream out;
  Console console(out, {.color = false, .width = 80});
  print_difference(console, found, 4);
  CHECK(out.str() ==
        "\n"
        "✓ green now: one\n"
        "✗ red now: two\n"
        "→ another failure: three: at another check, in line 8 instead of 7\n"
        "→ another failure: four: at the same check, with other values\n"
        "- gone: six: skipped\n"
        "- gone: seven: there is no such test any more\n"
        "✗ as before: five\n");
  out.str({});
  print_difference(console, difference({named("a", "red")}, {named("a", "red")}), 1);
  CHECK(out.str() == "\nThe same 1 red as before.\n");
}

TEST_CASE("an execution that breaks a test as before may do so with other values") {
  auto from = test_state("red", "lost message", "1:1@Arlc!pr");
  from.said = "a";
  auto to = from;
  CHECK(movement(from, to).empty());
  to.said = "b";
  CHECK(movement(from, to) == "on the same execution, with other steps or values in it");
}

TEST_CASE("the footer has the keys that do something, always in one order, in all widths") {
  const auto red = WatchKeys{.hint = true, .failures = 3, .picture = true};
  CHECK(footer_of(red, 200) ==
        "h hint · o only this test · r again · t next failure · p picture · s solution · x reset · "
        "q quit · ? keys");
  CHECK(footer_of(red, 80) ==
        "h hint  o one test  r again  t next  p picture  s solution  x reset  q  ? keys");
  // Where not all keys have room, some have words, and ? tells of all.
  CHECK(footer_of(red, 40) == "h hint  t next  p picture  q  ? keys");
  // A check that failed has no picture, and one failure has no next one.
  CHECK(footer_of({.hint = true, .failures = 1}, 200) ==
        "h hint · o only this test · r again · t the failure · s solution · x reset · q quit · ? "
        "keys");
  // What does not compile has no story.
  CHECK(footer_of({.hint = true}, 200) ==
        "h hint · r again · s solution · x reset · q quit · ? keys");
  CHECK(footer_of({.chooses = false, .hint = true, .failures = 2, .picture = true}, 40) ==
        "h hint  t next  p picture  q  ? keys");
  const auto green = WatchKeys{.green = true, .next_lab = true};
  CHECK(footer_of(green, 200) ==
        "n next lab · v prove · r again · s solution · x reset · q quit · ? keys");
  CHECK(footer_of(green, 40) == "n lab  v prove  r again  q  ? keys");
  CHECK(footer_of({.green = true}, 200) ==
        "v prove · r again · s solution · x reset · q quit · ? keys");
  const auto refused = WatchKeys{.green = true,
                                 .refused = true,
                                 .hint = true,
                                 .next_lab = true,
                                 .failures = 2,
                                 .picture = true};
  CHECK(footer_of(refused, 200) ==
        "h hint · n next lab · v prove again · r again · t next failure · p picture · s solution · "
        "x reset · q quit · ? keys");
  CHECK(footer_of(refused, 80) ==
        "h hint  n lab  v prove  r again  t next  p picture  s solution  x reset  q  ?");
  // One green test of many is no lab that is solved.
  CHECK(footer_of({.green = true, .one_test = true, .next_lab = true}, 200) ==
        "o all tests · r again · s solution · x reset · q quit · ? keys");
}

TEST_CASE("what follows a livelock is told without its steps, since the livelock had no end") {
  const auto livelock = test_state("red", "livelock", "d80a:1@Arl");
  CHECK(movement(livelock, test_state("red", "lost effect", "d80a:1@Arlcparl")) ==
        "lost effect instead of livelock");
  CHECK(movement(livelock, test_state("red", "livelock", "d80a:1@Arlcp")) ==
        "in another execution");
  CHECK(movement(test_state("red", "lost effect", "d80a:1@"),
                 test_state("red", "lost effect", "d80a:1@Arl")) == "in another execution");
}

TEST_CASE("what has changed is told of the step that is worked on and of those before it") {
  const auto of_step = [](const std::string& name, int step, const std::string& verdict,
                          const std::string& reason = {}) {
    return TestState{.name = name, .step = step, .verdict = verdict, .reason = reason};
  };
  using Names = std::vector<std::string>;
  const std::vector<TestState> begin = {
      of_step("one", 1, "red", "todo"), of_step("two", 2, "green"),
      of_step("three", 2, "red", "todo"), of_step("four", 2, "red", "todo")};
  // Step 1 is worked on, and step 2 fails in other ways meanwhile.
  const auto edited =
      difference(begin, {of_step("one", 1, "red", "garbage"), of_step("two", 2, "red", "garbage"),
                         of_step("three", 2, "green"), of_step("four", 2, "red", "garbage")});
  CHECK(edited.moved == Names{"one: garbage instead of a TODO"});
  CHECK(edited.broken.empty());
  CHECK(edited.mended.empty());
  CHECK(edited.later_mended == std::map<int, Names>{{2, {"three"}}});
  CHECK(edited.later_broken == std::map<int, Names>{{2, {"two"}}});
  CHECK(edited.later_moved == 1);
  std::ostringstream out;
  Console console(out, {.color = false, .width = 80});
  print_difference(console, edited, 3);
  CHECK(out.str() ==
        "\n"
        "→ another failure: one: garbage instead of a TODO\n"
        "✓ green now, of step 2: three\n"
        "→ red now, of step 2: two\n"
        "→ another failure: one test of a later step\n");
  // It is won: that tests of the next step are red otherwise is no news of it.
  const auto won = difference(begin, {of_step("one", 1, "green"), of_step("two", 2, "red", "todo"),
                                      of_step("three", 2, "green"), begin[3]});
  CHECK(won.mended == Names{"one"});
  CHECK(won.broken.empty());
  CHECK(won.later_mended == std::map<int, Names>{{2, {"three"}}});
  CHECK(won.later_broken == std::map<int, Names>{{2, {"two"}}});
  // Step 2 is worked on, and step 1 breaks.
  const auto back =
      difference({of_step("one", 1, "green"), of_step("two", 2, "red", "todo")},
                 {of_step("one", 1, "red", "garbage"), of_step("two", 2, "red", "garbage")});
  CHECK(back.broken == Names{"one"});
  CHECK(back.moved.empty());
  // All is green at once.
  const auto solved =
      difference(begin, {of_step("one", 1, "green"), of_step("two", 2, "green"),
                         of_step("three", 2, "green"), of_step("four", 2, "green")});
  CHECK(solved.mended == Names{"one", "three", "four"});
  CHECK(solved.later() == 0);
}

TEST_CASE("an editor is told the line as it wants to be told") {
  const auto words = [](const std::string& editor) {
    std::string text;
    for (const auto& word : editor_command(editor, "/lab/a.cpp", 7)) text += word + "|";
    return text;
  };
  CHECK(words("vim") == "vim|+7|/lab/a.cpp|");
  CHECK(words("/usr/bin/code --wait") == "/usr/bin/code|--wait|--goto|/lab/a.cpp:7|");
  CHECK(words("subl -n") == "subl|-n|/lab/a.cpp:7|");
  CHECK(words("strange") == "strange|/lab/a.cpp|");
  CHECK_THROWS_AS(editor_command("  ", "/lab/a.cpp", 7), UserError);
}

TEST_CASE("a file is put back to the newest version that has all TODOs, and a copy is kept") {
  process::TemporaryFolder folder(process::TemporaryFolder::Place::disk);
  const auto lab_folder = folder.path() / "labs" / "01-first";
  const auto file = lab_folder / "src" / "a.cpp";
  write(lab_folder / "CMakeLists.txt", "SOURCES src/a.cpp");
  write(lab_folder / "README.md", "## Step 1: a\n## Step 2: b\n");
  const auto git = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-C", folder.path().string(), "-c", "user.name=a", "-c",
                                 "user.email=a@b"});
    REQUIRE(process::run(words).succeeded());
  };
  const auto commit = [&](std::string_view text) {
    write(file, text);
    git({"add", "."});
    git({"commit", "-qm", "x"});
  };
  write(file, "");
  const Project project(folder.path());
  const auto lab = project.lab("1");
  CHECK_THROWS_WITH(skeleton_of(project, lab), ContainsSubstring("clone the workshop"));
  git({"init", "-q"});
  commit("// TODO(step 1) old\n// TODO(step 2)\n");
  commit("// TODO(step 1) new\n// TODO(step 2)\n");
  commit("// TODO(step 2): the attendee's own, step 1 done\n");
  write(file, "mine");
  CHECK(skeleton_of(project, lab) == "// TODO(step 1) new\n// TODO(step 2)\n");
  const auto first = put_in_place(project, lab, skeleton_of(project, lab));
  CHECK(read_file(file) == "// TODO(step 1) new\n// TODO(step 2)\n");
  CHECK(read_file(first) == "mine");
  const auto second = put_in_place(project, lab, "again");
  CHECK(second != first);  // in the same second
  CHECK(read_file(second) == "// TODO(step 1) new\n// TODO(step 2)\n");

  // Hints begin anew with the file, and those that were taken are known.
  write(file, "mine");
  CHECK(begin_anew(project, lab).in_words(project, lab).ends_with(" is as it was at the start."));
  auto progress = Progress::load(project);
  progress.take_hint(lab, 1, {3});
  progress.save(project);
  write(file, "mine again");
  const auto begun = begin_anew(project, lab);
  CHECK(read_file(file) == "// TODO(step 1) new\n// TODO(step 2)\n");
  CHECK(read_file(begun.copy) == "mine again");
  CHECK(begun.in_words(project, lab).ends_with("at the start, and its hints begin anew."));
  CHECK(Progress::load(project).find(1)->hints_taken.empty());
  CHECK(Progress::load(project).find(1)->hints_before.at(1) == std::vector<HintName>{{3}});
}
