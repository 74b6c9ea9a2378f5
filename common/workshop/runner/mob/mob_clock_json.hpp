#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/mob/mob_clock.hpp"
#include "workshop/runner/mob/take_back.hpp"

namespace workshop::runner {

double minutes(std::chrono::seconds time);

/// Which program serves a mob's page. A page that meets another one, started as the first was,
/// gives back what it knows.
struct MobProgram {
  std::string_view session;            ///< drawn when it started
  std::string_view started_as;         ///< the names and times of its command; "": none
  std::chrono::milliseconds worked{};  ///< of turns, on the step that is red
};

/// What a mob's page is sent of the clock.
std::string to_json(const MobClock& clock, MobClock::Time now, const TakeBack& take_back,
                    const MobProgram& program);

/// What a page gives back: a clock as it was sent, with what is left of its times. Nothing when it
/// makes no sense.
std::optional<MobClock::Kept> kept_of(const boost::json::object& object);

/// A number of minutes under a name; nothing when it is none that makes sense.
std::optional<std::chrono::seconds> minutes_of(const boost::json::object& object,
                                               std::string_view name);

/// The names under "names"; nothing when they are none.
std::optional<std::vector<std::string>> names_of(const boost::json::object& object);

}  // namespace workshop::runner
