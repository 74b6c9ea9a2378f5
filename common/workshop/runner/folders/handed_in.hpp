#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// The one file of a lab that somebody hands in.
struct HandedIn {
  static constexpr std::size_t kBytesMax = std::size_t{256} * 1024;

  Lab lab;
  std::string text;
  std::string problem;  ///< why it is not taken, as a sentence; then there is no text
};

/// What `folder` has of `labs`: a checkout or a part of one, in which a lab's file to edit stands
/// at labs/NN-name/src or NN-name/src. Of a single lab also at src, or in the folder itself.
/// Nothing else is read: no list of CMake, no script, no test. No link is followed below `folder`,
/// so that nobody hands in a file of who looks. Files as this checkout has them are left out.
std::vector<HandedIn> handed_in(const std::filesystem::path& folder, const std::vector<Lab>& labs);

/// `text` with a "?" for each sign that a terminal may take for a command, and for all beyond
/// ASCII unless it is a name as people write it (`is_name`); at most 200 bytes.
std::string printable(std::string_view text);

}  // namespace workshop::runner
