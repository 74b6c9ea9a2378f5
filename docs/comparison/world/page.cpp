#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "workshop/explore/story/story.hpp"
#include "world/situations.hpp"

namespace comparison {
namespace {

using explore::Ended;

constexpr std::string_view kBegin = "<!-- what the test found -->\n";
constexpr std::string_view kEnd = "<!-- end of what the test found -->\n";

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

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The file with `part` between the two marks; as it is when it has no marks.
std::string with_part(std::string text, const std::string& part) {
  const auto begin = text.find(kBegin);
  const auto end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) return text;
  return text.replace(begin, end - begin, std::string(kBegin) + part);
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

}  // namespace

void check_page(const std::string& page, const std::vector<Variant>& variants, Situation told) {
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
  const auto path = std::string(COMPARISON_FOLDER) + "/" + page + "/README.md";
  const auto text = read(path);
  REQUIRE(text.find(kBegin) != std::string::npos);
  if (std::getenv("WORKSHOP_UPDATE_COMPARISON") != nullptr) {
    std::ofstream(path) << with_part(text, part);
    return;
  }
  INFO("WORKSHOP_UPDATE_COMPARISON=1 writes the page as it shall be");
  CHECK(text == with_part(text, part));
}

}  // namespace comparison
