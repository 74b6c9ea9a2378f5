#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <sstream>

#include "workshop/explore/story/story.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/testing/explored.hpp"
#include "world/generated.hpp"
#include "world/situations.hpp"

namespace comparison {
namespace {

using explore::Ended;

struct Found {
  std::string name;  ///< of what breaks, or ""
  std::string cell;  ///< of the page's table
  std::string story;
};

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : what.ends_with("ch") ? "es" : "s");
}

Verdict verdict_of(const Variant& variant, Situation situation) {
  using enum explore::Invariant;
  auto scenario = variant.scenario(situation);
  set_bounds(scenario, situation);
  auto& invariants = scenario.scenario().expectations.invariants;
  for (const auto one :
       {exactly_one_effect, no_ghost_message, no_lost_message, no_premature_message}) {
    invariants.add(one);
  }
  if (situation == Situation::other_bytes) invariants.add(consistent_output);
  return explore::explore(scenario.scenario());
}

Found found_by(const Variant& variant, Situation situation) {
  const auto verdict = verdict_of(variant, situation);
  const auto& bounds = verdict.report.bounds;
  if (verdict.holds()) {
    CHECK(verdict.report.ended == Ended::exhausted);
    return {"",
            fmt::format("holds ({}, {})", counted(bounds.faults_max, "fault"),
                        counted(bounds.preemptions_max, "switch")),
            ""};
  }
  const auto& name = verdict.failure->violation->name;
  explore::StoryOptions options;
  auto story = explore::story_of(*verdict.failure, options);
  story.resize(std::min(story.size(), story.rfind("\nreplay:")));
  return {name, fmt::format("**{}** in {}", name, counted(verdict.failure->steps.size(), "step")),
          story};
}

// Whether the algorithm, mended or broken, fails where the first variant holds, or holds where it
// fails.
bool some_verdict_changes(const std::vector<Variant>& variants) {
  const auto& first = variants.front().expected;
  return std::any_of(variants.begin(), variants.end(), [&](const Variant& variant) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      const auto& other = variant.expected[i];
      if (first[i] != "-" && other != "-" && first[i].empty() != other.empty()) return true;
    }
    return false;
  });
}

// Lines that say what the algorithm does: no comments, no includes, none without a letter.
std::size_t code_lines_count(const std::string& source) {
  std::size_t count = 0;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find_first_not_of(' ');
    if (first == std::string::npos || line[first] == '#') continue;
    if (line.compare(first, 2, "//") == 0) continue;
    if (line.find_first_not_of(" {}();") != std::string::npos) ++count;
  }
  return count;
}

std::string table_head(const std::vector<Variant>& variants) {
  std::string names = "| situation |";
  std::string rule = "|---|";
  for (const auto& variant : variants) {
    names += " " + variant.name + " |";
    rule += "---|";
  }
  return names + "\n" + rule + "\n";
}

/// Fails with the execution that a slide shows: `shown` is "kept for 5 minutes: lease expiry".
void show(const std::vector<Variant>& variants, const std::string& shown) {
  for (const auto& variant : variants) {
    for (const auto situation : kSituations) {
      if (shown != fmt::format("{}: {}", variant.name, name_of(situation))) continue;
      REQUIRE_EXPLORED(verdict_of(variant, situation));
      return;
    }
  }
  FAIL("no variant in a situation is called \"" << shown << "\"");
}

}  // namespace

void check_page(const std::string& page, const std::vector<Variant>& variants, Situation told) {
  using process::environment_if_set;
  if (const auto shown = environment_if_set(protocol::variable::kComparison)) {
    return show(variants, *shown);
  }
  auto part = table_head(variants);
  std::string story;
  for (std::size_t i = 0; i < kSituations.size(); ++i) {
    const auto situation = kSituations[i];
    part += fmt::format("| {} |", name_of(situation));
    for (const auto& variant : variants) {
      if (variant.expected[i] == "-") {
        part += " – |";
        continue;
      }
      INFO(page << ", " << variant.name << ", " << name_of(situation));
      const auto found = found_by(variant, situation);
      INFO(found.story);
      CHECK(found.name == variant.expected[i]);
      part += " " + found.cell + " |";
      if (situation == told && story.empty()) story = found.story;
    }
    part += "\n";
  }
  if (!story.empty()) {
    part += fmt::format("\n{}, the shortest execution that fails:\n\n```text\n{}\n```\n",
                        name_of(told), story);
  }
  CHECK(some_verdict_changes(variants));
  CHECK(code_lines_count(read_file(page + "/handler.hpp")) <= 60);
  check_part(page + "/README.md", part);
}

}  // namespace comparison
