#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "workshop/runner/mob/mob_clock.hpp"

namespace workshop::runner {

/// The last key that has changed whose turn it is: the same key takes it back, for some seconds.
/// Not thread-safe.
class TakeBack {
 public:
  using Time = MobClock::Time;

  static constexpr std::chrono::seconds kSeconds{12};

  /// Remembers the clock as it is, before `key` changes it.
  void remember(const MobClock& before, std::string key, Time now);
  /// What the key has done, "Bea leaves: Dan drives"; empty: nothing that needs to be told.
  void told_as(std::string words) { words_ = std::move(words); }
  /// The clock as if the key had not been pressed, its time aside, which has gone on; nothing: this
  /// was not the last key, or it is too long ago.
  std::optional<MobClock> take(const std::string& key, Time now);
  /// Something else has happened since.
  void forget() { before_.reset(); }

  const std::string& key() const noexcept { return key_; }
  const std::string& words() const noexcept { return words_; }
  /// How long it can still be taken back; 0: there is nothing to take back.
  std::chrono::milliseconds left(Time now) const;

 private:
  std::optional<MobClock> before_;
  std::string key_;
  std::string words_;
  Time at_{};
};

}  // namespace workshop::runner
