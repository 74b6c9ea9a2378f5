#pragma once

#include <filesystem>
#include <string>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// The lab's file to edit as an attendee finds it: its newest committed version that has a TODO of
/// every step of the README. Throws UserError when git, the history or such a version is missing.
std::string skeleton_of(const Project& project, const Lab& lab);

/// Whether the lab's file to edit still has a TODO of every step of the README.
bool is_as_at_first(const Lab& lab);

/// Replaces the lab's file to edit, whole or not at all. Returns where the copy of what was there
/// is kept, in a folder that git ignores. Throws UserError when one of both cannot be written.
std::filesystem::path put_in_place(const Project& project, const Lab& lab, const std::string& text);

/// What `begin_anew` has done.
struct BegunAnew {
  std::filesystem::path copy;  ///< of the file as it was, or empty
  bool hinted = false;         ///< whether any hint had been taken

  /// "labs/…/handler.cpp is as it was at the start, and its hints begin anew."
  std::string in_words(const Project& project, const Lab& lab) const;
};

/// Puts the skeleton in place, and lets the hints begin anew. Throws UserError as `skeleton_of` and
/// `put_in_place` do; then nothing has changed.
BegunAnew begin_anew(const Project& project, const Lab& lab);

/// The reference up to `step`: the solution, and before the last step what its steps/K.diff leaves
/// of it. Throws UserError when there is none.
std::string reference_of(const Project& project, const Lab& lab, int step);

/// How many steps the lab's README has.
int steps_of(const Lab& lab);

/// The copy of the lab's file that a command has kept last, or nothing.
std::filesystem::path last_copy_of(const Project& project, const Lab& lab);

}  // namespace workshop::runner
