#include "workshop/process/process_state.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace workshop::process {

std::optional<ProcessState> state_of(pid_t id) {
  std::ifstream file("/proc/" + std::to_string(id) + "/stat");
  std::ostringstream stat;
  stat << file.rdbuf();
  const auto text = stat.str();
  const auto name_end = text.rfind(')');  // the name may hold blanks, brackets and line ends
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  ProcessState state;
  fields >> state.sign;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;  // as proc(5) counts them
  if (!(fields >> state.begun)) return std::nullopt;
  return state;
}

}  // namespace workshop::process
