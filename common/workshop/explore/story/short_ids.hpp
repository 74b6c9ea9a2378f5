#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// Short forms of the long ids in a trace, each with the characters by which it differs from all
/// others: "b1df…" of a UUID. Text that does not fit is cut elsewhere.
class ShortIds {
 public:
  /// Of all ids that the steps of `trace` name.
  explicit ShortIds(const Trace& trace);
  /// Of these ids; one that is not long stays as it is.
  explicit ShortIds(std::vector<std::string> ids);

  /// `text` in at most `width` columns: as it is; else with its ids in short; else with the longest
  /// values of its documents cut, so that every name and short value of a document stays; else cut
  /// in the middle of what stands before or behind the last id that still fits.
  std::string fitted(const std::string& text, std::size_t width, bool ascii = false) const;

  /// `text` with its long ids in short, and nothing else changed.
  std::string with_short_ids(const std::string& text, bool ascii = false) const;

  /// `text` with UUIDs in short, and nothing else changed.
  std::string with_short_uuids(const std::string& text) const;

 private:
  struct Shortened {
    std::string text;
    std::size_t last = std::string::npos;  // where the last id stands, in short
    std::size_t last_size = 0;
  };
  Shortened shortened(const std::string& text, bool ascii) const;

  std::vector<std::pair<std::string, std::string>> short_;  // id → short form, the longest id first
};

}  // namespace workshop::explore
