#include "workshop/runner/mistakes/known_failures.hpp"

#include <fmt/core.h>

#include <regex>
#include <set>

#include "workshop/protocol/programs.hpp"
#include "workshop/protocol/schedules.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
using protocol::Variant;
namespace {

constexpr std::string_view kBetween = " => ";
constexpr std::string_view kOfSkeleton = "skeleton: ";

// Ids that are drawn at random are others in the next run.
std::string without_ids(std::string_view words) {
  static const std::regex id("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  return std::regex_replace(std::string(words), id, "…");
}

}  // namespace

std::string shape_of_failure(std::string_view schedule, std::string_view words) {
  if (schedule.empty()) return without_ids(trimmed(words.substr(0, words.find('\n'))));
  const auto outline = protocol::outline_of(schedule);
  std::set<char> processes;
  for (const auto& step : outline.steps) processes.insert(step.process);
  const auto colon = schedule.find(':');
  const auto at = schedule.find('@');
  std::string shape = "0 messages";
  if (colon != std::string_view::npos && at != std::string_view::npos && at > colon) {
    const auto count = schedule.substr(colon + 1, at - colon - 1);
    shape = fmt::format("{} message{}", count, count == "1" ? "" : "s");
  }
  shape += processes.size() == 1 ? ", 1 process" : fmt::format(", {} processes", processes.size());
  for (const auto& fault : outline.faults) shape += ", " + fault;
  return shape + ", at " + outline.deciding_operation;
}

std::string words_of_failure(const TestResult& test) {
  if (test.todo) return "TODO(step " + std::to_string(test.todo_step) + "): " + *test.todo;
  if (!test.invariant.empty()) return test.invariant;
  if (test.exception) return "exception: " + *test.exception;
  return test.failures.empty() ? test.reason() : test.failures.front();
}

std::string shape_of_failure(const TestResult& test) {
  return shape_of_failure(test.schedule, words_of_failure(test));
}

KnownFailures failures_in(const Lab& lab, const fs::path& build_folder) {
  KnownFailures known;
  if (lab.solution.empty()) return known;
  const auto folder = build_folder / "labs" / lab.folder.filename();
  const auto results_of = [](const fs::path& of_program, const Variant& variant, const Lab& of) {
    const auto name = protocol::name_of({of.padded_number(), variant});
    return read_results(read_file(of_program / "expect" / (name + ".jsonl")).value_or(""));
  };
  for (const auto& test : results_of(folder, {}, lab).tests) {
    if (test.ended && test.failed()) known.skeleton[test.name] = shape_of_failure(test);
  }
  for (const auto& file : lab.mistake_files()) {
    const auto text = read_file(file);
    if (!text) continue;
    const auto name = file.stem().string();
    const auto caught_by = read_mistake_header(*text, header_form_of(file)).caught_by;
    const Variant variant = {.solution = false, .mistake = name};
    for (const auto& test : results_of(folder / "solution", variant, lab).tests) {
      if (test.name != caught_by || !test.ended || !test.failed()) continue;
      known.mistakes[name] = shape_of_failure(test);
    }
  }
  return known;
}

std::filesystem::path known_failures_file(const Lab& lab) {
  return lab.solution / "executions.txt";
}

KnownFailures read_known_failures(const Lab& lab) {
  KnownFailures known;
  if (lab.solution.empty()) return known;
  for (const auto& line : lines_of(read_file(known_failures_file(lab)).value_or(""))) {
    const auto between = line.find(kBetween);
    if (line.starts_with('#') || between == std::string::npos) continue;
    const auto name = line.substr(0, between);
    const auto shape = line.substr(between + kBetween.size());
    if (name.starts_with(kOfSkeleton)) {
      known.skeleton[name.substr(kOfSkeleton.size())] = shape;
    } else {
      known.mistakes[name] = shape;
    }
  }
  return known;
}

std::string to_text(const KnownFailures& known) {
  std::string text =
      "# How tests fail on the skeleton and on each mistake. Written from their results by\n"
      "# WORKSHOP_UPDATE_EXECUTIONS=1 scripts/workshop inspect resemblance\n";
  for (const auto& [name, shape] : known.skeleton) {
    text += fmt::format("{}{}{}{}\n", kOfSkeleton, name, kBetween, shape);
  }
  for (const auto& [name, shape] : known.mistakes) {
    text += fmt::format("{}{}{}\n", name, kBetween, shape);
  }
  return text;
}

}  // namespace workshop::runner
