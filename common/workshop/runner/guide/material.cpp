#include "workshop/runner/guide/material.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "workshop/runner/agenda/agenda.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/mob/room_questions.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/slides/deck.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kCommonestCount = 3;
constexpr int kCommonestOfStep = 2;

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

/// Calls `with` for each execution of the lab that a slide of its lectures shows.
template <class With>
void for_each_execution(const Project& project, const LabMaterial& material, With&& with) {
  for (const auto& lecture : material.lectures) {
    for (const auto& slide : lecture.slides) {
      for (const auto& line : lines_of(slide.body)) {
        if (!line.starts_with("@execution ")) continue;
        const auto execution = read_execution(project, read_directive(line));
        if (execution.lab.number == material.lab.number) with(slide, execution);
      }
    }
  }
}

/// The mistake that the notes' command shows: "scripts/workshop check 8 --mistake early_return".
std::string mistake_shown_by(const SpeakerNotes& notes) {
  constexpr std::string_view kOption = " --mistake ";
  const auto at = notes.show.find(kOption);
  if (at == std::string::npos) return {};
  const auto begin = at + kOption.size();
  return notes.show.substr(begin, notes.show.find_first_of(" `", begin) - begin);
}

/// Sets what is shown live, and what is said with it.
void find_demonstration(const Project& project, LabMaterial& material) {
  for (const auto& lecture : material.lectures) {
    const auto* slide = first_slide(lecture, SlideSource::When::demonstration);
    if (slide == nullptr) continue;
    material.demonstration_slide = slide->title;
    material.said_with_it = read_notes(slide->notes);
    for_each_execution(project, material, [&](const SlideSource& each, const ShownExecution& it) {
      if (&each == slide && it.schedule.empty()) material.demonstration = it;
    });
    const auto mistake = mistake_shown_by(material.said_with_it);
    if (!material.demonstration && !mistake.empty()) {
      const auto header = read_mistake_header(
          read_file(mistake_file(material.lab, mistake)).value_or(""), HeaderForm::plain);
      material.demonstration = ShownExecution{.lab = material.lab,
                                              .variant = {.solution = false, .mistake = mistake},
                                              .product = {},
                                              .test = header.caught_by,
                                              .schedule = {},
                                              .fails = header.as,
                                              .found = {}};
    }
    return;
  }
}

/// Which slide shows which of the commonest mistakes.
void find_slides_of_mistakes(const Project& project, LabMaterial& material) {
  for_each_execution(project, material, [&](const SlideSource& slide, const ShownExecution& it) {
    for (auto& mistake : material.commonest) {
      if (mistake.name != it.variant.mistake || it.found.empty()) continue;
      mistake.slide = slide.title;
      mistake.found = it.found;
    }
  });
}

/// A lecture is one row, or three when something is demonstrated in it.
void add_lecture_rows(std::vector<ClockRow>& rows, const AgendaEntry& entry) {
  const auto before = entry.demonstration_after;
  const auto shown = entry.demonstration_minutes;
  const auto behind = entry.minutes - before - shown;
  const auto add = [&](double after, double minutes, const std::string& what) {
    if (minutes > 0) rows.push_back({entry.start + static_cast<int>(after), minutes, what});
  };
  add(0, before, "lecture: " + entry.title);
  add(before, shown, "demonstration");
  add(before + shown, behind, before > 0 ? "lecture, the rest" : "lecture: " + entry.title);
}

std::vector<ClockRow> clock_of_lab(const std::vector<AgendaDay>& days, const Lab& lab) {
  std::vector<ClockRow> rows;
  for (const auto& day : days) {
    for (const auto& entry : day.entries) {
      if (entry.lab != lab.number) continue;
      const auto step = [&](const char* how) {
        rows.push_back({entry.start, static_cast<double>(entry.minutes),
                        fmt::format("step {} {}", entry.step, how)});
      };
      switch (entry.kind) {
        case AgendaEntry::Kind::lecture:
          add_lecture_rows(rows, entry);
          break;
        case AgendaEntry::Kind::alone:
          step("alone");
          if (entry.reading_minutes == 0) break;
          rows.back().what += fmt::format(" (of these {} to read)", entry.reading_minutes);
          break;
        case AgendaEntry::Kind::mob:
          step("as a mob");
          break;
        case AgendaEntry::Kind::shown:
          step("shown");
          break;
        case AgendaEntry::Kind::debrief:
          rows.push_back({entry.start, static_cast<double>(entry.minutes), "debrief"});
          break;
        case AgendaEntry::Kind::pause:
          break;
      }
    }
  }
  return rows;
}

std::string deck_of(const Project& project, const Lab& lab) {
  for (const auto& part : read_parts(project)) {
    for (const auto& lecture : part.lectures) {
      if (lecture.lab == lab.number) return part.name;
    }
  }
  return {};
}

bool is_worked_on(const StepTimes& step) {
  return step.room.form != RoomPlan::Form::further && step.room.form != RoomPlan::Form::shown;
}

bool room_works_on(const Lab& lab) {
  return std::any_of(lab.steps.begin(), lab.steps.end(), is_worked_on);
}

bool room_works_on(const Lab& lab, int step) {
  return std::any_of(lab.steps.begin(), lab.steps.end(), [&](const StepTimes& each) {
    return each.number == step && is_worked_on(each);
  });
}

/// What a room does with a step that is green before it begins.
void find_what_is_green(const Lab& lab, std::vector<GuideStep>& steps) {
  const auto questions =
      read_step_questions(read_file(lab.solution / "questions.md").value_or(std::string()));
  for (auto& step : steps) {
    const auto before = lab.solution / "steps" / fmt::format("{}.diff", step.number - 1);
    step.decided_before = declares_next(read_file(before).value_or(std::string()));
    for (const auto& each : questions) {
      if (each.step != step.number || each.sign != kGreenSign) continue;
      step.when_green = {each.question, each.answer};
    }
  }
}

/// ", at 15:22," of the lab that follows; ", tomorrow at 9:40," of another day's.
std::string when_next(const std::vector<AgendaDay>& days, const Lab& lab, const Lab& next) {
  const auto now = clock_of_lab(days, lab);
  const auto then = clock_of_lab(days, next);
  if (now.empty() || then.empty()) return {};
  const auto start = then.front().start;
  return fmt::format(", {}at {}:{:02},", start < now.front().start ? "tomorrow " : "", start / 60,
                     start % 60);
}

std::string bridge_of(const Project& project, const std::vector<AgendaDay>& days, const Lab& lab,
                      std::string_view readme, std::string_view notes) {
  auto bridge = paragraph_after(readme, "**Before you go on:**");
  if (!bridge.empty()) bridge[0] = static_cast<char>(std::toupper(bridge[0]));
  if (bridge.empty()) bridge = std::string(trimmed(section_of(notes, {"What comes next"})));
  for (const auto& next : project.labs()) {
    if (next.number != lab.number + 1) continue;
    const auto opening = opening_of(lectures_before(project, next));
    if (!bridge.empty()) bridge += "\n\n";
    bridge += fmt::format("Next{} is lab {}, {}. It opens with: *{}*", when_next(days, lab, next),
                          next.padded_number(), next.title, opening.ask);
    return bridge;
  }
  if (!bridge.empty()) bridge += "\n\n";
  return bridge + "This is the last lab. Next is the closing: products, and a design of your own.";
}

}  // namespace

std::pair<std::size_t, std::size_t> failures_of_step(const std::vector<GuideMistake>& mistakes,
                                                     int step) {
  std::size_t executions = 0;
  std::size_t assertions = 0;
  for (const auto& mistake : mistakes) {
    if (mistake.step != step) continue;
    const auto& as = mistake.header.as;
    const bool has_story = as != "assertion" && as != "exception" && as != "not deterministic";
    ++(has_story ? executions : assertions);
  }
  return {executions, assertions};
}

std::vector<GuideMistake> commonest_of(const std::vector<GuideMistake>& all,
                                       const std::string& shown_live) {
  std::vector<GuideMistake> commonest;
  std::map<int, int> of_step;
  for (const auto& mistake : all) {
    if (mistake.name == shown_live || mistake.is_whole_file) continue;
    const bool of_the_first = mistake.step > 0 && of_step[mistake.step] < kCommonestOfStep;
    if (commonest.size() >= kCommonestCount && !of_the_first) continue;
    ++of_step[mistake.step];
    commonest.push_back(mistake);
  }
  std::stable_sort(commonest.begin(), commonest.end(),
                   [](const GuideMistake& a, const GuideMistake& b) { return a.step < b.step; });
  return commonest;
}

std::map<std::string, int> steps_of_tests(std::string_view source) {
  constexpr std::string_view kTag = "[step";
  std::map<std::string, int> steps;
  std::string last;    // the string before `text`
  std::string text;    // in quotes, joined with those that follow it at once
  bool joins = false;  // nothing but blanks since the last quotation
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '"') {
      joins = joins && std::isspace(static_cast<unsigned char>(source[i])) != 0;
      continue;
    }
    if (!joins) last = std::exchange(text, {});
    for (++i; i < source.size() && source[i] != '"'; ++i) {
      if (source[i] == '\\') ++i;
      if (i < source.size()) text += source[i];
    }
    joins = true;
    const auto at = text.find(kTag);
    if (at != std::string::npos) steps[last] = std::atoi(text.c_str() + at + kTag.size());
  }
  return steps;
}

std::vector<GuideMistake> mistakes_with_headers(const Lab& lab) {
  std::map<std::string, int> steps;
  if (const auto tests = lab.folder / "tests"; fs::exists(tests)) {
    for (const auto& entry : fs::recursive_directory_iterator(tests)) {
      if (entry.path().extension() != ".cpp") continue;
      steps.merge(steps_of_tests(read_file(entry.path()).value_or("")));
    }
  }
  std::vector<GuideMistake> mistakes;
  const auto lists = read_file(lab.solution / "CMakeLists.txt").value_or("");
  for (const auto& name : listed_mistakes(lists)) {
    const auto file = lab.solution / name;
    const auto form = header_form_of(file.filename());
    auto& mistake = mistakes.emplace_back();
    mistake.name = file.stem().string();
    mistake.header = read_mistake_header(read_file(file).value_or(""), form);
    mistake.is_whole_file = form == HeaderForm::comment;
    const auto step = steps.find(mistake.header.caught_by);
    mistake.step = step == steps.end() ? 0 : step->second;
  }
  return mistakes;
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

bool declares_next(std::string_view reference) {
  for (const auto& line : lines_of(reference)) {
    if (line.starts_with("--- ")) return false;
    if (line.starts_with("next: ")) return true;
  }
  return false;
}

const GuideMistake* mistake_to_break(const LabMaterial& material, int step) {
  const auto shown = material.demonstration ? material.demonstration->variant.mistake : "";
  for (const auto& each : material.mistakes) {
    if (each.step == step && !each.is_whole_file && each.name != shown) return &each;
  }
  return nullptr;
}

std::string slides_address(const LabMaterial& material) {
  if (material.lectures.empty()) return {};
  return fmt::format("{}.html#/{}", material.deck, anchor_of(material.lectures.front()));
}

std::string demonstration_command(const LabMaterial& material) {
  const auto& mistake = material.demonstration->variant.mistake;
  return fmt::format("scripts/workshop check {}{}", material.lab.number,
                     mistake.empty() ? "" : " --mistake " + mistake + " --no-diff");
}

std::size_t questions_asked(const LabMaterial& material) {
  std::size_t count = 0;
  for (const auto& lecture : material.lectures) {
    for (const auto& slide : lecture.slides) count += questions_on(slide).count;
  }
  return count;
}

LabMaterial read_material(const Project& project, const Lab& lab) {
  const auto readme = read_file(lab.folder / "README.md").value_or("");
  const auto notes = read_file(lab.solution / "NOTES.md").value_or("");
  LabMaterial material;
  material.lab = lab;
  material.goal = lab.goal;
  material.lectures = lectures_before(project, lab);
  const auto opening = opening_of(material.lectures);
  material.opening = {opening.ask, opening.usual_answer};
  material.opening_said = opening.say;
  material.steps = read_steps(readme, read_file(lab.hints).value_or(""));
  find_what_is_green(lab, material.steps);
  material.mistakes = mistakes_with_headers(lab);
  material.debrief = questions_of(lab);
  const auto days = agenda_of(project);
  material.bridge = bridge_of(project, days, lab, readme, notes);
  material.clock = clock_of_lab(days, lab);
  material.deck = deck_of(project, lab);
  find_demonstration(project, material);
  material.commonest = commonest_of(
      material.mistakes, material.demonstration ? material.demonstration->variant.mistake : "");
  find_slides_of_mistakes(project, material);
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
  for (const auto& step : material.steps) {
    if (step.number < 2 || !room_works_on(material.lab, step.number)) continue;
    want(mistake_to_break(material, step.number) != nullptr,
         fmt::format("mistake of step {}, for whom it is green before it begins", step.number));
    want(!step.decided_before || !step.when_green.question.empty(),
         fmt::format("\"## Step {} (green)\" in questions.md, for whom it is green before it "
                     "begins: steps/{}.diff says that step {} decides tests of it",
                     step.number, step.number - 1, step.number - 1));
  }
  want(material.commonest.size() >= kCommonestCount, "three mistakes in the solution's list");
  want(material.debrief.size() >= 2,
       "two questions in bold or italics under \"Questions to discuss\" or \"Discussion\" in "
       "NOTES.md");
  want(material.demonstration.has_value(),
       "slide with \"when: demonstration\" and an execution of the lab, or a command of it behind "
       "Show:");
  want(questions_asked(material) > 0 || !room_works_on(material.lab),
       "slide with \"when: debrief\" and @questions");
  return missing;
}

}  // namespace workshop::runner
