#pragma once

#include <optional>
#include <string>

namespace workshop::process {

/// The value of a variable of this program's environment; "" when it is not set, as when it is set
/// to nothing. Not while another thread changes the environment.
std::string environment(const char* name);

/// The same, and nothing when it is not set.
std::optional<std::string> environment_if_set(const char* name);

/// Whether standard output is a terminal that understands colours, and the person has not set
/// NO_COLOR.
bool output_has_color();

}  // namespace workshop::process
