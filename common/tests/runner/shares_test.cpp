#include "workshop/runner/runs/shares.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {
using namespace workshop::runner;

RunResult run_of(const std::vector<std::pair<std::string, int>>& durations) {
  RunResult run;
  for (const auto& [name, duration_ms] : durations) {
    TestResult test;
    test.name = name;
    test.ended = true;
    test.duration_ms = duration_ms;
    run.tests.push_back(test);
  }
  return run;
}

std::vector<std::string> names_of(const RunResult& run) {
  std::vector<std::string> names;
  for (const auto& test : run.tests) names.push_back(test.name);
  return names;
}

std::string started(const std::string& name) {
  return R"({"event":"test_started","name":")" + name + "\"}\n";
}
std::string ended(const std::string& name) {
  return started(name) + R"({"event":"test_ended","name":")" + name + "\",\"passed\":true}\n";
}
const std::string kBegin = "{\"event\":\"run_started\"}\n";
const std::string kEnd = "{\"event\":\"run_ended\"}\n";

}  // namespace

TEST_CASE("the longest tests are divided first, and each share keeps the tests' order") {
  const auto before = run_of({{"a", 200}, {"b", 20}, {"c", 190}, {"d", 240}, {"e", 30}});
  CHECK(shares_of({"a", "b", "c", "d", "e"}, before, 2) ==
        std::vector<Share>{{"b", "d", "e"}, {"a", "c"}});
  CHECK(shares_of({"a", "b", "c", "d", "e"}, before, 1) ==
        std::vector<Share>{{"a", "b", "c", "d", "e"}});
}

TEST_CASE("a test that has not run before has its place, and one that is gone has none") {
  CHECK(shares_of({"a", "new", "c"}, run_of({{"a", 5}, {"c", 5}, {"gone", 90}}), 2) ==
        std::vector<Share>{{"a", "new"}, {"c"}});
  CHECK(shares_of({"a", "b", "c", "d"}, {}, 2) == std::vector<Share>{{"a", "c"}, {"b", "d"}});
}

TEST_CASE("tests that take no time are divided as well, and no share is empty") {
  CHECK(shares_of({"a", "b", "c", "d"}, run_of({{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}}), 2) ==
        std::vector<Share>{{"a", "c"}, {"b", "d"}});
  CHECK(shares_of({"a", "b"}, {}, 40) == std::vector<Share>{{"a"}, {"b"}});
  CHECK(shares_of({"a"}, {}, 0) == std::vector<Share>{{"a"}});
  CHECK(shares_of({}, {}, 4).empty());
}

TEST_CASE("results of several processes stand in the order of the tests") {
  const std::vector<std::string> tests = {"a", "b", "c", "d"};
  auto run = read_results(one_result_file(
      {kBegin + ended("b") + ended("d") + kEnd, kBegin + ended("a") + ended("c") + kEnd}, tests));
  put_in_order(run, tests);
  CHECK(run.ended);
  CHECK(names_of(run) == tests);
}

TEST_CASE("of the processes that did not end the one whose open test stands first is told") {
  const std::vector<std::string> tests = {"a", "b", "c", "d", "e", "f"};
  const auto fatal = [](const std::string& what) {
    return R"({"event":"fatal","what":")" + what + "\"}\n";
  };
  auto run = read_results(one_result_file(
      {kBegin + ended("a") + started("c") + fatal("at c"), kBegin + ended("e") + ended("f") + kEnd,
       kBegin + started("b") + fatal("at b"), ""},
      tests));
  put_in_order(run, tests);
  CHECK_FALSE(run.ended);
  REQUIRE(run.unfinished() != nullptr);
  CHECK(run.unfinished()->name == "b");
  CHECK(run.fatal == "at b");
  CHECK(names_of(run) == std::vector<std::string>{"a", "e", "f", "c", "b"});
}
