#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/mob/mob_clock.hpp"

namespace workshop::runner {

double minutes(std::chrono::seconds time);

/// What a mob's page is sent of the clock.
std::string to_json(const MobClock& clock, MobClock::Time now);

/// A number of minutes under a name; nothing when it is none that makes sense.
std::optional<std::chrono::seconds> minutes_of(const boost::json::object& object,
                                               std::string_view name);

/// The names under "names"; nothing when they are none.
std::optional<std::vector<std::string>> names_of(const boost::json::object& object);

}  // namespace workshop::runner
