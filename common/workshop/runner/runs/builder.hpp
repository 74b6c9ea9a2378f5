#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

/// How building one target went.
struct BuildResult {
  bool configured = true;  ///< false: CMake itself failed, now or when the build had to configure
                           ///< anew, and `output` is what it said
  bool built = false;
  std::string output;
  std::filesystem::path folder;  ///< where it was to be built
  std::chrono::milliseconds configuring{0};
  std::chrono::milliseconds building{0};  ///< all of the build tool's run
  std::chrono::milliseconds compiling{
      0};  ///< from Ninja's log: the longest chain is not known, this is the sum
  std::chrono::milliseconds linking{0};  ///< likewise
};

/// Configures and builds with CMake, in the folder of one preset. While another program of the kit
/// builds there, it waits (FolderLock), and says so.
class Builder {
 public:
  Builder(const Project& project, std::string preset, Console& console);

  /// Configures if that was not done yet and builds `target`, quietly; `label` names it if it takes
  /// long ("lab 08"). Configures again when the folder does not know `target`, or wants a file that
  /// is gone: labs and mistakes come and go. Makes precompiled headers anew that headers of the
  /// system are newer than.
  BuildResult build(const std::string& target, const std::string& label);

  /// Called while a build runs, with how many of its parts are done, and of how many.
  void tell_progress(std::function<void(std::size_t, std::size_t)> tell) {
    tell_progress_ = std::move(tell);
  }

  /// Looked at while a build runs. True: it is ended, and has failed.
  void end_when(std::function<bool()> is_over) { is_over_ = std::move(is_over); }

  /// Configures if that was not done yet. False: it failed, and `output` is what CMake said.
  bool configure(std::string& output);

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& preset() const { return preset_; }

 private:
  bool is_configured() const;
  bool configure_once(std::string& output);
  std::function<bool()> waiting();
  bool configure_now(std::string_view announcement, std::string& output);

  const Project& project_;
  std::string preset_;
  std::filesystem::path folder_;
  Console& console_;
  std::function<bool()> is_over_;
  std::function<void(std::size_t, std::size_t)> tell_progress_;
};

/// Removes the precompiled headers of `folder` that the compiler has refused in `output` because
/// headers of the system have changed since, and says so: the next build makes them anew. False:
/// there was none.
bool remove_outdated_headers(Console& console, const std::filesystem::path& folder,
                             std::string_view output);

/// How many programs a build runs at once.
unsigned build_jobs();

}  // namespace workshop::runner
