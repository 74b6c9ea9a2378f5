#include "workshop/modelcheck/files.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

// CMakeLists.txt sets both, for this file only.
#ifndef WORKSHOP_CACHE_DIR
#define WORKSHOP_CACHE_DIR ".cache"
#endif
#ifndef WORKSHOP_SPECS_DIR
#define WORKSHOP_SPECS_DIR "spec"
#endif

namespace workshop::modelcheck {

std::filesystem::path cache_folder() { return WORKSHOP_CACHE_DIR; }

std::filesystem::path shared_specs_folder() { return WORKSHOP_SPECS_DIR; }

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw std::runtime_error(fmt::format("{} cannot be written", file.string()));
}

}  // namespace workshop::modelcheck
