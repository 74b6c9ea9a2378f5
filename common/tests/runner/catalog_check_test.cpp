#include "workshop/runner/catalog/catalog_check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "text_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/commands/command_line.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;

namespace {

constexpr const char* kReadme = R"(---
title: the outbox
part: "II: correctness"
day: 1
alone: 12
mob: 8
room: alone + mob
late: 30 mob
concepts: outbox, dispatch
prerequisites: none
---

# Lab 01: the outbox

**Goal:** nothing is lost.

**What you may change:** `src/handler.cpp`, and nothing else.

## Step 1: decide once (12 minutes alone, 8 as a mob)

## How to run

    scripts/workshop check 1

## What green looks like
)";

/// One lab with nothing wrong.
class Checkout {
 public:
  Checkout() : root_(fs::temp_directory_path() / "workshop catalog check test") {
    fs::remove_all(root_);
    write(lab() / "README.md", kReadme);
    write(lab() / "hints.md", "## Step 1\n### Hint 1\n### Hint 2\n### Hint 3 (lost message)\n");
    write(lab() / "CMakeLists.txt",
          "workshop_add_lab(\n  SOURCES src/handler.cpp src/given.cpp)\n");
    write(lab() / "src/handler.cpp", "int handler() {\n  return 1;\n}\n");
    write(lab() / "tests/handler_test.cpp", "TEST_CASE(\"it holds\", \"[step1]\") {}\n");
    write(solution() / "NOTES.md", "notes\n");
    write(solution() / "questions.md",
          "## Step 1 (garbage)\nQ: Suppose it is left. Who knows?\nA: Nobody.\n");
    write(solution() / "CMakeLists.txt", "workshop_add_solution(MISTAKES mistakes/one.cpp)\n");
    write(solution() / "src/handler.cpp", "int handler() {\n  return 2;\n}\n");
    write(solution() / "mistakes/one.cpp",
          "// mistake: a\n// why: b\n// ask: c\n// caught by: it holds\n// as: garbage\n");
  }
  ~Checkout() { fs::remove_all(root_); }
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;

  fs::path lab() const { return root_ / "labs/01-the-outbox"; }
  fs::path solution() const { return root_ / "solutions/01-the-outbox"; }
  Project project() const { return Project(root_); }
  /// Puts `after` in the place of `before` in a file.
  void change(const fs::path& file, const std::string& before, const std::string& after) const {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    auto changed = text.str();
    changed.replace(changed.find(before), before.size(), after);
    write(file, changed);
  }
  std::vector<std::string> errors() const {
    return check_catalog(project(), {.labs_count = 1, .mistakes_min = 1, .mistakes_in_all_min = 1});
  }

 private:
  fs::path root_;
};

using Errors = std::vector<std::string>;

}  // namespace

TEST_CASE("a catalog in which everything agrees has no errors") {
  CHECK(Checkout().errors() == Errors{});
}

TEST_CASE("a variable in brackets is no step of a lab") {
  const Checkout checkout;
  checkout.change(checkout.lab() / "tests/handler_test.cpp", "[step1]", "[step1] seen[step.at]");
  CHECK(checkout.errors() == Errors{});
}

TEST_CASE("each thing that disagrees in the front matter is named with its file") {
  const Checkout checkout;
  const auto readme = checkout.lab() / "README.md";
  Errors expected;
  SECTION("a missing key") {
    checkout.change(readme, "alone: 12\n", "");
    expected = {"labs/01-the-outbox/README.md: the front matter has no \"alone\"",
                "labs/01-the-outbox/README.md: in the front matter \"alone\" has 0 entries for 1 "
                "steps"};
  }
  SECTION("a plan of the room that does not exist") {
    checkout.change(readme, "room: alone + mob", "room: together");
    expected = {
        "labs/01-the-outbox/README.md: in the front matter \"room\" of step 1 is \"together\", and "
        "wants \"alone + mob\", \"alone\", \"mob\", \"shown 5\" or \"further\""};
  }
  SECTION("a cut that saves nothing") {
    checkout.change(readme, "late: 30 mob", "late: 30 shown 20");
    expected = {
        "labs/01-the-outbox/README.md: in the front matter \"late\" of step 1 is \"30 shown 20\", "
        "and wants \"keep\", or a lateness and what the room does then, such as \"15 mob\""};
  }
  SECTION("a step of more than 20 minutes that the room does") {
    checkout.change(readme, "alone: 12", "alone: 21");
    checkout.change(readme, "(12 minutes", "(21 minutes");
    expected = {
        "labs/01-the-outbox/README.md: step 1 takes 21 minutes alone, more than 20; split it, give "
        "more of its code, or let the room leave it out (room: further)"};
  }
  SECTION("other minutes in the heading") {
    checkout.change(readme, "(12 minutes", "(10 minutes");
    expected = {
        "labs/01-the-outbox/README.md: the heading of step 1 does not end with \"(12 minutes "
        "alone, 8 as a mob)\", as \"alone\" and \"mob\" in the front matter say"};
  }
  CHECK(checkout.errors() == expected);
}

TEST_CASE("each thing that disagrees in a lab's files is named with its file") {
  const Checkout checkout;
  const auto readme = checkout.lab() / "README.md";
  Errors expected;
  SECTION("a page of three screens") {
    std::string lines;
    for (int i = 0; i < 45; ++i) lines += "line\n" + std::string(81, 'a') + "\n";
    checkout.change(readme, "**Goal:** nothing is lost.\n", "**Goal:** nothing is lost.\n" + lines);
    expected = {
        "labs/01-the-outbox/README.md: it takes 149 lines of 80 columns, and two screens have "
        "100"};
  }
  SECTION("a key that nobody reads") {
    checkout.change(readme, "day: 1\n", "day: 1\nauthor: x\n");
    expected = {
        "labs/01-the-outbox/README.md: the front matter has a \"author\" that nobody reads"};
  }
  SECTION("another title") {
    checkout.change(readme, "# Lab 01: the outbox", "# Lab 01: outbox");
    expected = {
        "labs/01-the-outbox/README.md: its heading is not \"# Lab 01: the outbox\", as the front "
        "matter says"};
  }
  SECTION("a later lab as a prerequisite") {
    checkout.change(readme, "prerequisites: none", "prerequisites: 02");
    expected = {"labs/01-the-outbox/README.md: the prerequisite 02 is no earlier lab"};
  }
  SECTION("another file to edit") {
    checkout.change(readme, "src/handler.cpp", "src/given.cpp");
    expected = {
        "labs/01-the-outbox/README.md: \"What you may change\" does not name src/handler.cpp"};
  }
  SECTION("too few hints") {
    checkout.change(checkout.lab() / "hints.md", "### Hint 2\n", "");
    expected = {"labs/01-the-outbox/hints.md: step 1 has 2 hints, not at least 3"};
  }
  SECTION("a hint that says again what an earlier one said") {
    const auto hints = checkout.lab() / "hints.md";
    checkout.change(hints, "### Hint 2\n",
                    "Save the order and its id with one `save`.\n### Hint 2\n");
    checkout.change(hints, "### Hint 3 (lost message)\n",
                    "### Hint 3 (lost message)\nNow: save the order, and its id, with one save.\n");
    expected = {
        "labs/01-the-outbox/hints.md: step 1, hint 3 says again what hint 1 says: save the order "
        "and its id with one"};
  }
  SECTION("tests of a step that the page does not have") {
    checkout.change(checkout.lab() / "tests/handler_test.cpp", "[step1]", "[step2]");
    expected = {
        "labs/01-the-outbox/tests: they are tagged with the steps 2, and README.md has the steps "
        "1"};
  }
  SECTION("a step without a question") {
    checkout.change(checkout.solution() / "questions.md", "Step 1", "Step 2");
    expected = {"solutions/01-the-outbox/questions.md: step 1 has no question"};
  }
  SECTION("a question without its situation") {
    checkout.change(checkout.solution() / "questions.md", "Suppose it is left. ", "");
    expected = {
        "solutions/01-the-outbox/questions.md: step 1: a question begins with its situation, "
        "\"Suppose …\": Who knows?"};
  }
  SECTION("a question without an answer") {
    checkout.change(checkout.solution() / "questions.md", "A: Nobody.\n", "");
    expected = {
        "solutions/01-the-outbox/questions.md: above line 3: a question (Q: …) and its answer (A: "
        "…)"};
  }
  SECTION("a solution that is the skeleton") {
    checkout.change(checkout.solution() / "src/handler.cpp", "return 2;", "return 1;  ");
    expected = {
        "solutions/01-the-outbox/src/handler.cpp: it changes 0 lines of the lab, not 1 to 59"};
  }
  CHECK(checkout.errors() == expected);
}

TEST_CASE("a missing lab is named, and so are too few mistakes") {
  const Checkout checkout;
  const CatalogDemands demands{.labs_count = 2, .mistakes_min = 2, .mistakes_in_all_min = 90};
  CHECK(check_catalog(checkout.project(), demands) ==
        Errors{"labs/: there is no lab 02",
               "solutions/01-the-outbox/mistakes: 1 mistake, not at least 2",
               "solutions/: 1 mistake in all, not at least 90"});
}

TEST_CASE("changed lines are those that the other text has not in that order") {
  CHECK(lines_changed("a\nb\nc\n", "a\nx\nc\n") == 1);
  CHECK(lines_changed("a\nb\n", "b\na\n") == 1);
  CHECK(lines_changed("a\n", "  a\n\n// b\n") == 0);
}
