#include "workshop/runner/mistakes/mistake_diff.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/run_program.hpp"

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSolution =
    "int one() {\n"
    "  return 1;\n"
    "}\n"
    "\n"
    "int two() {\n"
    "  // Twice.\n"
    "  return 2;\n"
    "}\n";

constexpr const char* kMistaken =
    "int one() {\n"
    "  return 1;\n"
    "}\n"
    "\n"
    "int two() {\n"
    "  return 3;\n"
    "}\n";

constexpr const char* kHunks =
    "@@ -3,6 +3,5 @@ int one() {\n"
    " }\n"
    "\n"
    " int two() {\n"
    "-  // Twice.\n"
    "-  return 2;\n"
    "+  return 3;\n"
    " }\n";

MistakeDiff diff_of(const std::string& hunks) {
  return {"mistake: m\nwhy: w\n", "src/x.cpp", hunks};
}

/// What the build does for solutions/08-x/mistakes/early_return.diff.
workshop::process::Result apply_in_build(const TextFolder& folder) {
  return workshop::process::run({"sh", APPLY_MISTAKE, (folder.path() / "solutions/08-x").string(),
                                 "mistakes/early_return.diff", "src/x.cpp",
                                 (folder.path() / "build").string()});
}

}  // namespace

TEST_CASE("the lines that a diff changes are those it takes out, and those beside what it puts in") {
  CHECK(changed_lines(kHunks) == std::set<int>{6, 7, 8});
  CHECK(changed_lines("@@ -1,2 +1,3 @@\n a\n+b\n c\n@@ -9,2 +10 @@ f\n-d\n e\n") ==
        std::set<int>{1, 2, 9});
  CHECK(changed_lines("").empty());
}

TEST_CASE("a diff is header, empty line, file and hunks, and is written as it was read") {
  const auto text =
      std::string("mistake: m\nwhy: w\n\n--- a/src/x.cpp\n+++ b/src/x.cpp\n") + kHunks;
  const auto diff = read_mistake_diff(text);
  CHECK(diff.header == "mistake: m\nwhy: w\n");
  CHECK(diff.path == "src/x.cpp");
  CHECK(diff.hunks == kHunks);
  CHECK(to_text(diff) == text);
}

TEST_CASE("a text that is no diff is refused, and what it lacks is named") {
  const auto refuses = [](const std::string& text, const std::string& part) {
    CHECK_THROWS_MATCHES(read_mistake_diff(text), UserError,
                         MessageMatches(ContainsSubstring(part)));
  };
  refuses("mistake: m\n", "an empty line and --- a/");
  refuses("mistake: m\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "an empty line and --- a/");
  refuses("mistake: m\n\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n", "+++ b/x");
  refuses("mistake: m\n\n--- a/x\n@@ -1 +1 @@\n", "+++ b/x");
  refuses("mistake: m\n\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n", "../x is no file in");
}

TEST_CASE("hunks have three lines of context, and empty lines without a space") {
  DiffTool git;
  CHECK(git.hunks_between(kSolution, kMistaken) == kHunks);
  CHECK(git.hunks_between(kSolution, kSolution).empty());
}

TEST_CASE("a diff applies to the text that it was made from") {
  DiffTool git;
  CHECK(git.applied(diff_of(kHunks), kSolution) == kMistaken);
  CHECK(git.applied_exactly(diff_of(kHunks), kSolution) == kMistaken);
}

TEST_CASE("a diff whose lines are elsewhere applies, but not exactly") {
  DiffTool git;
  const auto lower = std::string("int zero() { return 0; }\n") + kSolution;
  CHECK(git.applied(diff_of(kHunks), lower) ==
        std::string("int zero() { return 0; }\n") + kMistaken);
  CHECK_FALSE(git.applied_exactly(diff_of(kHunks), lower));
}

TEST_CASE("a diff that could be written otherwise does not apply exactly") {
  DiffTool git;
  const std::string spaces =
      "@@ -3,6 +3,5 @@ int one() {\n }\n \n int two() {\n-  // Twice.\n-  return 2;\n+  return "
      "3;\n }\n";
  CHECK(git.applied(diff_of(spaces), kSolution) == kMistaken);
  CHECK_FALSE(git.applied_exactly(diff_of(spaces), kSolution));
}

TEST_CASE("a diff does not apply where a line of it has changed, be it a line of context") {
  DiffTool git;
  std::string other = kSolution;
  other.replace(other.find("int two()"), 9, "int two(int)");
  CHECK_FALSE(git.applied(diff_of(kHunks), other));
  CHECK_FALSE(git.applied(diff_of("@@ -1,1 +1,1 @@\nno hunk\n"), kSolution));
}

TEST_CASE("how git is set up for a person does not matter") {
  const TextFolder folder;
  folder.write("gitconfig",
               "[diff]\n  noprefix = true\n  algorithm = minimal\n  suppressBlankEmpty = false\n"
               "[apply]\n  whitespace = fix\n[core]\n  autocrlf = true\n[color]\n  ui = always\n");
  ::setenv("GIT_CONFIG_GLOBAL", (folder.path() / "gitconfig").c_str(), 1);
  ::setenv("GIT_DIR", "/no/such/repository", 1);
  DiffTool git;
  CHECK(git.hunks_between(kSolution, kMistaken) == kHunks);
  CHECK(git.applied_exactly(diff_of(kHunks), kSolution) == kMistaken);
  ::unsetenv("GIT_CONFIG_GLOBAL");
}

TEST_CASE("texts that changed in different places are merged, others are shown both ways") {
  DiffTool git;
  const std::vector<std::string> names = {"the solution", "before", "the mistake"};
  const auto clean = git.merged("a\nb\nc\nd\nE\n", "a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", names);
  CHECK(clean.text == "A\nb\nc\nd\nE\n");
  CHECK_FALSE(clean.has_conflicts);
  const auto both = git.merged("x\n", "a\n", "y\n", names);
  CHECK(both.has_conflicts);
  CHECK(both.text ==
        "<<<<<<< the solution\nx\n||||||| before\na\n=======\ny\n>>>>>>> the mistake\n");
}

TEST_CASE("the build applies a diff, and leaves alone what does not change") {
  const TextFolder folder;
  folder.write("solutions/08-x/src/x.cpp", kSolution);
  folder.write("solutions/08-x/mistakes/early_return.diff", to_text(diff_of(kHunks)));
  CHECK(apply_in_build(folder).succeeded());
  CHECK(folder.read("build/src/x.cpp") == kMistaken);
  CHECK(std::distance(fs::directory_iterator(folder.path() / "build"), {}) == 1);

  const auto made = fs::last_write_time(folder.path() / "build/src/x.cpp") - std::chrono::hours(1);
  fs::last_write_time(folder.path() / "build/src/x.cpp", made);
  folder.write("solutions/08-x/mistakes/early_return.diff",
               "mistake: in other words\n" + to_text(diff_of(kHunks)));
  CHECK(apply_in_build(folder).succeeded());
  CHECK(fs::last_write_time(folder.path() / "build/src/x.cpp") == made);
}

TEST_CASE("a diff that does not apply stops the build with its name and the mend") {
  const TextFolder folder;
  folder.write("solutions/08-x/src/x.cpp", "int other;\n");
  folder.write("solutions/08-x/mistakes/early_return.diff", to_text(diff_of(kHunks)));
  const auto run = apply_in_build(folder);
  CHECK(run.exit_code == 1);
  CHECK_THAT(run.output,
             ContainsSubstring("solutions/08-x/mistakes/early_return.diff:1: error: it does not "
                               "apply to src/x.cpp of the solution as that is now; mend: "
                               "scripts/workshop mistakes update 8\n"));
  CHECK(std::count(run.output.begin(), run.output.end(), '\n') == 1);
  CHECK_FALSE(fs::exists(folder.path() / "build/src/x.cpp"));
}

TEST_CASE("a changed line of context stops the build, and so does any other text than a diff's") {
  const TextFolder folder;
  std::string other = kSolution;
  folder.write("solutions/08-x/src/x.cpp",
               other.replace(other.find("int two()"), 9, "int two(int)"));
  folder.write("solutions/08-x/mistakes/early_return.diff", to_text(diff_of(kHunks)));
  CHECK_THAT(apply_in_build(folder).output, ContainsSubstring("it does not apply to src/x.cpp"));
  folder.write("solutions/08-x/src/x.cpp", kSolution);
  folder.write("solutions/08-x/mistakes/early_return.diff", "mistake: m\n");
  CHECK_THAT(apply_in_build(folder).output,
             ContainsSubstring("git cannot read it: No valid patch"));
}

TEST_CASE("a diff of another file, and one that is broken, stop the build") {
  const TextFolder folder;
  folder.write("solutions/08-x/src/x.cpp", kSolution);
  folder.write("solutions/08-x/mistakes/early_return.diff",
               to_text({"mistake: m\n", "src/y.cpp", kHunks}));
  CHECK_THAT(apply_in_build(folder).output, ContainsSubstring("it does not apply to src/x.cpp"));
  folder.write("solutions/08-x/mistakes/early_return.diff",
               to_text(diff_of("@@ -3,6 +3,9 @@ int one() {\n }\n")));
  CHECK_THAT(apply_in_build(folder).output,
             ContainsSubstring("early_return.diff:1: error: git cannot read it: corrupt patch"));
}
