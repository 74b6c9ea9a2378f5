#include "workshop/runner/mob/mob_checks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "workshop/runner/mob/lab_on_page.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

json::array array_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

}  // namespace

void MobChecks::take(const LabRun& done, const Project& project) {
  state = "done";
  judgement = done.verdict.judgement == Judgement::green ? "green"
              : done.verdict.judgement == Judgement::red ? "red"
                                                         : "unjudged";
  problem = done.verdict.problem;
  errors.clear();
  tests.clear();
  for (const auto& test : done.run.results.tests) {
    Test each;
    each.name = test.name;
    each.step = test.step();
    each.given = test.given();
    each.bounds = test.explorations;
    each.verdict = test.passed ? "green" : test.skipped ? "skipped" : "red";
    if (test.failed()) {
      each.sign = test.reason();
      each.words = test.todo ? "TODO(step " + std::to_string(test.todo_step) + "): " + *test.todo
                   : !test.invariant.empty() ? test.invariant
                   : test.exception          ? "exception: " + *test.exception
                   : !test.failures.empty()  ? test.failures.front()
                                             : test.reason();
      if (!test.todo && test.story.empty()) each.failures = test.failures;
      if (!test.failed_file.empty()) {
        each.place = fmt::format("{}:{}", from_root(project, test.failed_file), test.failed_line);
      }
    }
    if (!test.picture.empty()) {
      const auto file = std::filesystem::path(test.picture).filename().string();
      each.picture = fmt::format("/pictures/{}?check={}", file, count);
    }
    tests.push_back(std::move(each));
  }
  const auto* first = first_failure(done.run.results);
  step = first == nullptr ? 0 : std::max(first->step(), 1);
}

/// The last step up to which all tests of steps are green.
int MobChecks::done_now() const {
  if (tests.empty() || judgement == "unjudged") return 0;
  int last = 0;
  int red = 0;
  for (const auto& test : tests) {
    last = std::max(last, test.step);
    if (test.verdict != "green" && test.step > 0 && (red == 0 || test.step < red)) red = test.step;
  }
  return red == 0 ? last : red - 1;
}

std::string to_json(const MobChecks& checks) {
  json::array tests;
  for (const auto& test : checks.tests) {
    tests.push_back(json::object{{"name", test.name},
                                 {"step", test.step},
                                 {"given", test.given},
                                 {"verdict", test.verdict},
                                 {"words", test.words},
                                 {"sign", test.sign},
                                 {"bounds", array_of(test.bounds)},
                                 {"failures", array_of(test.failures)},
                                 {"place", test.place},
                                 {"picture", test.picture},
                                 {"replayed", test.replayed}});
  }
  const json::object told = {{"count", checks.count},
                             {"state", checks.state},
                             {"saved", checks.saved},
                             {"judgement", checks.judgement},
                             {"problem", checks.problem},
                             {"errors", array_of(checks.errors)},
                             {"tests", std::move(tests)},
                             {"mended", array_of(checks.difference.mended)},
                             {"broken", array_of(checks.difference.broken)},
                             {"moved", array_of(checks.difference.moved)},
                             {"step", checks.step},
                             {"told_at_ms", checks.told_at_ms},
                             {"began_at_ms", checks.began_at_ms}};
  return json::serialize(told);
}

}  // namespace workshop::runner
