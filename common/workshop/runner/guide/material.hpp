#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/slides/lecture.hpp"
#include "workshop/runner/slides/notes.hpp"
#include "workshop/runner/slides/pieces.hpp"
#include "workshop/runner/slides/questions.hpp"

namespace workshop::runner {

/// A step of a lab, as its README and its hints tell.
struct GuideStep {
  int number = 0;
  std::string title;               ///< "book a payment once"
  std::string time;                ///< as the heading says it: "12 minutes alone, 6 as a mob"
  int minutes = 0;                 ///< the first number of `time`; 0 without one
  std::vector<std::string> hints;  ///< Markdown
  /// The step before decides some of its tests: with another answer there they may be green before
  /// it begins.
  bool decided_before = false;
  LabQuestion when_green{};  ///< what to ask whoever is green then; empty: nothing of its own
};

/// A mistake of a lab with what its file says of it.
struct GuideMistake {
  std::string name;
  MistakeHeader header;
  int step = 0;                ///< of the test that catches it; 0: it is not known
  bool is_whole_file = false;  ///< another lab's algorithm, no difference
  std::string slide;           ///< that shows it in an execution: its title; empty: none does
  std::string found;           ///< the schedule of that execution
};

/// One thing that the room does with a lab, by the agenda.
struct ClockRow {
  int start = 0;       ///< minutes after midnight; a part of a lecture begins within its minute
  double minutes = 0;  ///< the rows of a lab add up
  std::string what;    ///< "lecture", "demonstration", "step 1 alone", "debrief"
};

/// Everything that a page of the instructor's guide is made of.
struct LabMaterial {
  Lab lab;
  std::string goal;               ///< of the README
  std::vector<ClockRow> clock;    ///< when the room does what, by the agenda
  std::string deck;               ///< where its slides are: "2-correctness"
  std::vector<Lecture> lectures;  ///< that stand before the lab, in their order
  LabQuestion opening;            ///< the first question of its lectures
  std::string opening_said;       ///< what is said before it
  std::vector<GuideStep> steps;
  std::vector<GuideMistake> mistakes;  ///< all of them, in the order of the solution's list
  /// The first three of that list without the one that is shown live, and the first two of each
  /// step; by their steps.
  std::vector<GuideMistake> commonest;
  std::vector<LabQuestion> debrief;  ///< of the NOTES, in their order
  std::string bridge;                ///< where the lab leads
  /// What is shown live, in the terminal or on the slide that is marked so: its execution, or what
  /// the command in its notes shows.
  std::optional<ShownExecution> demonstration;
  std::string demonstration_slide;  ///< the title of that slide
  SpeakerNotes said_with_it;        ///< its notes
};

/// Reads a lab's README, hints, NOTES, mistakes and lectures. Throws UserError as read_parts does.
LabMaterial read_material(const Project& project, const Lab& lab);

/// Where the lab's slides open, in build/slides: "2-correctness.html#/lab-08".
std::string slides_address(const LabMaterial& material);

/// The command that shows the demonstration, which is there:
/// "scripts/workshop check 8 --mistake early_return --no-diff".
std::string demonstration_command(const LabMaterial& material);

/// How many of the NOTES' questions the slides of its debriefs ask, each a minute.
std::size_t questions_asked(const LabMaterial& material);

/// A sentence for each thing that a page of the guide needs and `material` lacks.
std::vector<std::string> missing_from(const LabMaterial& material);

/// How many of the `mistakes` of a step fail with an execution, and how many as an assertion or an
/// exception, which have no story.
std::pair<std::size_t, std::size_t> failures_of_step(const std::vector<GuideMistake>& mistakes,
                                                     int step);

/// Those of `all` that a page tells of, as LabMaterial::commonest says; `shown_live` names one.
std::vector<GuideMistake> commonest_of(const std::vector<GuideMistake>& all,
                                       const std::string& shown_live);

/// The mistake that a room breaks its step with when it is green before the step begins: the first
/// of the step that is not shown live. Null: there is none.
const GuideMistake* mistake_to_break(const LabMaterial& material, int step);

// How it reads its sources.

/// True when the reference of the step before declares how tests of the next step fail
/// ("next: a test's name=garbage"): otherwise than on the skeleton.
bool declares_next(std::string_view reference);

/// The step of each test in a file of tests, by its name: `TEST_CASE("a name", "[step2]")`.
std::map<std::string, int> steps_of_tests(std::string_view source);

/// All mistakes of `lab` with what their files say, and the steps of the tests that catch them.
/// Throws UserError when a header cannot be read.
std::vector<GuideMistake> mistakes_with_headers(const Lab& lab);

/// The steps of a README ("## Step 1: its title (12 minutes alone, 6 as a mob)") with their hints.
std::vector<GuideStep> read_steps(std::string_view readme, std::string_view hints);

}  // namespace workshop::runner
