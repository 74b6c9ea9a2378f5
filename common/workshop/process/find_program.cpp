#include "workshop/process/find_program.hpp"

#include <unistd.h>

#include <sstream>
#include <system_error>

#include "workshop/process/environment.hpp"

namespace workshop::process {
namespace fs = std::filesystem;
namespace {

bool may_run(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

fs::path find_program(const std::string& program) {
  if (program.find('/') != std::string::npos) return may_run(program) ? fs::path(program) : "";
  std::istringstream folders(environment("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = (folder.empty() ? fs::path(".") : fs::path(folder)) / program;
    if (may_run(file)) return file;
  }
  return {};
}

}  // namespace workshop::process
