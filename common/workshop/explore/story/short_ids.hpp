#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// Short forms of the long ids in a trace, each with the characters by which it differs from all
/// others: "b1df…" of a UUID.
class ShortIds {
 public:
  /// Of all ids that the steps of `trace` name.
  explicit ShortIds(const Trace& trace);
  /// Of these ids; one that is not long stays as it is.
  explicit ShortIds(std::vector<std::string> ids);

  /// `text` with its long ids in short, and nothing else changed.
  std::string with_short_ids(const std::string& text) const;

  /// `text` with UUIDs in short, and nothing else changed.
  std::string with_short_uuids(const std::string& text) const;

  /// The short form that stands last in `text`; "" when there is none.
  std::string last_in(const std::string& text) const;

 private:
  std::vector<std::pair<std::string, std::string>> short_;  // id → short form, the longest id first
};

}  // namespace workshop::explore
