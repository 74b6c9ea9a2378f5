#include "workshop/runner/printing/proof.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

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

// Whether the clock ended the search beyond the test's own bounds.
bool is_stopped(const std::string& note) {
  return note.find("; ") != std::string::npos || !note.starts_with(kWider);
}

// "3 faults, 2 preemptions": up to where the explorations went that ended beyond their tests'
// bounds, the least and the most; "" where none did.
std::string bounds_beyond(const std::vector<std::string>& notes) {
  std::set<std::string> bounds;
  for (const auto& note : notes) {
    if (!note.starts_with(kWider) || is_stopped(note)) continue;
    const auto messages = note.find(" message");
    const auto from = messages == std::string::npos ? kWider.size() : note.find(", ", messages) + 2;
    bounds.emplace(trimmed(note.substr(from, note.find(" (") - from)));
  }
  if (bounds.empty()) return {};
  // In the order of their figures, which have one digit: more is never tried.
  return bounds.size() == 1
             ? *bounds.begin()
             : fmt::format("{} at least, {} at most", *bounds.begin(), *bounds.rbegin());
}

std::string duration_in_words(std::chrono::milliseconds time) {
  return fmt::format("{:.3g} s", static_cast<double>(time.count()) / 1000);
}

// The explorations that the tests make, by how far they came: each is in one of these lines.
void add_bounds(const ProofCounts& counts, const std::vector<std::string>& notes, Conclusion& yes) {
  if (counts.all() == 0) return;
  yes.lines.push_back(
      {"Explored:", fmt::format("they make {}, each complete as far as its test asks",
                                counted(counts.all(), "exploration"))});
  const auto add = [&](std::size_t count, const std::string& what) {
    if (count > 0) yes.lines.push_back({"", fmt::format("{}: {}", count, what)});
  };
  add(counts.further, "further than their tests ask for, up to " + bounds_beyond(notes));
  add(counts.promised, "up to the bounds that their tests fix");
  add(counts.stopped, "as far as their tests ask for; the clock ended the search for more");
}

Conclusion refusal(const ProofOf& of, const TestResult& failure) {
  Conclusion no;
  no.says = fmt::format("No: {} is not right.", of.label);
  no.lines.push_back({"Fails:", fmt::format("\"{}\"", failure.name)});
  const std::string shown = failure.story.empty() ? "what it has found" : "its story";
  no.lines.push_back(
      {"Why:",
       (failure.has_tag("exam")
            ? "it is one of the harder tests, which check leaves out; "
            : "a test of check; prove tries more faults and preemptions than check does; ") +
           shown + " is above"});
  no.lines.push_back({"Took:", duration_in_words(of.duration)});
  no.lines.push_back(
      {"Next:", fmt::format("mend what {}, then {}",
                            failure.story.empty() ? "it says" : "the story shows", of.again)});
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

std::vector<std::string> summary_of(const ProofCounts& counts, std::string_view how_to_list) {
  const auto all = counted(counts.all(), "exploration") + ", and none of them fails";
  const auto listed = how_to_list.empty() ? std::string() : fmt::format(" ({})", how_to_list);
  constexpr std::string_view kFurther =
      "complete, with more faults and preemptions than check tries";
  constexpr std::string_view kPromised = "complete, and the test asks for no more";
  constexpr std::string_view kStopped = "complete as check is; the clock ended the search for more";
  std::vector<std::string> lines = {all + listed + ":"};
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) lines.push_back(fmt::format("{} {}", count, what));
    if (count == counts.all()) lines = {fmt::format("{}: all {}{}", all, what, listed)};
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
  const auto holds = "holds up to " + behind(kWider);
  if (!is_stopped(note)) return holds + ", more than the test asks for";
  const auto end = holds.find("; ");
  return holds.substr(0, end) + " (complete)" + holds.substr(end);
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
  add_bounds(counts, notes, yes);
  yes.lines.push_back({"Took:", duration_in_words(of.duration)});
  if (counts.stopped > 0) {
    yes.lines.push_back(
        {"Not proved:",
         fmt::format(
             "what is beyond these bounds; and in {} what the search for more had still to try "
             "when the clock ended it, after {:.3g} s at most: nothing wrong was found until then",
             counts.stopped == 1 ? "one exploration" : counted(counts.stopped, "exploration"),
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
    console.labelled("  " + label + std::string(width - label.size(), ' '), text);
  }
}

}  // namespace workshop::runner
