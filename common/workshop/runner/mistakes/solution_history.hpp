#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// The committed versions of one file, newest first, read from git when they are asked for. Empty
/// where there is no git, no repository or no commit of the file. Not thread-safe.
class FileHistory {
 public:
  /// `file` is relative to the project's root.
  FileHistory(const Project& project, std::string file);

  /// The text of version `index`, counted from 0, the newest; nothing behind the oldest.
  std::optional<std::string> version(std::size_t index);

 private:
  struct Version {
    std::string commit;
    std::string path;  ///< as the file was called then
  };
  void read_versions();
  std::optional<std::string> git(const std::vector<std::string>& arguments) const;

  std::filesystem::path root_;
  std::string file_;
  bool read_ = false;
  std::vector<Version> versions_;
  std::map<std::size_t, std::string> texts_;
};

}  // namespace workshop::runner
