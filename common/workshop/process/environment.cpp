#include "workshop/process/environment.hpp"

#include <unistd.h>

#include <cstdlib>

namespace workshop::process {

std::string environment(const char* name) { return environment_if_set(name).value_or(""); }

std::optional<std::string> environment_if_set(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

bool output_has_color() {
  const auto terminal = environment("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").empty() && !terminal.empty() &&
         terminal != "dumb";
}

}  // namespace workshop::process
