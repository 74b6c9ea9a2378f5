#include "workshop/runner/printing/progress_bar.hpp"

#include <fmt/core.h>

namespace workshop::runner {

void ProgressBar::show(std::size_t done, std::size_t all, Time now) {
  constexpr std::size_t kCells = 20;
  constexpr std::chrono::seconds kQuiet{1};
  constexpr std::chrono::milliseconds kRewriteEvery{100};
  constexpr std::chrono::seconds kAppendEvery{10};
  if (label_.empty() || all == 0 || done > all || now - begin_ < kQuiet) return;
  const bool rewrites = console_.style().rewrites;
  if (now - shown_ < (rewrites ? kRewriteEvery : std::chrono::milliseconds(kAppendEvery))) return;
  shown_ = now;
  if (!rewrites) {
    console_.line(fmt::format("{} of {}: {}", done, all, label_));
    return;
  }
  std::string bar;
  for (std::size_t i = 0; i < kCells; ++i) bar += i < kCells * done / all ? "█" : "·";
  is_on_screen_ = true;
  console_.interim(fmt::format("{} {}/{} {}", bar, done, all, label_));
}

}  // namespace workshop::runner
