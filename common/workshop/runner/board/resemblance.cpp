#include "workshop/runner/board/resemblance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>

#include "workshop/protocol/programs.hpp"
#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr int kNoStep = 99;
// What a test that both fail is worth, of 1: for another reason; for the same one; and how much of
// the schedule is the same, or, without one, whether it is the same assertion.
constexpr double kOtherReason = 0.2;
constexpr double kSameReason = 0.5;
constexpr double kSameSchedule = 0.5;
// What a test is worth that fails on the mistake and not on the answer: tests that say the same are
// many, and who gives up after three tries fails in fewer of them than who never tries.
constexpr double kFailsThereOnly = 0.35;
// What of an execution counts how much, of 1.
constexpr double kFaults = 0.35;
constexpr double kFaultsOfSameKinds = 0.2;
constexpr double kDecidedAt = 0.2;
constexpr double kProcesses = 0.1;
constexpr double kSteps = 0.35;
// How much of the answer's failures have to be those of the mistake, by what they are worth.
constexpr double kSharedReasons = 0.8;
// How much counts whether the answer fails as the mistake does at the test that catches it, in
// whichever test the answer does so; and what of that.
constexpr double kAsCaught = 0.2;
constexpr double kCaughtFaults = 0.6;
constexpr double kCaughtFaultsOfSameKinds = 0.3;
constexpr double kCaughtAt = 0.4;

int step_of(const TestState& test) { return test.step == 0 ? kNoStep : test.step; }

/// The signs of the steps, without the digest before them.
std::string_view signs_of(std::string_view schedule) {
  const auto at = schedule.rfind('@');
  return at == std::string_view::npos ? schedule : schedule.substr(at + 1);
}

/// How alike the signs of two schedules are, from 0 to 1: half by how far they go together, half by
/// those that both have.
double alike_in_steps(std::string_view left, std::string_view right) {
  const auto longer = static_cast<double>(std::max(left.size(), right.size()));
  const auto together = std::ranges::mismatch(left, right).in1 - left.begin();
  std::array<std::size_t, 256> of_left = {};
  std::array<std::size_t, 256> of_right = {};
  for (const char sign : left) ++of_left[static_cast<unsigned char>(sign)];
  for (const char sign : right) ++of_right[static_cast<unsigned char>(sign)];
  std::size_t common = 0;
  for (std::size_t i = 0; i < of_left.size(); ++i) common += std::min(of_left[i], of_right[i]);
  return 0.5 * static_cast<double>(together) / longer + 0.5 * static_cast<double>(common) / longer;
}

/// Sorted; what goes on is as what happens once.
std::vector<std::string> faults_of(const protocol::ScheduleOutline& outline) {
  auto faults = outline.faults;
  for (auto& fault : faults) {
    if (fault == "outage, refused") fault = "refused";
    if (fault == "outage, unanswered") fault = "answer lost";
  }
  std::ranges::sort(faults);
  return faults;
}

std::size_t processes_in(const protocol::ScheduleOutline& outline) {
  std::set<char> processes;
  for (const auto& step : outline.steps) processes.insert(step.process);
  return processes.size();
}

/// How much it says that two fail at one assertion at which `count` mistakes fail, from 0 to 1.
double worth_of_assertion(int count) {
  return std::max(0.0, 1 - std::log2(static_cast<double>(std::max(count, 1))) / 3);
}

/// Whether a test fails twice for one reason. Without an execution the reason is the assertion: two
/// at different lines have nothing in common but the test.
bool is_one_reason(const TestState& one, const TestState& other) {
  if (one.reason != other.reason) return false;
  return !one.schedule.empty() || !other.schedule.empty() || one.line == other.line;
}

/// How alike two executions are in which a test fails for one reason, from 0 to 1.
double alike(const TestState& one, const TestState& other) {
  const auto left = signs_of(one.schedule);
  const auto right = signs_of(other.schedule);
  if (left.empty() || right.empty()) return 0;
  const auto first = protocol::outline_of(one.schedule);
  const auto second = protocol::outline_of(other.schedule);
  const auto here = faults_of(first);
  const auto there = faults_of(second);
  double same = kSteps * alike_in_steps(left, right);
  if (here == there) {
    same += kFaults;
  } else if (std::set(here.begin(), here.end()) == std::set(there.begin(), there.end())) {
    same += kFaultsOfSameKinds;
  }
  if (first.deciding_operation == second.deciding_operation) same += kDecidedAt;
  if (processes_in(first) == processes_in(second)) same += kProcesses;
  return same;
}

/// How much one of the failures `own` is like that by which a mistake is caught, from 0 to 1;
/// nothing when it is not known how that is.
std::optional<double> alike_as_caught(const std::map<std::string_view, const TestState*>& own,
                                      const KnownMistake& mistake) {
  const auto caught = std::ranges::find(mistake.tests, mistake.header.caught_by, &TestState::name);
  if (caught == mistake.tests.end()) return std::nullopt;
  if (caught->schedule.empty()) return own.contains(caught->name) ? 1 : 0;
  const auto wanted = protocol::outline_of(caught->schedule);
  const auto there = faults_of(wanted);
  double best = 0;
  for (const auto& [name, test] : own) {
    if (test->schedule.empty()) continue;
    const auto outline = protocol::outline_of(test->schedule);
    const auto here = faults_of(outline);
    double same = outline.deciding_operation == wanted.deciding_operation ? kCaughtAt : 0;
    if (here == there) {
      same += kCaughtFaults;
    } else if (std::set(here.begin(), here.end()) == std::set(there.begin(), there.end())) {
      same += kCaughtFaultsOfSameKinds;
    }
    best = std::max(best, same);
  }
  return best;
}

/// The red tests of steps up to `step`, by name.
std::map<std::string_view, const TestState*> red_up_to(const std::vector<TestState>& tests,
                                                       int step) {
  std::map<std::string_view, const TestState*> red;
  for (const auto& test : tests) {
    if (test.verdict == "red" && step_of(test) <= step) red.emplace(test.name, &test);
  }
  return red;
}

/// The step of the first red test.
int first_red_step(const std::vector<TestState>& tests) {
  int step = kNoStep;
  for (const auto& test : tests) {
    if (test.verdict == "red") step = std::min(step, step_of(test));
  }
  return step;
}

}  // namespace

bool are_caught_as_one(const KnownMistake& one, const KnownMistake& other) {
  return one.header.caught_by == other.header.caught_by && one.header.as == other.header.as;
}

bool are_of_one_kind(const KnownMistake& one, const KnownMistake& other) {
  if (!are_caught_as_one(one, other)) return false;
  if (one.lines.empty() || other.lines.empty()) return true;
  return std::ranges::any_of(one.lines, [&](int line) { return other.lines.contains(line); });
}

std::vector<KnownMistake> known_mistakes(const Lab& lab, const fs::path& build_folder) {
  std::vector<KnownMistake> known;
  if (lab.solution.empty()) return known;
  const auto folder = build_folder / "labs" / lab.folder.filename() / "solution" / "expect";
  for (const auto& file : lab.mistake_files()) {
    const auto name = file.stem().string();
    const auto program =
        protocol::name_of({lab.padded_number(), {.solution = false, .mistake = name}});
    const auto results = read_file(folder / (program + ".jsonl"));
    const auto text = read_file(file);
    if (!results || !text) continue;
    KnownMistake mistake{name, read_mistake_header(*text, header_form_of(file)), {}};
    if (file.extension() == ".diff") mistake.lines = changed_lines(read_mistake_diff(*text).hunks);
    for (const auto& test : read_results(*results).tests) {
      if (!test.ended) continue;
      mistake.tests.push_back({test.name, test.step(), test.failed() ? "red" : "green",
                               test.reason(), test.schedule,
                               test.schedule.empty() ? test.failed_line : 0});
    }
    known.push_back(std::move(mistake));
  }
  return known;
}

Resemblance::Resemblance(std::vector<KnownMistake> known) : known_(std::move(known)) {
  std::map<std::string, int> failing;
  for (const auto& mistake : known_) {
    for (const auto& test : mistake.tests) {
      failing[test.name] += test.verdict == "red" ? 1 : 0;
      if (test.verdict == "red" && test.schedule.empty()) ++at_assertion_[{test.name, test.line}];
    }
  }
  for (const auto& [name, count] : failing) {
    weights_[name] = std::log(static_cast<double>(known_.size() + 1) / std::max(count, 1)) + 0.2;
  }
}

double Resemblance::worth_of(std::string_view test) const {
  const auto weight = weights_.find(std::string(test));
  return weight == weights_.end() ? 1 : weight->second;
}

bool Resemblance::could_be(const std::vector<TestState>& tests, const KnownMistake& mistake) const {
  const int step = first_red_step(tests);
  const auto own = red_up_to(tests, step);
  const auto others = red_up_to(mistake.tests, step);
  const auto caught = own.find(mistake.header.caught_by);
  if (caught == own.end() || caught->second->reason != mistake.header.as) return false;
  double all = 0;
  double shared = 0;
  for (const auto& [name, test] : own) {
    all += worth_of(name);
    const auto other = others.find(name);
    if (other != others.end() && other->second->reason == test->reason) shared += worth_of(name);
  }
  return shared >= kSharedReasons * all;
}

double Resemblance::likeness(const std::vector<TestState>& tests,
                             const KnownMistake& mistake) const {
  const int step = first_red_step(tests);
  const auto own = red_up_to(tests, step);
  const auto others = red_up_to(mistake.tests, step);
  double all = 0;
  double same = 0;
  std::set<std::string_view> names;
  for (const auto& [name, test] : own) names.insert(name);
  for (const auto& [name, test] : others) names.insert(name);
  for (const auto& name : names) {
    const double worth = worth_of(name);
    const auto left = own.find(name);
    const auto right = others.find(name);
    all += left == own.end() ? kFailsThereOnly * worth : worth;
    if (left == own.end() || right == others.end()) continue;
    const auto& one = *left->second;
    const auto& other = *right->second;
    if (!is_one_reason(one, other)) {
      same += worth * kOtherReason;
      continue;
    }
    double likeness = alike(one, other);
    if (one.schedule.empty() && other.schedule.empty()) {
      const auto count = at_assertion_.find({std::string(name), one.line});
      likeness = worth_of_assertion(count == at_assertion_.end() ? 1 : count->second);
    }
    same += worth * (kSameReason + kSameSchedule * likeness);
  }
  if (own.empty()) return 0;
  const double tests_alike = all > 0 && !others.empty() ? same / all : 0;
  const auto caught_alike = alike_as_caught(own, mistake);
  return caught_alike ? (1 - kAsCaught) * tests_alike + kAsCaught * *caught_alike : tests_alike;
}

std::optional<Resemblance::Found> Resemblance::nearest(const std::vector<TestState>& tests,
                                                       const std::string& without) const {
  std::vector<Found> found;
  for (const auto& mistake : known_) {
    if (mistake.name == without || !could_be(tests, mistake)) continue;
    found.push_back({&mistake, likeness(tests, mistake)});
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &Found::likeness);
  if (found.empty() || found[0].likeness < kNear) return std::nullopt;
  const auto& best = found[0];
  const double apart = best.likeness >= kSame ? kApartWhenSame : kApart;
  bool seconded = best.likeness >= kAlone;
  for (std::size_t i = 1; i < found.size() && best.likeness - found[i].likeness < apart; ++i) {
    if (!are_of_one_kind(*best.mistake, *found[i].mistake)) return std::nullopt;
    seconded = true;
  }
  if (!seconded) return std::nullopt;
  return best;
}

}  // namespace workshop::runner
