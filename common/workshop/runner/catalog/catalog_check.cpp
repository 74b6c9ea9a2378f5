#include "workshop/runner/catalog/catalog_check.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/mob/room_questions.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/hints.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

using protocol::counted;

constexpr const char* kKeys[] = {"title", "part", "day",      "alone",        "mob",
                                 "room",  "late", "concepts", "prerequisites"};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

constexpr std::size_t kScreenColumns = 80;

/// The numbers N of the lines that begin with `prefix` and a number.
std::vector<int> numbers_after(const std::string& text, std::string_view prefix) {
  std::vector<int> numbers;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with(prefix)) numbers.push_back(std::atoi(line.c_str() + prefix.size()));
  }
  return numbers;
}

/// The words of `text`, without what stands between them.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80U) {
      words.back() += static_cast<char>(std::tolower(byte));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// The first `count` words in a row that both texts have; "": there are none.
std::string same_words(std::string_view one, std::string_view other, std::ptrdiff_t count) {
  const auto here = words_in(one);
  const auto there = words_in(other);
  for (auto from = here.begin(); here.end() - from >= count; ++from) {
    if (std::search(there.begin(), there.end(), from, from + count) != there.end()) {
      return fmt::format("{}", fmt::join(from, from + count, " "));
    }
  }
  return {};
}

/// Checks one lab; collects sentences.
class LabCheck {
 public:
  LabCheck(const Project& project, const Lab& lab, const CatalogDemands& demands,
           std::vector<std::string>& errors)
      : project_(project), lab_(lab), demands_(demands), errors_(errors) {}

  void run(const std::set<int>& numbers) {
    const auto readme = text_of(lab_.folder / "README.md");
    check_front_matter(numbers);
    check_readme(readme);
    const auto steps = numbers_after(readme, "## Step ");
    check_hints(steps);
    check_tests(steps);
    check_solution();
    check_mistakes();
  }

 private:
  void wrong(const fs::path& file, const std::string& what) {
    const auto shown = file.lexically_relative(project_.root()).generic_string();
    errors_.push_back(shown + ": " + what);
  }

  std::string text_of(const fs::path& file) {
    auto text = read_file(file);
    if (!text) wrong(file, "is missing");
    return text.value_or("");
  }

  void check_front_matter(const std::set<int>& numbers) {
    const auto file = lab_.folder / "README.md";
    auto values = front_matter(file);
    for (const auto* key : kKeys) {
      if (values[key].empty()) wrong(file, fmt::format("the front matter has no \"{}\"", key));
      values.erase(key);
    }
    for (const auto& [key, value] : values) {
      wrong(file, fmt::format("the front matter has a \"{}\" that nobody reads", key));
    }
    if (!lab_.day || *lab_.day < 1 || *lab_.day > 2) wrong(file, "the day is neither 1 nor 2");
    check_minutes(file);
    for (const auto number : lab_.prerequisites) {
      if (number >= lab_.number || !numbers.contains(number)) {
        wrong(file, fmt::format("the prerequisite {:02} is no earlier lab", number));
      }
    }
  }

  void check_minutes(const fs::path& file) {
    for (const auto& what : lab_.steps_wrong) wrong(file, "in the front matter " + what);
    if (!lab_.steps_wrong.empty()) return;
    const auto readme = text_of(file);
    for (const auto& step : lab_.steps) {
      const bool further = step.room.form == RoomPlan::Form::further;
      if (step.alone_minutes > demands_.step_minutes_max && !further) {
        wrong(file, fmt::format("step {} takes {} minutes alone, more than {}; split it, give more "
                                "of its code, or let the room leave it out (room: further)",
                                step.number, step.alone_minutes, demands_.step_minutes_max));
      }
      const auto times =
          fmt::format("({} minutes alone, {} as a mob)", step.alone_minutes, step.mob_minutes);
      if (!contains(readme, fmt::format("\n## Step {}: {} {}\n", step.number, step.title, times))) {
        wrong(file, fmt::format("the heading of step {} does not end with \"{}\", as \"alone\" and "
                                "\"mob\" in the front matter say",
                                step.number, times));
      }
    }
  }

  void check_length(const fs::path& file, const std::string& readme) {
    const auto lines = lines_of(readme);
    if (lines.empty()) return;
    const auto second_dashes = std::find(lines.begin() + 1, lines.end(), "---");
    if (second_dashes == lines.end()) return;
    std::size_t count = 0;
    for (auto line = second_dashes + 1; line != lines.end(); ++line) {
      count += std::max<std::size_t>(1, (columns_of(*line) + kScreenColumns - 1) / kScreenColumns);
    }
    if (count > demands_.readme_lines_max) {
      wrong(file, fmt::format("it takes {} lines of {} columns, and two screens have {}", count,
                              kScreenColumns, demands_.readme_lines_max));
    }
  }

  void check_readme(const std::string& readme) {
    const auto file = lab_.folder / "README.md";
    check_length(file, readme);
    if (!contains(readme, fmt::format("\n# Lab {}: {}\n", lab_.padded_number(), lab_.title))) {
      wrong(file, fmt::format("its heading is not \"# Lab {}: {}\", as the front matter says",
                              lab_.padded_number(), lab_.title));
    }
    for (const auto* part : {"**Goal:**", "**What you may change:**", "\n## Step 1: ",
                             "\n## How to run\n", "\n## What green looks like\n"}) {
      if (!contains(readme, part)) wrong(file, fmt::format("it has no \"{}\"", trimmed(part)));
    }
    const auto edited = edited_file();
    const auto change = readme.find("**What you may change:**");
    if (change != std::string::npos &&
        !contains(std::string_view(readme).substr(change, 300), edited)) {
      wrong(file, "\"What you may change\" does not name " + edited);
    }
    const auto command = fmt::format("scripts/workshop check {}", lab_.number);
    if (!contains(readme, command)) wrong(file, "it does not say \"" + command + "\"");
  }

  /// "src/payments_handler.cpp": the first of the lab's SOURCES.
  std::string edited_file() {
    const auto text = text_of(lab_.folder / "CMakeLists.txt");
    const auto begin = text.find_first_not_of(" \n", text.find("SOURCES") + 7);
    return begin == std::string::npos
               ? ""
               : text.substr(begin, text.find_first_of(" \n)", begin) - begin);
  }

  /// The failing execution chooses a hint by the words in its heading.
  void check_words_of_hints(const fs::path& file) {
    try {
      const auto hints = read_hints(text_of(file));
      if (std::none_of(hints.begin(), hints.end(), [](const auto& h) { return h.has_words(); })) {
        wrong(file, "no hint says which failure it is for, as in \"### Hint 3 (lost message)\"");
      }
      for (const auto& hint : hints) {
        for (const auto& earlier : hints) {
          if (earlier.step != hint.step || earlier.number >= hint.number) continue;
          const auto again = same_words(earlier.text, hint.text, demands_.hint_words_again);
          if (again.empty()) continue;
          wrong(file, fmt::format("step {}, hint {} says again what hint {} says: {}", hint.step,
                                  hint.number, earlier.number, again));
        }
      }
    } catch (const UserError& error) {
      wrong(file, error.what());
    }
  }

  void check_hints(const std::vector<int>& steps) {
    const auto file = lab_.folder / "hints.md";
    std::vector<std::size_t> counts;
    std::vector<int> hinted;
    for (const auto& line : lines_of(text_of(file))) {
      if (line.starts_with("## Step ")) {
        hinted.push_back(std::atoi(line.c_str() + 8));
        counts.push_back(0);
      }
      if (line.starts_with("### Hint ") && !counts.empty()) ++counts.back();
    }
    if (fs::exists(file)) check_words_of_hints(file);
    if (hinted != steps) {
      wrong(file, fmt::format("it has hints for the steps {}, and README.md has the steps {}",
                              fmt::join(hinted, ", "), fmt::join(steps, ", ")));
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] < demands_.hints_min) {
        wrong(file, fmt::format("step {} has {}, not at least {}", hinted[i],
                                counted(counts[i], "hint"), demands_.hints_min));
      }
    }
  }

  void check_tests(const std::vector<int>& steps) {
    std::set<int> tagged;
    for (const auto& file : fs::directory_iterator(lab_.folder / "tests")) {
      if (file.path().extension() != ".cpp") continue;
      const auto text = text_of(file.path());
      for (auto at = text.find("[step"); at != std::string::npos; at = text.find("[step", at + 1)) {
        if (const auto step = std::atoi(text.c_str() + at + 5); step > 0) tagged.insert(step);
      }
    }
    if (tagged != std::set<int>(steps.begin(), steps.end())) {
      wrong(lab_.folder / "tests",
            fmt::format("they are tagged with the steps {}, and README.md has the steps {}",
                        fmt::join(tagged, ", "), fmt::join(steps, ", ")));
    }
  }

  void check_solution() {
    if (lab_.solution.empty()) {
      wrong(lab_.folder, "it has no solution");
      return;
    }
    text_of(lab_.solution / "NOTES.md");
    check_questions();
    const auto edited = edited_file();
    const auto changed =
        lines_changed(text_of(lab_.folder / edited), text_of(lab_.solution / edited));
    if (changed == 0 || changed >= demands_.lines_changed_max) {
      wrong(lab_.solution / edited,
            fmt::format("it changes {} of the lab, not 1 to {}", counted(changed, "line"),
                        demands_.lines_changed_max - 1));
    }
  }

  /// What a room is asked before anybody has an answer.
  void check_questions() {
    const auto file = lab_.solution / "questions.md";
    try {
      const auto questions = read_step_questions(text_of(file));
      for (const auto& step : lab_.steps) {
        if (std::ranges::find(questions, step.number, &StepQuestion::step) != questions.end())
          continue;
        wrong(file, fmt::format("step {} has no question", step.number));
      }
      for (const auto& each : questions) {
        if (each.question.starts_with("Suppose ")) continue;
        wrong(file, fmt::format("step {}: a question begins with its situation, \"Suppose …\": {}",
                                each.step, each.question));
      }
    } catch (const UserError& error) {
      wrong(file, error.what());
    }
  }

  void check_mistakes() {
    if (lab_.solution.empty()) return;
    const auto mistakes = lab_.mistake_files();
    if (mistakes.size() < demands_.mistakes_min) {
      wrong(lab_.solution / "mistakes",
            fmt::format("{}, not at least {}", counted(mistakes.size(), "mistake"),
                        demands_.mistakes_min));
    }
  }

  const Project& project_;
  const Lab& lab_;
  const CatalogDemands& demands_;
  std::vector<std::string>& errors_;
};

}  // namespace

std::size_t lines_changed(std::string_view before, std::string_view after) {
  const auto lines_that_count = [](std::string_view text) {
    std::vector<std::string> lines;
    for (const auto& line : lines_of(text)) {
      const auto inner = trimmed(line);
      if (!inner.empty() && !inner.starts_with("//")) lines.emplace_back(inner);
    }
    return lines;
  };
  const auto old_lines = lines_that_count(before);
  const auto new_lines = lines_that_count(after);
  // The length of the longest common subsequence, row by row.
  std::vector<std::size_t> common(new_lines.size() + 1, 0);
  for (const auto& line : old_lines) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < new_lines.size(); ++j) {
      const auto above = common[j + 1];
      common[j + 1] = line == new_lines[j] ? diagonal + 1 : std::max(above, common[j]);
      diagonal = above;
    }
  }
  return new_lines.size() - common.back();
}

std::vector<std::string> check_catalog(const Project& project, const CatalogDemands& demands) {
  std::vector<std::string> errors;
  const auto labs = project.labs();
  std::set<int> numbers;
  for (const auto& lab : labs) {
    if (!numbers.insert(lab.number).second) {
      errors.push_back(fmt::format("labs/: there are two labs {}", lab.padded_number()));
    }
  }
  for (int number = 1; number <= demands.labs_count; ++number) {
    if (!numbers.contains(number))
      errors.push_back(fmt::format("labs/: there is no lab {:02}", number));
  }
  std::size_t mistakes_count = 0;
  const Lab* previous = nullptr;
  std::set<std::string> parts;
  for (const auto& lab : labs) {
    LabCheck(project, lab, demands, errors).run(numbers);
    mistakes_count += lab.mistake_files().size();
    if (previous != nullptr && lab.day < previous->day) {
      errors.push_back(
          fmt::format("lab {} is on an earlier day than the one before", lab.padded_number()));
    }
    if ((previous == nullptr || lab.part != previous->part) && !parts.insert(lab.part).second) {
      errors.push_back(
          fmt::format("lab {}: part \"{}\" was over already", lab.padded_number(), lab.part));
    }
    previous = &lab;
  }
  if (mistakes_count < demands.mistakes_in_all_min) {
    errors.push_back(fmt::format("solutions/: {} in all, not at least {}",
                                 counted(mistakes_count, "mistake"), demands.mistakes_in_all_min));
  }
  return errors;
}

}  // namespace workshop::runner
