#pragma once

#include <filesystem>
#include <string>

namespace workshop::process {

/// The file that `program` names: itself if it has a slash, else the first of this name along PATH.
/// Empty when there is none that may be run.
std::filesystem::path find_program(const std::string& program);

}  // namespace workshop::process
