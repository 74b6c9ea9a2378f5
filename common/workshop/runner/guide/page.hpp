#pragma once

#include <string>

#include "workshop/runner/guide/material.hpp"

namespace workshop::runner {

/// What running the demonstration has shown.
struct Demonstration {
  std::string invariant;  ///< that breaks, or how else the test fails
  std::string schedule;   ///< empty: there is none to replay (a model's counterexample)
  std::string story;      ///< as check prints it
};

/// The page on one lab, in Markdown: objective, opening question, demonstration, steps with when to
/// step in, mistakes with what to ask, debrief, bridge, and what to cut.
std::string guide_page_of(const LabMaterial& material, const Demonstration& shown);

/// The page that lists the others, and the minutes of each lab.
std::string guide_index_of(const std::vector<LabMaterial>& labs);

/// A Markdown page as a whole HTML page, to read or to print. Throws UserError as html_of_markdown
/// does.
std::string printed_guide(const std::string& title, const std::string& markdown);

}  // namespace workshop::runner
