#include "workshop/runner/printing/where_to_work.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "workshop/runner/catalog/step_places.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {
namespace {

/// The line in which a failure names a place of `file`, such as "Receipts.tla:78"; 0: in none.
std::size_t line_named_in(const TestResult& failure, const std::string& file) {
  for (const auto& text : failure.failures) {
    const auto at = text.find(file + ":");
    if (at == std::string::npos) continue;
    return std::strtoul(text.c_str() + at + file.size() + 1, nullptr, 10);
  }
  return 0;
}

/// "1 of 2, book the payment".
std::string step_in_words(const Lab& lab, int step) {
  const auto found = std::ranges::find(lab.steps, step, &StepTimes::number);
  if (found == lab.steps.end()) return {};
  return fmt::format("{} of {}, {}", step, lab.steps.size(), found->title);
}

struct Place {
  std::size_t line = 0;                ///< 0: not known
  std::vector<std::string> functions;  ///< one of them is it, where the line is not known
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Adds the functions that `source` has a TODO of the step in, or before.
void add_functions(std::vector<std::string>& names, const std::string& source, int step) {
  for (const auto& each : places_of_step(source, step)) {
    if (!contains(names, each.function)) names.push_back(each.function);
  }
}

/// The lab's file as it is handed out; "" where its history is not here.
std::string skeleton_or_none(const Project& project, const Lab& lab) {
  try {
    return skeleton_of(project, lab);
  } catch (const UserError&) {
    return {};
  }
}

/// Where a failure shows may be in code that is right, so it only tells which of the step's
/// functions it is.
Place place_in(const Project& project, const Lab& lab, const std::filesystem::path& source,
               const TestResult& failure, int step) {
  const auto file = source.filename().string();
  const auto text = read_file(source).value_or("");
  const auto function_at = [&](std::size_t line) {
    return function_around(text, static_cast<int>(line));
  };
  if (const auto named = line_named_in(failure, file); named > 0) {
    return {named, {function_at(named)}};
  }
  const auto shows = deciding_line(failure, file);
  const auto shows_in = shows > 0 ? function_at(shows) : std::string();
  const auto todo = find_todo(source, step, shows);
  std::vector<std::string> functions;
  add_functions(functions, text, step);
  const bool is_done = functions.empty() || (shows > 0 && !contains(functions, shows_in));
  if (is_done && source == lab.sources.front()) {
    add_functions(functions, skeleton_or_none(project, lab), step);
  }
  if (shows > 0 && contains(functions, shows_in)) {
    return {todo && function_at(*todo) == shows_in ? *todo : shows, {shows_in}};
  }
  if (todo && (functions.size() < 2 || failure.todo)) return {*todo, {function_at(*todo)}};
  return {0, functions};
}

}  // namespace

void print_begin(Console& console, const Project& project, const Lab& lab, int step) {
  console.paragraph(console.bold(fmt::format("Lab {}, {}", lab.padded_number(), lab.title)));
  if (!lab.goal.empty()) console.labelled("Goal:  ", lab.goal);
  if (const auto words = step_in_words(lab, step); !words.empty()) {
    console.labelled("Step:  ", words);
  }
  console.labelled("Page:  ", project.shown(lab.folder / "README.md"));
}

void print_where_to_edit(Console& console, const Project& project, const Lab& lab,
                         const TestResult& failure) {
  if (lab.sources.empty()) return;
  const int step = failure.todo ? failure.todo_step : failure.step();
  if (const auto words = step_in_words(lab, step); !words.empty()) {
    console.labelled("Step:  ", words);
  }
  for (const auto& source : lab.sources) {
    auto [line, functions] = place_in(project, lab, source, failure, step);
    std::erase(functions, "");
    if (line == 0 && functions.empty()) continue;
    auto words = "edit " + project.shown(source);
    if (line > 0) words += fmt::format(":{}", line);
    if (!functions.empty()) words += fmt::format(", in {}", fmt::join(functions, " or "));
    return console.labelled(console.bold("Next:  "), words);
  }
  console.labelled(console.bold("Next:  "), "edit " + project.shown(lab.sources.front()));
}

}  // namespace workshop::runner
