#pragma once

namespace workshop::testing {

/// The specification that this program judges: of the attendee, of the solution, or a mistake.
/// Defined in programs of labs whose one file to edit is a .tla file; see cmake/Specs.cmake.
extern const char* const kSpecFile;
/// The lab's own folder, where what is given lies.
extern const char* const kLabFolder;

}  // namespace workshop::testing
