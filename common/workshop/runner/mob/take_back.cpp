#include "workshop/runner/mob/take_back.hpp"

#include <algorithm>
#include <utility>

namespace workshop::runner {

using std::chrono::milliseconds;

void TakeBack::remember(const MobClock& before, std::string key, Time now) {
  before_ = before;
  key_ = std::move(key);
  words_.clear();
  at_ = now;
}

std::optional<MobClock> TakeBack::take(const std::string& key, Time now) {
  if (key != key_ || left(now) == milliseconds(0)) return std::nullopt;
  auto clock = std::exchange(before_, std::nullopt);
  clock->tick(now);
  return clock;
}

milliseconds TakeBack::left(Time now) const {
  if (!before_) return milliseconds(0);
  return std::max(std::chrono::ceil<milliseconds>(kSeconds - (now - at_)), milliseconds(0));
}

}  // namespace workshop::runner
