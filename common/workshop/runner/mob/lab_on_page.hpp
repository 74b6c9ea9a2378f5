#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/runner/catalog/step_places.hpp"
#include "workshop/runner/guide/material.hpp"
#include "workshop/runner/mob/room_questions.hpp"

namespace workshop::runner {

/// What a room sees of a lab beside its tests.
struct LabOnPage {
  struct Step {
    int number = 0;
    std::string title;              ///< "book a payment once"
    std::string text;               ///< Markdown
    std::vector<int> lines;         ///< of the file to edit, where its TODOs stand
    std::vector<StepPlace> places;  ///< the functions that it asks for
    int mob_minutes = 0;            ///< that it is meant to take a mob
  };
  Lab lab;
  std::string file;    ///< the one to edit, from the root
  std::string next;    ///< the lab that comes after it, "09, outbox"; empty: all others are solved
  std::string header;  ///< that says what its functions promise; empty: there is none
  std::string source;  ///< the text of `file`, as it was saved last
  std::string contract;  ///< the text of `header`
  std::string intro;     ///< Markdown: what has happened, the goal, what to know
  std::vector<Step> steps;
  std::vector<LabQuestion> questions;  ///< for after green; last, those of the lab's page
  std::vector<MistakeQuestion> asks;   ///< while tests are red, and between steps
  std::vector<StepQuestion> of_steps;  ///< before anybody has an answer
  KnownFailures known;                 ///< how its tests fail on what is known of it
  std::string deck;  ///< "2-correctness.html#/lab-08"; empty: its part has no lecture on it
  bool deck_is_made = false;  ///< in build/slides
};

/// Reads README, NOTES and lectures; what is not there or cannot be read is left out.
LabOnPage read_lab_on_page(const Project& project, const Lab& lab);

/// Reads the file to edit again, and where its TODOs and functions stand; whether it has changed.
bool read_source_again(LabOnPage& page);

/// As JSON, for the page.
std::string to_json(const LabOnPage& lab);

/// A file as people name it who have the whole checkout open: from its root, where it is in it.
std::string from_root(const Project& project, const std::filesystem::path& file);

/// Whether the slides of its part are there.
bool deck_is_made(const Project& project, const LabOnPage& lab);

/// The folder in which `slides` puts the parts.
std::filesystem::path slides_folder(const Project& project);

}  // namespace workshop::runner
