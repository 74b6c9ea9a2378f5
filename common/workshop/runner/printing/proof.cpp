#include "workshop/runner/printing/proof.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {
namespace {

using protocol::counted;

// "25 tests, the 18 of check and 7 harder ones"
std::string tests_of(const RunResult& results) {
  const auto harder = static_cast<std::uint64_t>(std::ranges::count_if(
      results.tests, [](const TestResult& test) { return test.has_tag("exam"); }));
  const auto all = static_cast<std::uint64_t>(results.tests.size());
  return fmt::format("{}: the {} of check, and {} harder {}", counted(all, "test"), all - harder,
                     harder, harder == 1 ? "one" : "ones");
}

}  // namespace

ProofCounts counts_of(const std::vector<std::string>& notes) {
  ProofCounts counts;
  for (const auto& note : notes) {
    if (note.starts_with("proved as far as")) {
      ++counts.promised;
    } else if (note.starts_with("proved up to") && note.find("; ") == std::string::npos) {
      ++counts.further;
    } else {
      ++counts.stopped;
    }
  }
  return counts;
}

std::string summary_of(const ProofCounts& counts) {
  auto words = counted(counts.all(), "exploration") + ":";
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) words += fmt::format("{} {} {}", words.ends_with(':') ? "" : ",", count, what);
  };
  add(counts.further, "proved beyond their own bounds");
  add(counts.promised, "proved within them, which is all that is promised");
  add(counts.stopped, "proved within them, and stopped by the clock beyond");
  return words + " (--all lists them)";
}

std::string conclusion_of(const std::string& label, const std::string& command, int time_s,
                          const RunResult& results) {
  if (const auto* failure = first_failure(results)) {
    const bool harder = failure->has_tag("exam");
    return fmt::format(
        "No: {} is not right. \"{}\" fails, {}. Next: mend what its story shows, then {}.", label,
        failure->name,
        harder ? "one of the harder tests, which check leaves out"
               : "a test of check, here with more faults and preemptions",
        command);
  }
  std::vector<std::string> notes;
  for (const auto& test : results.tests) {
    notes.insert(notes.end(), test.exploration_notes.begin(), test.exploration_notes.end());
  }
  const auto counts = counts_of(notes);
  const auto tests = tests_of(results);
  if (counts.stopped == 0) {
    return fmt::format("Yes: {} is proved, as far as each test says above ({}).", label, tests);
  }
  return fmt::format(
      "Yes: {} is proved as far as its tests promise ({}). Of {}, {} had more to try when "
      "{} share of the {} s was over ({:.3g} s at most for each), and had found nothing wrong. You "
      "may go on; {} --time {} tries more.",
      label, tests, counted(counts.all(), "exploration"), counts.stopped,
      counts.stopped == 1 ? "its" : "their", time_s,
      static_cast<double>(time_s) / protocol::explore_word::kProveShares, command, 4 * time_s);
}

}  // namespace workshop::runner
