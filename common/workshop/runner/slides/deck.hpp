#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/slides/pieces.hpp"

namespace workshop::runner {

/// A part of the workshop: a folder of slides/.
struct Part {
  std::string name;  ///< "2-correctness"
  std::vector<Lecture> lectures;
};

/// The parts, in the order of their folders. Throws UserError as read_lecture does.
std::vector<Part> read_parts(const Project& project);

/// All executions that the slides of `part` show.
std::vector<ShownExecution> executions_of(const Project& project, const Part& part);

/// Where reveal.js is. Throws UserError when it is not there.
std::filesystem::path reveal_folder(const Project& project);

/// The part as one page: self-contained, with the speaker's notes, its pace and its pictures.
/// Throws UserError that names file and line of every slide that asks for what is not there, or
/// whose execution fails otherwise than it says.
std::string page_of(const Project& project, const Part& part, const Executions& executions);

/// How many pages a PDF has, as the root of its tree of pages says.
std::size_t pages_of_pdf(std::string_view pdf);

}  // namespace workshop::runner
