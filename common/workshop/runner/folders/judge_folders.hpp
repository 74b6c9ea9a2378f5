#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

struct FoldersOptions {
  std::vector<std::filesystem::path> folders;
  std::string lab;              ///< as the person wrote it; empty: every lab that they have
  std::filesystem::path junit;  ///< the file to write JUnit's XML into; empty: none
  bool as_json = false;
  std::string preset = "dev";           ///< whose build of the labs is taken
  std::string mistakes_preset = "kit";  ///< whose build has run the stored mistakes
  std::chrono::seconds time_max{60};    ///< for the tests of one
};

/// Judges what was handed in, in a sandbox: one line for each file on the console, or all as JSON.
/// Returns the exit code. Throws UserError where there is no sandbox, no such folder, or no build.
int judge_folders(const Project& project, Console& console, const FoldersOptions& options);

}  // namespace workshop::runner
