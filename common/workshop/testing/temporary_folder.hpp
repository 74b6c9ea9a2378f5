#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "workshop/core/ids.hpp"

namespace workshop::testing {

/// An empty folder that lives as long as this object. In memory where the system offers that: files
/// there survive a killed process, and cost no wait for a disk; a power cut is not what tests try.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const bool usable = ::access(memory.c_str(), W_OK) == 0;
    path_ = (usable ? memory : std::filesystem::temp_directory_path()) /
            ("workshop-" + MessageId::random().value);
    std::filesystem::create_directory(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace workshop::testing
