#include "workshop/runner/printing/proof.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace {

using protocol::counted;

constexpr std::string_view kOwn = "proved as far as";
constexpr std::string_view kWider = "proved up to ";

// "25 tests: the 18 of check, and 7 harder ones"
std::string tests_of(const RunResult& results) {
  const auto harder = static_cast<std::uint64_t>(std::ranges::count_if(
      results.tests, [](const TestResult& test) { return test.has_tag("exam"); }));
  const auto all = static_cast<std::uint64_t>(results.tests.size());
  return fmt::format("{}: the {} of check, and {} harder {}", counted(all, "test"), all - harder,
                     harder, harder == 1 ? "one" : "ones");
}

// "3 faults, 2 preemptions": the widest that any of `notes` is complete in; "" where none is.
std::string widest_in(const std::vector<std::string>& notes) {
  std::string widest;
  for (const auto& note : notes) {
    if (!note.starts_with(kWider)) continue;
    const auto bounds = note.substr(kWider.size(), note.find_first_of("(;") - kWider.size());
    // Figures of one digit: more is never tried.
    widest = std::max(widest, std::string(trimmed(bounds)));
  }
  return widest;
}

std::string duration_in_words(std::chrono::milliseconds time) {
  return fmt::format("{:.3g} s", static_cast<double>(time.count()) / 1000);
}

Conclusion refusal(const ProofOf& of, const TestResult& failure) {
  Conclusion no;
  no.says = fmt::format("No: {} is not right.", of.label);
  no.lines.push_back({"Fails:", fmt::format("\"{}\"", failure.name)});
  no.lines.push_back(
      {"Why:", failure.has_tag("exam")
                   ? "it is one of the harder tests, which check leaves out; its story is above"
                   : "a test of check; prove tries more faults and preemptions than check does, "
                     "and its story is above"});
  no.lines.push_back({"Took:", duration_in_words(of.duration)});
  no.lines.push_back({"Next:", "mend what the story shows, then " + of.command});
  return no;
}

}  // namespace

ProofCounts counts_of(const std::vector<std::string>& notes) {
  ProofCounts counts;
  for (const auto& note : notes) {
    if (note.starts_with(kOwn)) {
      ++counts.promised;
    } else if (note.starts_with(kWider) && note.find("; ") == std::string::npos) {
      ++counts.further;
    } else {
      ++counts.stopped;
    }
  }
  return counts;
}

std::vector<std::string> summary_of(const ProofCounts& counts) {
  const auto all = counted(counts.all(), "exploration") + ", and none of them fails";
  constexpr std::string_view kFurther =
      "complete, with more faults and preemptions than check tries";
  constexpr std::string_view kPromised = "complete, and the test asks for no more";
  constexpr std::string_view kStopped = "complete as check is; the clock ended the search for more";
  std::vector<std::string> lines = {all + " (--all lists them):"};
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) lines.push_back(fmt::format("{} {}", count, what));
    if (count == counts.all()) lines = {fmt::format("{}: all {} (--all lists them)", all, what)};
  };
  add(counts.further, kFurther);
  add(counts.promised, kPromised);
  add(counts.stopped, kStopped);
  return lines;
}

std::string readable(const std::string& note) {
  const auto behind = [&](std::string_view begin) { return note.substr(begin.size()); };
  constexpr std::string_view kOwnIt = "proved as far as it is promised: it ";
  constexpr std::string_view kUntriedIt =
      "wider bounds were not tried, since the time was over; it ";
  if (note.starts_with(kOwnIt)) return behind(kOwnIt) + "; the test asks for no more";
  if (note.starts_with(kUntriedIt)) return behind(kUntriedIt) + "; no time was left to try more";
  if (!note.starts_with(kWider)) return note;
  const bool complete = note.find("; ") == std::string::npos;
  return fmt::format("holds up to {}{}", behind(kWider),
                     complete ? ", more than the test asks for" : "");
}

Conclusion conclusion_of(const ProofOf& of, const RunResult& results) {
  if (const auto* failure = first_failure(results)) return refusal(of, *failure);
  std::vector<std::string> notes;
  for (const auto& test : results.tests) {
    notes.insert(notes.end(), test.exploration_notes.begin(), test.exploration_notes.end());
  }
  const auto counts = counts_of(notes);
  Conclusion yes;
  yes.holds = true;
  yes.says = fmt::format("Yes: {} is proved, within the bounds of its tests.", of.label);
  yes.lines.push_back({"Proved:", tests_of(results)});
  if (const auto widest = widest_in(notes); counts.further > 0 && !widest.empty()) {
    yes.lines.push_back({"Bounds:", fmt::format("up to {}, as each test says above", widest)});
  }
  yes.lines.push_back({"Took:", duration_in_words(of.duration)});
  if (counts.stopped > 0) {
    yes.lines.push_back(
        {"Not proved:",
         fmt::format("{} of {} had more to try when the clock ended {} (after {:.3g} s at most), "
                     "and had found nothing wrong until then",
                     counts.stopped, counted(counts.all(), "exploration"),
                     counts.stopped == 1 ? "it" : "them",
                     static_cast<double>(of.time_s) / protocol::explore_word::kProveShares)});
    yes.lines.push_back(
        {"More:", fmt::format("{} --time {}, if you like; or go on", of.command, 4 * of.time_s)});
  } else {
    yes.lines.push_back(
        {"Not proved:", "what is beyond these bounds: more messages, faults and preemptions"});
  }
  return yes;
}

void print_conclusion(Console& console, const Conclusion& conclusion) {
  console.line(conclusion.holds ? console.green(conclusion.says) : console.red(conclusion.says));
  std::size_t width = 0;
  for (const auto& [label, text] : conclusion.lines) width = std::max(width, label.size() + 1);
  for (const auto& [label, text] : conclusion.lines) {
    auto begin = label + std::string(width - label.size(), ' ');
    const auto room = console.style().width - std::min(console.style().width / 2, width + 2);
    for (const auto& part : wrapped(text, room)) {
      console.line("  " + begin + part);
      begin.assign(width, ' ');
    }
  }
}

}  // namespace workshop::runner
