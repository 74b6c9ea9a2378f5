#include "workshop/runner/mob/lab_on_page.hpp"

#include <boost/json.hpp>

#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace json = boost::json;
namespace {

/// The text under "## Step N", without its heading.
std::string text_of_step(std::string_view readme, int step) {
  const auto heading = "## Step " + std::to_string(step);
  std::string text;
  bool inside = false;
  for (const auto& line : lines_of(readme)) {
    if (line.starts_with("## ")) {
      const bool begins = line.starts_with(heading) &&
                          (line.size() == heading.size() || line[heading.size()] == ':');
      if (inside && !begins) break;
      inside = begins;
    } else if (inside) {
      text += line + "\n";
    }
  }
  return std::string(trimmed(text));
}

std::string deck_of(const Project& project, const Lab& lab) {
  if (!std::filesystem::exists(project.root() / "slides")) return {};
  for (const auto& part : read_parts(project)) {
    for (const auto& lecture : part.lectures) {
      if (lecture.lab == lab.number) return part.name + ".html";
    }
  }
  return {};
}

}  // namespace

std::filesystem::path slides_folder(const Project& project) {
  return project.root() / "build" / "slides";
}

LabOnPage read_lab_on_page(const Project& project, const Lab& lab) {
  LabOnPage page;
  page.lab = lab;
  const auto readme = read_file(lab.folder / "README.md").value_or("");
  for (const auto& step : lab.steps) {
    page.steps.push_back({step.number, step.title, text_of_step(readme, step.number)});
  }
  try {
    auto material = read_material(project, lab);
    page.goal = std::move(material.goal);
    page.questions = std::move(material.debrief);
    page.deck = deck_of(project, lab);
  } catch (const UserError&) {  // slides are being written; the lab is what counts
  }
  page.deck_is_made =
      !page.deck.empty() && std::filesystem::exists(slides_folder(project) / page.deck);
  return page;
}

std::string to_json(const LabOnPage& page) {
  json::array steps;
  for (const auto& step : page.steps) {
    steps.push_back(
        json::object{{"number", step.number}, {"title", step.title}, {"text", step.text}});
  }
  json::array questions;
  for (const auto& each : page.questions) {
    questions.push_back(json::object{{"question", each.question}, {"answer", each.answer}});
  }
  const json::object told = {
      {"number", page.lab.number},
      {"title", page.lab.title},
      {"part", page.lab.part},
      {"goal", page.goal},
      {"steps", std::move(steps)},
      {"questions", std::move(questions)},
      {"slides", page.deck_is_made ? json::value("/slides/" + page.deck) : json::value()}};
  return json::serialize(told);
}

}  // namespace workshop::runner
