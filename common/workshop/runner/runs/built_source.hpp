#pragma once

#include <filesystem>
#include <functional>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// Builds the program of the file that an attendee edits, so that it is the program of that file as
/// it is when the build has ended. Ninja and make compare times: an object is newer than a source
/// that was saved while it was compiled, although it comes from what was there before. So what an
/// object was compiled from is kept beside it, as a digest; of anything else, it is old. `build` is
/// what builds; it comes again, a few times at most, when the file is saved meanwhile.
BuildResult build_as_it_is(const Lab& lab, const LabProgram& program,
                           const std::filesystem::path& build_folder,
                           const std::function<BuildResult()>& build);

}  // namespace workshop::runner
