#include "workshop/runner/catalog/catalog.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>

#include "text_folder.hpp"
#include "workshop/runner/runs/lab_program.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;

namespace {

/// Two labs under a folder whose name has a space.
class Checkout {
 public:
  Checkout() : root_(fs::temp_directory_path() / "workshop catalog test") {
    fs::remove_all(root_);
    write(root_ / "labs/06-partial-failure/CMakeLists.txt", "");
    write(root_ / "labs/08-identity-deduplication/CMakeLists.txt", "");
    write(root_ / "labs/08-identity-deduplication/README.md",
          "---\ntitle: \"Identity-based deduplication\"\nalone: 12, 8\nmob: 9, 6\nroom: alone + "
          "mob, shown 5\nlate: 30 mob, keep\n---\ntitle: not this\n"
          "## Step 1: once (12 minutes)\n## Step 2: again (8 minutes)\n");
    write(root_ / "labs/08-identity-deduplication/src/payments_handler.cpp",
          "int x;\n// TODO(step 2): b\n// TODO(step 1): a\n");
    write(root_ / "labs/09-not-yet/README.md", "");
    write(root_ / "solutions/08-identity-deduplication/mistakes/random_ids.cpp", "");
  }
  ~Checkout() { fs::remove_all(root_); }
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;
  Project project() const { return Project(root_); }

 private:
  fs::path root_;
};

std::string refusal(const auto& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what is read of a page is counted for the step that it is read for") {
  constexpr std::string_view kPage =
      "---\nalone: 1, 2\n---\n\n# Lab\n\nfour words of story\n\n## Step 1: go\n\ntwo words\n\n"
      "## Step 2: on\n\nthree more words\n\n## How to run\n\nnobody counts this\n";
  CHECK(words_for_step(kPage, 1) == 2 + 4 + 4 + 2);
  CHECK(words_for_step(kPage, 2) == 4 + 3);
  CHECK(words_for_step(kPage, 3) == 0);
  CHECK(words_count("  one\ttwo\nthree ") == 3);
  CHECK(words_count("") == 0);
  CHECK(reading_minutes_of(0) == 0);
  CHECK(reading_minutes_of(240) == 1);
  CHECK(reading_minutes_of(241) == 2);
}

TEST_CASE("a lab is found by number, padded number, full name and beginning of its name") {
  const Checkout checkout;
  const auto project = checkout.project();
  for (const char* name : {"8", "08", "08-identity-deduplication", "identity", "08-id"}) {
    CAPTURE(name);
    CHECK(project.lab(name).number == 8);
  }
  const auto lab = project.lab("8");
  CHECK(lab.title == "Identity-based deduplication");
  CHECK(lab.minutes() == 20);
  REQUIRE(lab.steps.size() == 2);
  CHECK(lab.steps[0].title == "once");
  CHECK(lab.steps[0].minutes_of(lab.steps[0].room) == 21);
  CHECK(lab.steps[0].minutes_of(lab.steps[0].when_late) == 9);
  CHECK(lab.steps[1].minutes_of(lab.steps[1].room) == 5);
  CHECK(lab.mistakes() == std::vector<std::string>{"random_ids"});
  CHECK(project.lab("6").title == "partial failure");
}

TEST_CASE("an unknown lab is answered with the labs there are") {
  const Checkout checkout;
  const auto project = checkout.project();
  CHECK(refusal([&] { project.lab("18"); }) == "there is no lab 18; labs: 06, 08");
  CHECK(refusal([&] { project.lab("9"); }) == "there is no lab 9; labs: 06, 08");
  CHECK(refusal([&] { project.lab("0"); }) == "there is no lab 0; labs: 06, 08");
  CHECK(refusal([&] { project.lab(""); }) == "there is no lab ; labs: 06, 08");
  CHECK(refusal([&] { project.lab("8x"); }) == "there is no lab 8x; labs: 06, 08");
}

TEST_CASE("the programs of a lab are where the build puts them, and unknown ones are refused") {
  const Checkout checkout;
  const auto lab = checkout.project().lab("8");
  const auto folder = fs::path("b/labs/08-identity-deduplication");
  CHECK(lab_program(lab, {}, "b").file == folder / "lab08");
  CHECK(lab_program(lab, {.solution = true, .mistake = {}}, "b").file ==
        folder / "solution/lab08_solution");
  CHECK(lab_program(lab, {.solution = false, .mistake = "random_ids"}, "b").target ==
        "lab08_mistake_random_ids");
  CHECK(refusal([&] { lab_program(lab, {.solution = false, .mistake = "x"}, "b"); }) ==
        "lab 08 has no mistake \"x\"; mistakes: random_ids");
  const auto bare = checkout.project().lab("6");
  CHECK(refusal([&] { lab_program(bare, {.solution = true, .mistake = {}}, "b"); }) ==
        "lab 06 has no solution in this checkout");
}

TEST_CASE("the TODO of a step is found in the source") {
  const Checkout checkout;
  const auto source = checkout.project().lab("8").sources.at(0);
  CHECK(find_todo(source, 1) == 3);
  CHECK(find_todo(source, 2) == 2);
  CHECK_FALSE(find_todo(source, 3).has_value());
}

TEST_CASE("of several TODOs of a step it is the one above the line that fails") {
  const Checkout checkout;
  const auto source = checkout.project().lab("8").sources.at(0);
  write(source, "one\n// TODO(step 1)\nthree\n// TODO(step 1)\n// TODO(step 2)\nsix\n");
  CHECK(find_todo(source, 1) == 2);
  CHECK(find_todo(source, 1, 1) == 2);
  CHECK(find_todo(source, 1, 3) == 2);
  CHECK(find_todo(source, 1, 6) == 4);
  CHECK(find_todo(source, 1, 1'000) == 4);
  CHECK(find_todo(source, 2, 3) == 5);
}
