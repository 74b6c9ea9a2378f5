#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/slides/lecture.hpp"
#include "workshop/runner/slides/pieces.hpp"

namespace workshop::runner {

/// A step of a lab, as its README and its hints tell.
struct GuideStep {
  int number = 0;
  std::string title;               ///< "book a payment once"
  std::string time;                ///< as the heading says it: "12 minutes"
  int minutes = 0;                 ///< the first number of `time`; 0 without one
  std::vector<std::string> hints;  ///< Markdown
};

/// A mistake of a lab with what its file says of it.
struct GuideMistake {
  std::string name;
  MistakeHeader header;
};

/// A question with the answer that usually comes.
struct GuideQuestion {
  std::string question;
  std::string answer;  ///< Markdown; may be empty
};

/// What a slide's notes say, by their keys; empty where they say nothing.
struct SpeakerNotes {
  std::string say;  ///< before the question
  std::string ask;
  std::string usual_answer;
  std::string say_then;  ///< after the question
  std::string show;
  std::string cut;
};

/// Reads the notes of a slide: paragraphs that begin with "Say:", "Ask:" and so on. Several of one
/// key are put one after the other.
SpeakerNotes read_notes(std::string_view notes);

/// Everything that a page of the instructor's guide is made of.
struct LabMaterial {
  Lab lab;
  std::string goal;               ///< of the README
  std::string clock;              ///< when the room does what, by the agenda; empty: it does not
  std::vector<Lecture> lectures;  ///< that stand before the lab, in their order
  GuideQuestion opening;          ///< the first question of its lectures
  std::string opening_said;       ///< what is said before it
  std::vector<GuideStep> steps;
  std::vector<GuideMistake> commonest;  ///< the first three of the solution's list
  std::vector<GuideQuestion> debrief;   ///< of the NOTES, in their order
  std::string bridge;                   ///< where the lab leads
  /// What is shown live: the first failing execution of a lecture, else of the first mistake.
  std::optional<ShownExecution> demonstration;
  SpeakerNotes said_with_it;  ///< the notes of its slide
};

/// Reads a lab's README, hints, NOTES, mistakes and lectures. Throws UserError as read_parts does.
LabMaterial read_material(const Project& project, const Lab& lab);

/// A sentence for each thing that a page of the guide needs and `material` lacks.
std::vector<std::string> missing_from(const LabMaterial& material);

// How it reads its sources.

/// The text under the heading "## NAME" of a Markdown file, for the first of `names` that is there.
std::string section_of(std::string_view markdown, const std::vector<std::string>& names);

/// The questions of a section of NOTES: items or paragraphs that begin with a question in bold or
/// italics, each with the text up to the next one.
std::vector<GuideQuestion> read_questions(std::string_view section);

/// The steps of a README ("## Step 1: its title (12 minutes)") with their hints.
std::vector<GuideStep> read_steps(std::string_view readme, std::string_view hints);

}  // namespace workshop::runner
