#include "workshop/runner/mob/mob_checks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "workshop/runner/mob/lab_on_page.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/crash_place.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

json::array array_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

/// The lines of a test up to a failed check, from the beginning of its paragraph, or of its case
/// where that is near: what was done, and with what.
std::vector<std::string> lines_before(const std::filesystem::path& file, int line) {
  constexpr int kLinesMax = 14;
  const auto lines = lines_of(read_file(file).value_or(""));
  if (line < 1 || static_cast<std::size_t>(line) > lines.size()) return {};
  int first = line;
  while (first > 1 && line - first < kLinesMax - 1) {
    const auto& before = lines[static_cast<std::size_t>(first) - 2];
    if (before == "}") break;
    --first;
    if (before.starts_with("TEST_CASE") || before.starts_with("void ")) break;
  }
  return {lines.begin() + first - 1, lines.begin() + line};
}

/// The lines of a test's case, to its end where that is near: an exception may have come from any
/// of them.
std::vector<std::string> lines_of_case(const std::filesystem::path& file, int line) {
  constexpr std::size_t kLinesMax = 14;
  const auto lines = lines_of(read_file(file).value_or(""));
  std::vector<std::string> found;
  if (line < 1) return found;
  for (auto at = static_cast<std::size_t>(line) - 1; at < lines.size(); ++at) {
    found.push_back(lines[at]);
    if (lines[at] == "}") break;
    if (found.size() < kLinesMax) continue;
    found.emplace_back("  …");
    break;
  }
  return found;
}

/// Each text once: what is in one before it says nothing new.
std::vector<std::string> without_repeated(const std::vector<std::string>& texts) {
  std::vector<std::string> once;
  for (const auto& text : texts) {
    const auto has_it = [&](const std::string& before) { return before.find(text) != before.npos; };
    if (std::ranges::none_of(once, has_it)) once.push_back(text);
  }
  return once;
}

MobChecks::Test shown(const TestResult& test, const Project& project, int count) {
  MobChecks::Test each;
  each.name = test.name;
  each.step = test.step();
  each.given = test.given();
  each.bounds = test.explorations;
  each.schedule = test.schedule;
  each.verdict = test.passed ? "green" : test.skipped ? "skipped" : "red";
  if (test.failed()) {
    each.sign = test.reason();
    each.words = words_of_failure(test);
    each.story = test.story;
    if (!test.todo && test.picture.empty()) {
      each.failures =
          test.story.empty() ? without_repeated(test.failures) : std::vector{test.story};
    }
    if (!test.failed_file.empty()) {
      each.place = fmt::format("{}:{}", from_root(project, test.failed_file), test.failed_line);
      if (!test.todo && test.story.empty()) {
        each.done = test.exception ? lines_of_case(test.file, test.line)
                                   : lines_before(test.failed_file, test.failed_line);
      }
    }
  }
  if (!test.picture.empty()) {
    const auto file = std::filesystem::path(test.picture).filename().string();
    each.picture = fmt::format("/pictures/{}?check={}", file, count);
  }
  return each;
}

/// Where the program was in the lab's files when it ended.
std::optional<SourcePlace> place_of_run(const LabRun& done, const Project& project) {
  return place_of_crash(done.program.file, done.run.results.crash_frames,
                        {project.root() / "labs", project.root() / "solutions"});
}

/// Of the test in which the program has crashed, or hangs: where, as far as it is known.
void tell_unfinished(MobChecks::Test& told, const TestResult& test, const LabRun& done,
                     const Project& project) {
  const auto& run = done.run;
  const bool crashed = has_crashed(run.process, run.results);
  told.sign = crashed ? "crashed" : "did not end";
  told.words = end_of_unfinished(run.process, run.results);
  told.failures = {told.words};
  told.place = fmt::format("{}:{}", from_root(project, test.file), test.line);
  auto story = lines_of_last_steps(run.results.fatal_schedule);
  const auto place = place_of_run(done, project);
  if (place) {
    told.place = fmt::format("{}:{}", from_root(project, place->file), place->line);
    story += fmt::format(" ►  our own line {}{}{}", place->line, place->text.empty() ? "" : ": ",
                         place->text);
  }
  if (!story.empty()) told.failures.push_back(std::move(story));
}

/// Of a test with an endless loop, which told its story and then ended the program.
void tell_endless_loop(MobChecks::Test& told, const TestResult& test, const LabRun& done,
                       const Project& project) {
  told.sign = "endless loop";
  told.words = "stopped: an endless loop";
  told.failures = {test.story};
  const auto place = place_of_run(done, project);
  if (!place) return;
  told.place = fmt::format("{}:{}", from_root(project, place->file), place->line);
  if (place->text.empty()) return;
  told.failures.push_back(fmt::format(" ►  our own line {}: {}", place->line, place->text));
}

}  // namespace

/// What the verdict of before had, and this program ended before it came to that.
void MobChecks::add_not_run(const std::vector<Test>& before) {
  for (const auto& each : before) {
    if (std::ranges::find(tests, each.name, &Test::name) != tests.end()) continue;
    tests.push_back(
        {.name = each.name, .step = each.step, .given = each.given, .verdict = "not run"});
  }
}

void MobChecks::take(const LabRun& done, const Project& project) {
  state = "done";
  judgement = name_of(done.verdict.judgement);
  problem = done.verdict.problem;
  errors.clear();
  errors_count = 0;
  const auto before = std::exchange(tests, {});
  for (const auto& test : done.run.results.tests) tests.push_back(shown(test, project, count));
  if (const auto* test = done.run.results.unfinished()) {
    tell_unfinished(tests.back(), *test, done, project);
    add_not_run(before);
  } else if (const auto* spinning = endless_loop(done.run.results)) {
    tell_endless_loop(*std::ranges::find(tests, spinning->name, &Test::name), *spinning, done,
                      project);
    problem = fmt::format("stopped: an endless loop in test \"{}\"", spinning->name);
    add_not_run(before);
  }
  doubt_others();
  same = same_as(before);
  const auto* first = first_failure(done.run.results);
  step = first == nullptr ? 0 : std::max(first->step(), 1);
}

void MobChecks::doubt_others() {
  constexpr std::string_view kRemembers = "not deterministic";
  const auto remembers = [&](const Test& test) { return test.sign == kRemembers; };
  if (std::ranges::none_of(tests, remembers)) return;
  for (auto& test : tests) {
    if (test.verdict != "red" || remembers(test)) continue;
    if (test.sign == "todo" || test.sign == "crashed") continue;  // these are facts all the same
    test.doubt =
        "Not to be believed yet: the handler remembers something from another execution. First let "
        "it do the same in each attempt.";
    test.picture.clear();
    test.schedule.clear();
    test.failures.clear();
    test.place.clear();
    test.done.clear();
  }
}

void MobChecks::find_questions(const LabOnPage& lab) {
  for (auto& test : tests) {
    if (test.verdict != "red" || !test.doubt.empty()) continue;
    test.questions =
        questions_on({test.name, test.step, test.sign, test.schedule, test.words, test.story},
                     lab.known, lab.of_steps, lab.asks);
  }
}

bool MobChecks::same_as(const std::vector<Test>& before) const {
  const auto first_line = [](const std::string& words) {
    return words.substr(0, words.find('\n'));
  };
  return !tests.empty() &&
         std::ranges::equal(tests, before, [&](const Test& one, const Test& other) {
           // Values may be drawn at random: they do not count.
           return one.name == other.name && one.verdict == other.verdict &&
                  one.sign == other.sign && one.schedule == other.schedule &&
                  one.place == other.place && first_line(one.words) == first_line(other.words);
         });
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
    json::array questions;
    for (const auto& each : test.questions) {
      questions.push_back(json::object{{"title", each.title},
                                       {"question", each.question},
                                       {"answer", each.answer},
                                       {"diagnosis", each.diagnosis}});
    }
    tests.push_back(json::object{{"name", test.name},
                                 {"step", test.step},
                                 {"given", test.given},
                                 {"verdict", test.verdict},
                                 {"words", test.words},
                                 {"sign", test.sign},
                                 {"bounds", array_of(test.bounds)},
                                 {"failures", array_of(test.failures)},
                                 {"place", test.place},
                                 {"done", array_of(test.done)},
                                 {"picture", test.picture},
                                 {"schedule", test.schedule},
                                 {"questions", std::move(questions)},
                                 {"doubt", test.doubt},
                                 {"replayed", test.replayed}});
  }
  const json::object told = {{"count", checks.count},
                             {"state", checks.state},
                             {"explores", checks.explores},
                             {"long_test", checks.long_test},
                             {"parts", checks.parts},
                             {"parts_done", checks.parts_done},
                             {"saved", checks.saved},
                             {"judgement", checks.judgement},
                             {"problem", checks.problem},
                             {"errors", array_of(checks.errors)},
                             {"errors_count", checks.errors_count},
                             {"tests", std::move(tests)},
                             {"mended", array_of(checks.difference.mended)},
                             {"broken", array_of(checks.difference.broken)},
                             {"moved", array_of(checks.difference.moved)},
                             {"later", checks.difference.later()},
                             {"step", checks.step},
                             {"same", checks.same},
                             {"told_at_ms", checks.told_at_ms},
                             {"began_at_ms", checks.began_at_ms}};
  return json::serialize(told);
}

}  // namespace workshop::runner
