#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

/// How far something has come that takes over a second. On a terminal it is the line that is under
/// way; elsewhere a line every ten seconds. Knows no clock: it is told what time it is. Not
/// thread-safe.
class ProgressBar {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `label` says what of: "lab 08". Empty: nothing is shown.
  ProgressBar(Console& console, std::string label, Time begin)
      : console_(console), label_(std::move(label)), begin_(begin), shown_(begin) {}

  /// What is shown goes: the next line begins where it stood.
  ~ProgressBar() {
    if (is_on_screen_) console_.interim({});
  }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// So many of all are done. Cheap to call often.
  void show(std::size_t done, std::size_t all, Time now) { show(done, all, now, {}); }
  /// Likewise of parts that take about as long as one another: `part` is the name of the last one,
  /// and how long the others take is estimated.
  void show(std::size_t done, std::size_t all, Time now, std::string_view part);

 private:
  Console& console_;
  std::string label_;
  Time begin_;
  Time shown_;
  bool is_on_screen_ = false;
};

}  // namespace workshop::runner
