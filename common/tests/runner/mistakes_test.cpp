#include "workshop/runner/mistakes/mistakes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/runs/run_program.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSolution =
    "int book(int paid) {\n"
    "  int sum = paid;\n"
    "\n"
    "  sum += 1;\n"
    "  return sum;\n"
    "}\n"
    "\n"
    "int tell(int paid) {\n"
    "  // Always.\n"
    "  return paid;\n"
    "}\n";

constexpr const char* kHeader = "mistake: a\nwhy: b\nask: c\ncaught by: it holds\nas: garbage\n";

/// `text` with `after` in the place of `before`.
std::string with(std::string text, const std::string& before, const std::string& after) {
  return text.replace(text.find(before), before.size(), after);
}

/// A checkout in git with one lab, whose solution has two mistakes.
class Checkout : public TextFolder {
 public:
  Checkout() {
    write("labs/01-the-outbox/CMakeLists.txt", "workshop_add_lab(SOURCES src/handler.cpp)\n");
    write("labs/01-the-outbox/src/handler.cpp", "int book(int paid) { return paid; }\n");
    write("solutions/01-the-outbox/CMakeLists.txt",
          "workshop_add_solution(\n  SOURCES src/handler.cpp\n  MISTAKES\n"
          "    mistakes/adds_two.diff\n    mistakes/tells_nothing.diff\n"
          "  RED \"it holds\" \"garbage\")\n"
          "workshop_add_spec(PLANTED mistakes/adds_two.diff)\n");
    change_solution(kSolution);
    make("adds_two", with(kSolution, "sum += 1", "sum += 2"));
    make("tells_nothing", with(kSolution, "return paid;", "return 0;"));
    git({"init", "--quiet"});
    commit();
  }
  void change_solution(const std::string& text) const {
    write("solutions/01-the-outbox/src/handler.cpp", text);
  }
  void make(const std::string& name, const std::string& mistaken,
            const std::string& solution = kSolution) const {
    write(file_of(name),
          to_text({kHeader, "src/handler.cpp", DiffTool().hunks_between(solution, mistaken)}));
  }
  /// What the mistake's file is with its diff applied to the solution as it is.
  std::string mistaken(const std::string& name) const {
    return DiffTool()
        .applied_exactly(read_mistake_diff(read(file_of(name))),
                         read("solutions/01-the-outbox/src/handler.cpp"))
        .value_or("it does not apply");
  }
  static std::string file_of(const std::string& name) {
    return "solutions/01-the-outbox/mistakes/" + name + ".diff";
  }

  void git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"git", "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org",
                      "-c", "commit.gpgSign=false"});
    REQUIRE(workshop::process::run(arguments, {.directory = path()}).succeeded());
  }
  void commit() const {
    git({"add", "--all"});
    git({"commit", "--quiet", "--message", "A change"});
  }

  Project project() const { return Project(path()); }
  std::vector<std::string> errors() const { return check_mistakes(project(), project().lab("1")); }
  int update(bool go_on = false, const std::vector<std::string>& names = {}) {
    out_.str("");
    Console console(out_);
    return update_mistakes(project(), console, {.lab = "1", .names = names, .go_on = go_on});
  }
  int make_new(const std::string& name, const std::string& text, const std::string& lab = "1") {
    out_.str("");
    write("edited.cpp", text);
    Console console(out_);
    return new_mistake(project(), console,
                       {.lab = lab, .new_name = name, .new_file = path() / "edited.cpp"});
  }
  std::string output() const { return out_.str(); }

 private:
  std::ostringstream out_;
};

using Errors = std::vector<std::string>;

constexpr const char* kMerged = "build/mistakes/01-the-outbox/adds_two.cpp";

}  // namespace

TEST_CASE("mistakes that are listed, have headers and apply exactly have no errors") {
  CHECK(Checkout().errors() == Errors{});
}

TEST_CASE("what is wrong with a mistake is named with its file") {
  Checkout checkout;
  const auto file = Checkout::file_of("adds_two");
  const auto text = checkout.read(file);
  const std::string mend = "; mend: scripts/workshop mistakes update 1";
  Errors expected;
  SECTION("its lines are elsewhere") {
    const auto before = with(kSolution, "  return sum;\n", "  check(sum);\n  return sum;\n");
    checkout.change_solution(before);
    checkout.make("adds_two", with(before, "sum += 1", "sum += 2"), before);
    expected = {Checkout::file_of("tells_nothing") +
                ": it applies at other lines of src/handler.cpp than it says" + mend};
  }
  SECTION("it could be written otherwise") {
    checkout.write(file, with(text, "int sum = paid;\n\n", "int sum = paid;\n \n"));
    expected = {file + ": it is not written as `mistakes update` writes it" + mend};
  }
  SECTION("it does not apply") {
    checkout.write(file, with(text, "-  sum += 1;", "-  sum += 7;"));
    expected = {file + ": it does not apply to src/handler.cpp" + mend};
  }
  SECTION("it is of another file") {
    checkout.write(file,
                   with(with(text, "a/src/handler", "a/src/old"), "b/src/handler", "b/src/old"));
    expected = {file + ": it is a diff of src/old.cpp, and the solution is src/handler.cpp"};
  }
  SECTION("a line of its header is empty") {
    checkout.write(file, with(text, "why: b\n", "why:\n"));
    expected = {file +
                ": its header lacks \"why: …\"; it wants mistake: …, why: …, ask: …, caught by: "
                "…, as: …"};
  }
  SECTION("it is not listed") {
    const auto lists = "solutions/01-the-outbox/CMakeLists.txt";
    checkout.write(lists, with(checkout.read(lists), "    mistakes/adds_two.diff\n", ""));
    expected = {file + ": CMakeLists.txt does not list it: it is never tried"};
  }
  SECTION("it is listed and not there") {
    fs::remove(checkout.project().root() / file);
    expected = {
        "solutions/01-the-outbox/CMakeLists.txt: it lists mistakes/adds_two.diff, which is "
        "not there"};
  }
  CHECK(checkout.errors() == expected);
}

TEST_CASE("a change of the solution is taken into all of its mistakes, and those alone change") {
  Checkout checkout;
  CHECK(checkout.update() == 0);
  CHECK_THAT(checkout.output(), ContainsSubstring("0 mistakes taken along, 2 as they were"));

  const auto solution = with(with(kSolution, "int sum", "long sum"), "// Always.", "// Always so.");
  checkout.change_solution(solution);
  CHECK(checkout.update() == 0);
  CHECK_THAT(checkout.output(), ContainsSubstring("2 mistakes taken along, 0 as they were"));
  CHECK(checkout.mistaken("adds_two") == with(solution, "sum += 1", "sum += 2"));
  CHECK(checkout.mistaken("tells_nothing") == with(solution, "return paid;", "return 0;"));
  CHECK(read_mistake_diff(checkout.read(Checkout::file_of("adds_two"))).header == kHeader);
  CHECK(checkout.errors() == Errors{});
}

TEST_CASE("the version that a diff was made from is found in the history") {
  Checkout checkout;
  const auto second = with(kSolution, "int sum", "long sum");
  const auto third = with(second, "// Always.", "// Always so.");
  checkout.change_solution(second);
  checkout.commit();
  checkout.change_solution(third);
  CHECK(checkout.update(false, {"adds_two"}) == 0);
  CHECK(checkout.mistaken("adds_two") == with(third, "sum += 1", "sum += 2"));
  CHECK(checkout.mistaken("tells_nothing") == "it does not apply");
}

TEST_CASE("a conflict leaves the diff as it is, and the merged file waits for a person") {
  Checkout checkout;
  const auto before = checkout.read(Checkout::file_of("adds_two"));
  const auto solution = with(kSolution, "sum += 1", "sum += 10");
  checkout.change_solution(solution);
  CHECK(checkout.update() == 1);
  CHECK_THAT(checkout.output(), ContainsSubstring(std::string("decide in ")));
  CHECK_THAT(checkout.output(),
             ContainsSubstring("0 mistakes taken along, 1 as they were, 1 to decide"));
  CHECK(checkout.read(Checkout::file_of("adds_two")) == before);
  const auto merged = checkout.read(kMerged);
  CHECK_THAT(merged, ContainsSubstring("<<<<<<< the solution\n  sum += 10;\n"));
  CHECK_THAT(merged, ContainsSubstring("  sum += 2;\n>>>>>>> the mistake adds_two\n"));

  SECTION("the command comes again and finds it undecided") {
    CHECK(checkout.update(true) == 1);
    CHECK(checkout.read(Checkout::file_of("adds_two")) == before);
    CHECK(checkout.read(kMerged) == merged);
  }
  SECTION("it is decided") {
    const auto decided = with(solution, "sum += 10", "sum += 20");
    checkout.write(kMerged, decided);
    CHECK(checkout.update(true) == 0);
    CHECK(checkout.mistaken("adds_two") == decided);
    CHECK_FALSE(fs::exists(checkout.project().root() / kMerged));
    CHECK(checkout.errors() == Errors{});
  }
  SECTION("it is decided, and the solution has changed once more") {
    const auto again = with(solution, "return paid;", "return paid + 1;");
    checkout.write(kMerged, with(solution, "sum += 10", "sum += 20"));
    checkout.change_solution(again);
    CHECK(checkout.update() == 1);  // in the other one the same line has changed
    CHECK(checkout.mistaken("adds_two") == with(again, "sum += 10", "sum += 20"));
  }
  SECTION("the diff was mended by hand meanwhile") {
    checkout.make("adds_two", with(solution, "sum += 10", "sum += 30"), solution);
    CHECK(checkout.update() == 0);
    CHECK_FALSE(fs::exists(checkout.project().root() / kMerged));
    CHECK(checkout.mistaken("adds_two") == with(solution, "sum += 10", "sum += 30"));
  }
  SECTION("the diff has changed and still does not apply") {
    checkout.write(Checkout::file_of("adds_two"), with(before, "why: b", "why: haste"));
    checkout.write(kMerged, with(solution, "sum += 10", "sum += 20"));
    CHECK(checkout.update() == 1);
    CHECK_THAT(checkout.output(), ContainsSubstring("it has changed since it was merged"));
    CHECK(checkout.read(Checkout::file_of("adds_two")) == with(before, "why: b", "why: haste"));
  }
}

TEST_CASE("a mistake that the solution has become, or that fits no version, is left as it is") {
  Checkout checkout;
  SECTION("the solution does what the mistake did") {
    checkout.change_solution(with(kSolution, "sum += 1", "sum += 2"));
    const auto before = checkout.read(Checkout::file_of("adds_two"));
    CHECK(checkout.update() == 1);
    CHECK_THAT(checkout.output(), ContainsSubstring("the solution is now what the mistake was"));
    CHECK(checkout.read(Checkout::file_of("adds_two")) == before);
  }
  SECTION("it was made from something that was never committed") {
    const auto other = with(kSolution, "int sum = paid;", "int sum = 7 * paid;");
    checkout.make("adds_two", with(other, "sum += 1", "sum += 2"), other);
    CHECK(checkout.update() == 1);
    CHECK_THAT(checkout.output(),
               ContainsSubstring("it applies to no version of src/handler.cpp; "
                                 "make it anew: scripts/workshop mistakes new 1"));
  }
}

TEST_CASE("--continue without a merge that waits, and unknown names, are refused") {
  Checkout checkout;
  CHECK_THROWS_MATCHES(checkout.update(true), UserError,
                       MessageMatches(ContainsSubstring("nothing waits for --continue")));
  CHECK_THROWS_MATCHES(
      checkout.update(false, {"adds_three"}), UserError,
      MessageMatches(ContainsSubstring(
          "lab 01 has no mistake \"adds_three\"; mistakes: adds_two, tells_nothing")));
  checkout.write("solutions/01-the-outbox/mistakes/whole.cpp", kSolution);
  CHECK_THROWS_MATCHES(checkout.update(false, {"whole"}), UserError,
                       MessageMatches(ContainsSubstring("whole of lab 01 is a whole file")));
}

TEST_CASE("a new mistake is a diff with a header to fill in, and is listed last") {
  Checkout checkout;
  const auto mistaken = with(kSolution, "return sum;", "return 0;");
  CHECK(checkout.make_new("forgets_the_sum", mistaken) == 0);
  const auto text = checkout.read(Checkout::file_of("forgets_the_sum"));
  CHECK_THAT(text,
             ContainsSubstring("mistake:\nwhy:\nask:\ncaught by:\nas:\n\n--- a/src/handler.cpp\n"
                               "+++ b/src/handler.cpp\n@@ "));
  CHECK(checkout.mistaken("forgets_the_sum") == mistaken);
  CHECK(checkout.read("solutions/01-the-outbox/CMakeLists.txt") ==
        "workshop_add_solution(\n  SOURCES src/handler.cpp\n  MISTAKES\n"
        "    mistakes/adds_two.diff\n    mistakes/tells_nothing.diff\n"
        "    mistakes/forgets_the_sum.diff\n"
        "  RED \"it holds\" \"garbage\")\n"
        "workshop_add_spec(PLANTED mistakes/adds_two.diff)\n");
  CHECK_THAT(checkout.output(),
             ContainsSubstring("scripts/workshop check 1 --mistake forgets_the_sum"));
  CHECK(checkout.errors().size() == 1);  // its header is empty
}

TEST_CASE("the first mistake of a lab gets its list") {
  CHECK(with_listed_mistake("workshop_add_solution(\n  SOURCES src/x.cpp)\n", "mistakes/a.diff") ==
        "workshop_add_solution(\n  SOURCES src/x.cpp\n  MISTAKES\n    mistakes/a.diff)\n");
  CHECK(listed_mistakes(
            "f(MISTAKES # a comment\n mistakes/a.diff  # mistakes/b.diff\n mistakes/c.cpp)") ==
        std::vector<std::string>{"mistakes/a.diff", "mistakes/c.cpp"});
  CHECK(listed_mistakes("f(SOURCES x)").empty());
}

TEST_CASE("a new mistake that cannot be one is refused, and nothing is written") {
  Checkout checkout;
  const auto lists = checkout.read("solutions/01-the-outbox/CMakeLists.txt");
  const auto refuses = [&](const std::string& name, const std::string& text, const std::string& lab,
                           const std::string& part) {
    CHECK_THROWS_MATCHES(checkout.make_new(name, text, lab), UserError,
                         MessageMatches(ContainsSubstring(part)));
    CHECK(checkout.read("solutions/01-the-outbox/CMakeLists.txt") == lists);
  };
  const auto mistaken = with(kSolution, "return sum;", "return 0;");
  refuses("a_name", mistaken, "2", "there is no lab 2; labs: 01");
  for (const auto* name : {"aName", "a-name", "a name", "1st", "a__name", "a_", "", "a.diff"}) {
    refuses(name, mistaken, "1", "is no name of a mistake");
  }
  refuses("adds_two", mistaken, "1", "has a mistake adds_two already");
  refuses("a_name", kSolution, "1", "it has no mistake");
  refuses("a_name", with(kSolution, "  // Always.\n", ""), "1", "it has no mistake");
  Console console(std::cout);
  CHECK_THROWS_MATCHES(
      new_mistake(checkout.project(), console,
                  {.lab = "1", .new_name = "a_name", .new_file = "/no/such/file.cpp"}),
      UserError, MessageMatches(ContainsSubstring("/no/such/file.cpp cannot be read")));
}

TEST_CASE("a mistake is shown as its hunks") {
  Checkout checkout;
  std::ostringstream out;
  Console console(out);
  print_mistake(checkout.project(), console, checkout.project().lab("1"), "adds_two");
  CHECK_THAT(out.str(), ContainsSubstring("mistakes/adds_two.diff\n@@ -1,7 +1,7 @@\n"));
  CHECK_THAT(out.str(), ContainsSubstring("-  sum += 1;\n+  sum += 2;\n"));
  CHECK_THAT(out.str(), !ContainsSubstring("caught by"));

  std::ostringstream painted;
  Console colored(painted, {.color = true});
  print_mistake(checkout.project(), colored, checkout.project().lab("1"), "adds_two");
  CHECK_THAT(painted.str(), ContainsSubstring("\x1b[31m-  sum += 1;\x1b[0m\n\x1b[32m+  sum += 2;"));
}
