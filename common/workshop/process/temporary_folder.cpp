#include "workshop/process/temporary_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace workshop::process {
namespace fs = std::filesystem;
namespace {

fs::path parent_folder(TemporaryFolder::Place place) {
  constexpr const char* kMemory = "/dev/shm";
  if (place == TemporaryFolder::Place::memory && ::access(kMemory, W_OK) == 0) return kMemory;
  return fs::temp_directory_path();
}

}  // namespace

TemporaryFolder::TemporaryFolder(Place place) {
  auto name = (parent_folder(place) / "workshop-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw fs::filesystem_error("no temporary folder", name,
                               std::error_code(errno, std::generic_category()));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace workshop::process
