#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "workshop/process/temporary_folder.hpp"

namespace workshop::runner {

/// Makes the file's folder, too.
inline void write(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// A folder for one test, whose files are written and read as a whole. Its name has a space.
class TextFolder {
 public:
  TextFolder() { std::filesystem::create_directory(path_); }

  void write(const std::string& name, const std::string& text) const {
    runner::write(path() / name, text);
  }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path() / name).rdbuf();
    return text.str();
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  process::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a checkout";
};

}  // namespace workshop::runner
