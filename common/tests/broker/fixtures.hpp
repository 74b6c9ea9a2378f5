#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "workshop/core/message.hpp"

namespace workshop {

/// An empty folder of this test's own; it goes with the object. It lies in memory where the system
/// has such a place: what a killed process has written stays there too, and a sync takes no time.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count{0};
    const std::filesystem::path memory = "/dev/shm";
    const bool usable = ::access(memory.c_str(), W_OK | X_OK) == 0;
    path_ = (usable ? memory : std::filesystem::temp_directory_path()) /
            ("workshop-broker-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A message that says nothing but its id.
inline Message note(std::string id) { return {MessageId{std::move(id)}, "Note", "{}", {}}; }

}  // namespace workshop
