#include "workshop/runner/runs/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace workshop::runner {
namespace fs = std::filesystem;

fs::path lock_file_of(const fs::path& build_folder) {
  return build_folder.parent_path() / ("." + build_folder.filename().string() + ".lock");
}

FolderLock::FolderLock(const fs::path& build_folder, const std::function<bool()>& waits) {
  constexpr std::chrono::milliseconds kLookAgain{100};
  const auto file = lock_file_of(build_folder);
  std::error_code unmade;
  fs::create_directories(file.parent_path(), unmade);
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) return;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK || !waits()) return;
    std::this_thread::sleep_for(kLookAgain);
  }
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace workshop::runner
