#include "workshop/runner/folders/folder_report.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

FolderRow row(Judgement judgement, std::vector<TestState> tests, std::string problem = {}) {
  FolderRow made{.folder = "ann", .lab = 8};
  made.verdict = {judgement, std::move(problem), std::move(tests),
                  std::chrono::milliseconds(1'250)};
  return made;
}

const std::vector<TestState> kRed = {{"retries <again> & \"again\"", 2, "red", "todo", ""},
                                     {"booked", 1, "red", "lost message", "a1:1@Al<c"},
                                     {"announced", 1, "green", "", ""},
                                     {"needs Java", 1, "skipped", "", ""}};

}  // namespace

TEST_CASE("a folder is told in one line: how many pass, and the first step's first failure") {
  auto red = row(Judgement::red, kRed);
  red.resembles = "early_return";
  CHECK(
      line_of(red, 5) ==
      "ann    lab 08  red: 1 of 4 tests passes; step 1, lost message: booked; perhaps early_return");
  CHECK(line_of(row(Judgement::green, {kRed[2]}), 3) == "ann  lab 08  green: 1 of 1 test passes");
  CHECK(line_of(row(Judgement::unjudged, {}, "it was not done after 60 s"), 3) ==
        "ann  lab 08  not judged: it was not done after 60 s");
}

TEST_CASE("JUnit's XML has a suite for each folder, and no sign of anybody's is markup") {
  const auto xml =
      folders_junit({row(Judgement::red, kRed), row(Judgement::unjudged, {}, "<hangs>")});
  CHECK_THAT(xml,
             ContainsSubstring("<testsuite name=\"ann\" tests=\"4\" failures=\"2\" errors=\"0\" "
                               "skipped=\"1\" time=\"1.250\">"));
  CHECK_THAT(xml, ContainsSubstring("name=\"retries &lt;again&gt; &amp; &quot;again&quot;\">"
                                    "<failure message=\"todo\"></failure>"));
  CHECK_THAT(xml, ContainsSubstring("<failure message=\"lost message\">a1:1@Al&lt;c</failure>"));
  CHECK_THAT(xml, ContainsSubstring("<error message=\"&lt;hangs&gt;\"/>"));
}

TEST_CASE("the exit code is that of the worst of them") {
  const auto green = row(Judgement::green, {kRed[2]});
  const auto red = row(Judgement::red, kRed);
  const auto unjudged = row(Judgement::unjudged, {}, "it hangs");
  CHECK(exit_code({green, green}) == 0);
  CHECK(exit_code({green, red}) == 1);
  CHECK(exit_code({unjudged, red}) == 2);
  CHECK(exit_code(std::vector<FolderRow>{}) == 2);
}
