#include "workshop/runner/printing/progress_bar.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {

namespace {

/// Of the same kind as what is done: "about 40 s left".
std::string time_left(std::size_t done, std::size_t all, std::chrono::milliseconds taken) {
  constexpr long long kStepS = 5;
  const auto left_ms = taken.count() * static_cast<long long>(all - done) /
                       static_cast<long long>(std::max<std::size_t>(done, 1));
  const auto left_s = (left_ms / 1000 / kStepS + 1) * kStepS;
  return left_s < 120 ? fmt::format(", about {} s left", left_s)
                      : fmt::format(", about {} min left", (left_s + 30) / 60);
}

}  // namespace

void ProgressBar::show(std::size_t done, std::size_t all, Time now, std::string_view part) {
  constexpr std::size_t kCells = 20;
  constexpr std::size_t kToldFrom =
      5;  // a fifth is done: the first parts tell little of the others
  constexpr std::chrono::seconds kQuiet{1};
  constexpr std::chrono::milliseconds kRewriteEvery{100};
  constexpr std::chrono::seconds kAppendEvery{10};
  if (label_.empty() || all == 0 || done > all || now - begin_ < kQuiet) return;
  const bool rewrites = console_.style().rewrites;
  if (now - shown_ < (rewrites ? kRewriteEvery : std::chrono::milliseconds(kAppendEvery))) return;
  shown_ = now;
  const auto left =
      part.empty() || done * kToldFrom < all || done == all
          ? std::string()
          : time_left(done, all,
                      std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_));
  const auto last = part.empty() ? std::string() : fmt::format(" ({})", part);
  if (!rewrites) {
    console_.line(fmt::format("{} of {}: {}{}{}", done, all, label_, left, last));
    return;
  }
  std::string bar;
  for (std::size_t i = 0; i < kCells; ++i) bar += i < kCells * done / all ? "█" : "·";
  is_on_screen_ = true;
  const auto count = fmt::format("{}/{}", done, all);
  const auto words = fmt::format("{} {}{}", count, label_, left);
  const auto columns = console_.style().columns;
  for (const auto& row : {fmt::format("{} {}{}", bar, words, last),
                          fmt::format("{} {}", bar, words), words, count + left}) {
    if (columns > 0 && columns_of(row) >= columns && row != count + left) continue;
    return console_.interim(row);
  }
}

}  // namespace workshop::runner
