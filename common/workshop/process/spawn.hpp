#pragma once

#include <string>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::process {

/// Starts a process for Program: `output`, a descriptor, becomes its standard output and error; -1:
/// it has the caller's. Returns 0 and sets `id`, or the errno of what failed.
int spawn(const std::vector<std::string>& command, const Options& options, int output, pid_t& id);

/// Both ends of a new pipe, which no program started meanwhile by another thread inherits.
struct Pipe {
  Descriptor read_end;   ///< what comes out of it
  Descriptor write_end;  ///< what goes into it
};
/// Returns 0, or the errno of what failed.
int make_pipe(Pipe& pipe);

}  // namespace workshop::process
