#include "workshop/runner/guide/material.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "workshop/runner/agenda/agenda.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kCommonestCount = 3;

/// Adds `line` to `text`, behind a blank.
void add_line(std::string& text, std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return;
  if (!text.empty()) text += ' ';
  text += line;
}

/// The paragraph of `markdown` that begins with `start`, in one line and without it.
std::string paragraph_after(std::string_view markdown, std::string_view start) {
  std::string text;
  bool in_it = false;
  for (const auto& line : lines_of(markdown)) {
    if (line.starts_with(start)) {
      in_it = true;
      add_line(text, std::string_view(line).substr(start.size()));
    } else if (in_it) {
      if (trimmed(line).empty()) break;
      add_line(text, line);
    }
  }
  return text;
}

/// The end of the question that `line` begins with, behind its closing sign; 0: it begins with
/// none.
std::size_t end_of_question(std::string_view line) {
  const std::string_view sign = line.starts_with("**") ? "**" : line.starts_with("*") ? "*" : "";
  if (sign.empty()) return 0;
  const auto close = line.find(sign, sign.size());
  if (close == std::string_view::npos || line[close - 1] != '?') return 0;
  return close + sign.size();
}

/// The whole question may stand on two lines: they are read as one.
std::vector<std::string> paragraphs_of(std::string_view section) {
  std::vector<std::string> paragraphs;
  bool open = false;
  for (const auto& line : lines_of(section)) {
    const bool begins = line.starts_with("- ") || line.starts_with("* ");
    if (trimmed(line).empty()) {
      open = false;
    } else if (!open || begins) {
      paragraphs.emplace_back(line);
      open = true;
    } else {
      paragraphs.back() += "\n" + line;
    }
  }
  return paragraphs;
}

std::string single_line(std::string_view text) {
  std::string line;
  for (const auto& each : lines_of(text)) add_line(line, each);
  return line;
}

/// The lectures before a lab: first the one that is called as the lab is, then those on later
/// steps.
std::vector<Lecture> lectures_before(const Project& project, const Lab& lab) {
  std::vector<Lecture> lectures;
  for (auto& part : read_parts(project)) {
    for (auto& lecture : part.lectures) {
      if (lecture.lab == lab.number) lectures.push_back(std::move(lecture));
    }
  }
  std::stable_partition(lectures.begin(), lectures.end(), [&](const Lecture& lecture) {
    return lecture.file.stem() == lab.folder.filename();
  });
  return lectures;
}

/// The notes with the question that a lecture opens with.
SpeakerNotes opening_of(const std::vector<Lecture>& lectures) {
  for (const auto& lecture : lectures) {
    for (const auto& slide : lecture.slides) {
      auto notes = read_notes(slide.notes);
      if (!notes.ask.empty()) return notes;
    }
  }
  return {};
}

std::vector<GuideMistake> commonest_of(const Lab& lab) {
  std::vector<GuideMistake> commonest;
  const auto lists = read_file(lab.solution / "CMakeLists.txt").value_or("");
  for (const auto& file : listed_mistakes(lists)) {
    const auto path = lab.solution / file;
    if (path.extension() != ".diff") continue;  // a whole file is another lab's algorithm
    const auto text = read_file(path).value_or("");
    commonest.push_back({path.stem().string(), read_mistake_header(text, HeaderForm::plain)});
    if (commonest.size() == kCommonestCount) break;
  }
  return commonest;
}

/// Sets what is shown live, and what is said with it.
void find_demonstration(const Project& project, LabMaterial& material) {
  for (const auto& lecture : material.lectures) {
    for (const auto& slide : lecture.slides) {
      for (const auto& line : lines_of(slide.body)) {
        if (!line.starts_with("@execution ")) continue;
        const auto execution = read_execution(project, read_directive(line));
        if (execution.lab.number != material.lab.number || !execution.schedule.empty()) continue;
        material.demonstration = execution;
        material.said_with_it = read_notes(slide.notes);
        return;
      }
    }
  }
  if (material.commonest.empty()) return;
  const auto& mistake = material.commonest.front();
  material.demonstration = ShownExecution{.lab = material.lab,
                                          .variant = {.solution = false, .mistake = mistake.name},
                                          .test = mistake.header.caught_by,
                                          .schedule = {}};
}

/// "14:36 lecture, 14:43 step 1 alone, 14:55 step 1 as a mob, until 15:01".
std::string clock_of(const std::vector<AgendaDay>& days, const Lab& lab) {
  const auto time = [](int minutes) { return fmt::format("{}:{:02}", minutes / 60, minutes % 60); };
  std::string text;
  int end = 0;
  for (const auto& day : days) {
    for (const auto& entry : day.entries) {
      if (entry.lab != lab.number) continue;
      const auto what = [&]() -> std::string {
        switch (entry.kind) {
          case AgendaEntry::Kind::alone:
            return fmt::format("step {} alone", entry.step);
          case AgendaEntry::Kind::mob:
            return fmt::format("step {} as a mob", entry.step);
          case AgendaEntry::Kind::shown:
            return fmt::format("step {} shown", entry.step);
          default:
            return "lecture";
        }
      };
      text += fmt::format("{} {}, ", time(entry.start), what());
      end = entry.start + entry.minutes;
    }
  }
  return text.empty() ? text : text + "until " + time(end);
}

std::string bridge_of(const Project& project, const Lab& lab, std::string_view readme,
                      std::string_view notes) {
  auto bridge = paragraph_after(readme, "**Before you go on:**");
  if (!bridge.empty()) bridge[0] = static_cast<char>(std::toupper(bridge[0]));
  if (bridge.empty()) bridge = std::string(trimmed(section_of(notes, {"What comes next"})));
  for (const auto& next : project.labs()) {
    if (next.number != lab.number + 1) continue;
    const auto opening = opening_of(lectures_before(project, next));
    if (!bridge.empty()) bridge += "\n\n";
    bridge += fmt::format("Next is lab {}, {}. It opens with: *{}*", next.padded_number(),
                          next.title, opening.ask);
    return bridge;
  }
  if (!bridge.empty()) bridge += "\n\n";
  return bridge + "This is the last lab. Next is the closing: products, and a design of your own.";
}

}  // namespace

SpeakerNotes read_notes(std::string_view notes) {
  SpeakerNotes read;
  const std::pair<std::string_view, std::string*> keys[] = {
      {"Say:", &read.say},   {"Ask:", &read.ask}, {"Usual answer:", &read.usual_answer},
      {"Show:", &read.show}, {"Cut:", &read.cut}, {"Source:", nullptr}};
  std::string* open = nullptr;
  for (const auto& line : lines_of(notes)) {
    std::string_view rest = line;
    for (const auto& [key, text] : keys) {
      if (!line.starts_with(key)) continue;
      open = text == &read.say && !read.ask.empty() ? &read.say_then : text;
      rest = std::string_view(line).substr(key.size());
    }
    if (open != nullptr) add_line(*open, rest);
  }
  return read;
}

std::string section_of(std::string_view markdown, const std::vector<std::string>& names) {
  std::string text;
  bool in_it = false;
  for (const auto& line : lines_of(markdown)) {
    if (line.starts_with("## ")) {
      if (in_it) break;
      in_it = std::find(names.begin(), names.end(), line.substr(3)) != names.end();
    } else if (in_it) {
      text += line + "\n";
    }
  }
  return text;
}

std::vector<GuideQuestion> read_questions(std::string_view section) {
  std::vector<GuideQuestion> questions;
  for (const auto& paragraph : paragraphs_of(section)) {
    const auto begin = paragraph.starts_with("- ") ? std::size_t{2} : std::size_t{0};
    const auto line = single_line(std::string_view(paragraph).substr(begin));
    const auto end = end_of_question(line);
    if (end > 0) {
      const std::size_t sign = line.starts_with("**") ? 2 : 1;
      questions.push_back({line.substr(sign, end - 2 * sign),
                           std::string(trimmed(std::string_view(line).substr(end)))});
    } else if (!questions.empty()) {
      questions.back().answer += "\n\n" + paragraph;
    }
  }
  return questions;
}

std::vector<GuideStep> read_steps(std::string_view readme, std::string_view hints) {
  std::vector<GuideStep> steps;
  for (const auto& line : lines_of(readme)) {
    if (!line.starts_with("## Step ")) continue;
    auto& step = steps.emplace_back();
    step.number = std::atoi(line.c_str() + 8);
    const auto colon = std::min(line.find(": "), line.size() - 2);
    const auto bracket = line.ends_with(")") ? line.rfind(" (") : std::string::npos;
    step.title = line.substr(
        colon + 2, bracket == std::string::npos ? std::string::npos : bracket - colon - 2);
    if (bracket == std::string::npos) continue;
    step.time = line.substr(bracket + 2, line.size() - bracket - 3);
    const auto digit = std::min(step.time.find_first_of("0123456789"), step.time.size());
    step.minutes = std::atoi(step.time.c_str() + digit);
  }
  std::vector<std::string>* open = nullptr;
  for (const auto& line : lines_of(hints)) {
    if (line.starts_with("## ")) open = nullptr;
    if (line.starts_with("## Step ")) {
      for (auto& step : steps) {
        if (step.number == std::atoi(line.c_str() + 8)) open = &step.hints;
      }
    } else if (open != nullptr && line.starts_with("### ")) {
      open->emplace_back();
    } else if (open != nullptr && !open->empty()) {
      open->back() += line + "\n";
    }
  }
  return steps;
}

LabMaterial read_material(const Project& project, const Lab& lab) {
  const auto readme = read_file(lab.folder / "README.md").value_or("");
  const auto notes = read_file(lab.solution / "NOTES.md").value_or("");
  LabMaterial material;
  material.lab = lab;
  material.goal = paragraph_after(readme, "**Goal:**");
  material.lectures = lectures_before(project, lab);
  const auto opening = opening_of(material.lectures);
  material.opening = {opening.ask, opening.usual_answer};
  material.opening_said = opening.say;
  material.steps = read_steps(readme, read_file(lab.hints).value_or(""));
  material.commonest = commonest_of(lab);
  material.debrief = read_questions(section_of(notes, {"Questions to discuss", "Discussion"}));
  material.bridge = bridge_of(project, lab, readme, notes);
  material.clock = clock_of(agenda_of(project), lab);
  find_demonstration(project, material);
  return material;
}

std::vector<std::string> missing_from(const LabMaterial& material) {
  std::vector<std::string> missing;
  const auto want = [&](bool there, const std::string& what) {
    const auto lab = material.lab.folder.filename().string();
    if (!there) missing.push_back(fmt::format("{}: the guide finds no {}", lab, what));
  };
  const auto& lectures = material.lectures;
  want(!lectures.empty(), "lecture in slides/ that stands before it");
  want(!lectures.empty() && !lectures.front().objective.empty(), "objective of its lecture");
  want(!material.goal.empty(), "\"**Goal:**\" in README.md");
  want(!material.opening.question.empty(), "question (Ask:) in the notes of its lecture");
  want(!material.steps.empty(), "\"## Step 1: … (N minutes)\" in README.md");
  for (const auto& step : material.steps) {
    want(step.minutes > 0, fmt::format("minutes of step {} in README.md", step.number));
    want(step.hints.size() >= 3, fmt::format("three hints for step {}", step.number));
  }
  want(material.commonest.size() == kCommonestCount, "three mistakes in the solution's list");
  want(material.debrief.size() >= 2,
       "two questions in bold or italics under \"Questions to discuss\" or \"Discussion\" in "
       "NOTES.md");
  want(material.demonstration.has_value(), "execution to show");
  return missing;
}

}  // namespace workshop::runner
