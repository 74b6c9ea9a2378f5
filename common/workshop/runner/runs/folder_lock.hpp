#pragma once

#include <filesystem>
#include <functional>

namespace workshop::runner {

/// Whose turn it is to build in a folder: Ninja looks for nobody else, and two builds in one folder
/// break each other's files. Held while it lives, over all processes; scripts/workshop takes the
/// same one. Where it cannot be made, such as in a folder that may not be written to, it holds
/// nothing.
class FolderLock {
 public:
  /// Waits while another one has it, as long as `waits` says so, which is asked ten times a second.
  FolderLock(const std::filesystem::path& build_folder, const std::function<bool()>& waits);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// The file that is locked: beside the folder, which may come and go.
std::filesystem::path lock_file_of(const std::filesystem::path& build_folder);

}  // namespace workshop::runner
