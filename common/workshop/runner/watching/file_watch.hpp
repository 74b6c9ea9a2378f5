#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "workshop/process/descriptor.hpp"

namespace workshop::runner {

/// Notices that files of folders were saved: in place, by renaming a new file over the old one, or
/// by removing and writing. What counts is size, time and identity of files with the given
/// extensions; an editor's own files beside them do not.
class FileWatch {
 public:
  enum class Method {
    notified,  ///< by inotify, where the system has it
    polled     ///< by looking, which works on network folders too
  };

  FileWatch(std::vector<std::filesystem::path> folders, std::vector<std::string> extensions,
            Method method = Method::notified);

  /// Readable when something has happened in a folder; -1: has to be looked at from time to time.
  int descriptor() const noexcept { return notifications_.number(); }
  Method method() const noexcept {
    return notifications_.is_open() ? Method::notified : Method::polled;
  }

  /// The files that have changed, come or gone since this was called last.
  std::vector<std::filesystem::path> changed();

 private:
  /// Size, time, and the number of the file, which a rename changes.
  using Signature = std::tuple<std::uintmax_t, std::int64_t, std::uint64_t>;
  std::map<std::filesystem::path, Signature> look() const;

  std::vector<std::filesystem::path> folders_;
  std::vector<std::string> extensions_;
  process::Descriptor notifications_;
  std::map<std::filesystem::path, Signature> seen_;
};

}  // namespace workshop::runner
