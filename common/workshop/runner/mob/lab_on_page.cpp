#include "workshop/runner/mob/lab_on_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "workshop/runner/guide/mistake_index.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/slides/questions.hpp"

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

/// What stands between the title and the first step.
std::string intro_of(std::string_view readme) {
  std::string text;
  bool inside = false;
  for (const auto& line : lines_of(readme)) {
    if (inside && line.starts_with("## ")) break;
    if (inside) text += line + "\n";
    inside = inside || line.starts_with("# ");
  }
  return std::string(trimmed(text));
}

/// The paragraph with which the page ends, or nothing: "**Before you go on:** what …?".
std::string before_you_go_on(std::string_view readme) {
  std::string text;
  for (const auto& line : lines_of(readme)) {
    const bool begins = line.starts_with("**Before you go on:**");
    if (!begins && text.empty()) continue;
    if (trimmed(line).empty()) break;
    text += (text.empty() ? "" : " ") + line;
  }
  return text;
}

/// The file to edit as it is handed out, as far as the history of git has it.
std::string skeleton_or(const Project& project, const Lab& lab, const std::string& source) {
  try {
    return skeleton_of(project, lab);
  } catch (const UserError&) {
    return source;
  }
}

/// The answer to what the lab's page asks last, "A: …" below "## Before you go on".
std::string last_answer(std::string_view questions) {
  const auto text = section_of(questions, {"Before you go on"});
  const auto begin = text.find("A: ");
  if (begin == std::string::npos) return {};
  auto answer = std::string(trimmed(std::string_view(text).substr(begin + 3)));
  std::ranges::replace(answer, '\n', ' ');
  return answer;
}

/// In the order of the solution's list, which begins with what people write most.
std::vector<MistakeQuestion> asks_of(const Lab& lab, const KnownFailures& known) {
  const auto listed =
      listed_mistakes(read_file(lab.solution / "CMakeLists.txt").value_or(std::string()));
  const auto place_of = [&](const GuideMistake& mistake) {
    return std::ranges::find(listed, mistake.name,
                             [](const std::string& file) {
                               return std::filesystem::path(file).stem().string();
                             }) -
           listed.begin();
  };
  auto mistakes = mistakes_with_headers(lab);
  std::ranges::stable_sort(mistakes, {}, place_of);
  std::vector<MistakeQuestion> asks;
  for (const auto& each : mistakes) {
    const auto& header = each.header;
    const auto shape = known.mistakes.find(each.name);
    asks.push_back({header.as, header.caught_by, header.ask, header.answer, header.mistake,
                    shape == known.mistakes.end() ? std::string() : shape->second});
  }
  return asks;
}

/// At most so much of a file is sent to a page: somebody may save anything.
constexpr std::size_t kShownBytesMax = 100'000;
std::string shown_text(const std::string& text) { return text.substr(0, kShownBytesMax); }

}  // namespace

std::filesystem::path slides_folder(const Project& project) {
  return project.root() / "build" / "slides";
}

std::string from_root(const Project& project, const std::filesystem::path& file) {
  const auto relative = file.lexically_relative(project.root()).generic_string();
  return relative.empty() || relative.starts_with("..") ? project.shown(file) : relative;
}

LabOnPage read_lab_on_page(const Project& project, const Lab& lab) {
  LabOnPage page;
  page.lab = lab;
  const auto labs = project.labs();
  const auto* next = next_open(labs, Progress::load(project), lab.number);
  if (next != nullptr) page.next = next->padded_number() + ", " + next->title;
  const auto readme = read_file(lab.folder / "README.md").value_or("");
  page.intro = intro_of(readme);
  std::string skeleton;
  if (!lab.sources.empty()) {
    page.file = from_root(project, lab.sources.front());
    page.source = read_file(lab.sources.front()).value_or("");
    skeleton = skeleton_or(project, lab, page.source);
    auto header = lab.sources.front();
    header.replace_extension(".hpp");
    if (std::filesystem::exists(header)) {
      page.header = from_root(project, header);
      page.contract = read_file(header).value_or("");
    }
  }
  for (const auto& step : lab.steps) {
    page.steps.push_back({step.number, step.title, text_of_step(readme, step.number),
                          lines_of_step(page.source, step.number),
                          places_of_step(skeleton, step.number), step.mob_minutes});
    find_places(page.steps.back().places, page.source);
  }
  try {
    auto material = read_material(project, lab);
    page.questions = std::move(material.debrief);
    page.deck = slides_address(material);
  } catch (const UserError&) {  // slides are being written; the lab is what counts
  }
  const auto questions = read_file(lab.solution / "questions.md").value_or("");
  if (auto last = before_you_go_on(readme); !last.empty()) {
    page.questions.push_back({std::move(last), last_answer(questions)});
  }
  page.known = read_known_failures(lab);
  try {
    page.of_steps = read_step_questions(questions);
    page.asks = asks_of(lab, page.known);
  } catch (const UserError&) {  // mistakes are being written
  }
  page.deck_is_made = deck_is_made(project, page);
  return page;
}

bool read_source_again(LabOnPage& page) {
  if (page.lab.sources.empty()) return false;
  auto source = read_file(page.lab.sources.front());
  if (!source || *source == page.source) return false;
  page.source = std::move(*source);
  for (auto& step : page.steps) {
    step.lines = lines_of_step(page.source, step.number);
    find_places(step.places, page.source);
  }
  return true;
}

bool deck_is_made(const Project& project, const LabOnPage& lab) {
  const auto file = lab.deck.substr(0, lab.deck.find('#'));
  return !file.empty() && std::filesystem::exists(slides_folder(project) / file);
}

std::string to_json(const LabOnPage& page) {
  json::array steps;
  for (const auto& step : page.steps) {
    json::array places;
    for (const auto& each : step.places) {
      if (each.first == 0) continue;
      places.push_back(
          json::object{{"function", each.function}, {"first", each.first}, {"last", each.last}});
    }
    steps.push_back(json::object{{"number", step.number},
                                 {"title", step.title},
                                 {"text", step.text},
                                 {"lines", json::array(step.lines.begin(), step.lines.end())},
                                 {"places", std::move(places)},
                                 {"mob_minutes", step.mob_minutes}});
  }
  json::array questions;
  for (const auto& each : page.questions) {
    questions.push_back(json::object{{"question", each.question}, {"answer", each.answer}});
  }
  json::array asks;
  for (const auto& each : page.asks) {
    asks.push_back(json::object{{"sign", each.sign},
                                {"test", each.test},
                                {"question", each.question},
                                {"answer", each.answer},
                                {"mistake", each.mistake}});
  }
  const json::object told = {
      {"number", page.lab.number},
      {"title", page.lab.title},
      {"part", page.lab.part},
      {"file", page.file},
      {"header", page.header},
      {"source", shown_text(page.source)},
      {"contract", shown_text(page.contract)},
      {"next", page.next},
      {"intro", page.intro},
      {"steps", std::move(steps)},
      {"questions", std::move(questions)},
      {"asks", std::move(asks)},
      {"deck", page.deck},
      {"slides", page.deck_is_made ? json::value("/slides/" + page.deck) : json::value()}};
  return json::serialize(told);
}

}  // namespace workshop::runner
