#pragma once

#include <filesystem>
#include <string>

namespace workshop::process {

/// A new empty folder that lives as long as this object.
class TemporaryFolder {
 public:
  /// Where it lies. In memory, where the system offers that: files there survive a killed process
  /// and cost no wait for a disk, but there may be little room. On disk: for files of any size.
  enum class Place { memory, disk };

  /// Throws std::filesystem::filesystem_error when none can be made.
  explicit TemporaryFolder(Place place = Place::memory);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// Absolute; there until this object is gone.
  const std::filesystem::path& path() const noexcept { return path_; }
  /// The path of a file of this name in it, which it does not create.
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace workshop::process
