#include "workshop/runner/catalog/readme_check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

using namespace workshop::runner;

namespace {

TestResult green(const std::string& name, int step, std::vector<std::string> explorations = {}) {
  TestResult test;
  test.name = name;
  test.tags = {"step" + std::to_string(step)};
  test.ended = true;
  test.passed = true;
  test.explorations = std::move(explorations);
  return test;
}

RunResult lab() {
  RunResult run;
  run.started = run.ended = true;
  run.tests = {green("one order", 1, {"holds (12 executions, complete)"}), green("no order", 1),
               green("two orders", 2, {"holds (7 executions, complete)"})};
  return run;
}

const std::string kReadme = R"(# A lab

    ✓ not this list

## What green looks like

    Lab 99, a lab: 3 of 3 tests pass

    Step 1
      ✓ one order
        holds (12 executions, complete)
      ✓ no order
    Step 2
      ✓ two orders
        holds (7 executions, complete)

    Lab 99 is solved.
)";

std::string with(std::string text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  REQUIRE(at != text.npos);
  return text.replace(at, what.size(), instead);
}

}  // namespace

TEST_CASE("a README that shows what is printed differs in nothing") {
  CHECK(differences_from_readme(kReadme, lab()).empty());
}

TEST_CASE("an old figure in a README is told with the new one, and renewed") {
  const auto old = with(kReadme, "12 executions", "11 executions");

  const auto differences = differences_from_readme(old, lab());
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].find("11 executions") != std::string::npos);
  CHECK(differences[0].find("12 executions") != std::string::npos);
  CHECK(renewed_readme(old, lab()) == kReadme);
}

TEST_CASE("a test too many, too few or under another name differs") {
  CHECK_FALSE(differences_from_readme(with(kReadme, "      ✓ no order\n", ""), lab()).empty());
  CHECK_FALSE(differences_from_readme(
                  with(kReadme, "      ✓ no order\n", "      ✓ no order\n      ✓ at all\n"), lab())
                  .empty());
  CHECK_FALSE(differences_from_readme(with(kReadme, "✓ no order", "✓ new order"), lab()).empty());
  CHECK_FALSE(differences_from_readme(with(kReadme,
                                           "    Step 2\n      ✓ two orders\n"
                                           "        holds (7 executions, complete)\n",
                                           ""),
                                      lab())
                  .empty());
  CHECK_FALSE(differences_from_readme(with(kReadme, "3 of 3", "2 of 2"), lab()).empty());
}

TEST_CASE("a README without its list says which heading is missing") {
  const auto differences = differences_from_readme("# A lab\n", lab());
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].find("What green looks like") != std::string::npos);
}

TEST_CASE("three dots stand for tests that are left out, and stay when figures are renewed") {
  const auto shortened = with(kReadme, "      ✓ no order\n", "      …\n");
  CHECK(differences_from_readme(shortened, lab()).empty());

  const auto old = with(shortened, "7 executions", "6 executions");
  CHECK_FALSE(differences_from_readme(old, lab()).empty());
  CHECK(renewed_readme(old, lab()) == shortened);
}
