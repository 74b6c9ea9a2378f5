#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "workshop/explore/explorer.hpp"
#include "workshop/explore/further_options.hpp"

namespace workshop::explore {

/// The tests' side of `explore`: what the running test is called, and which schedule to replay. Set
/// by the test program; read by `explore_in_test`. One thread.
struct Session {
  std::string test_name;                  ///< with the number of its run: "a test/0"
  std::uint32_t explorations_count = 0;   ///< of this test so far: the second has another tag
  std::string tag;                        ///< of the exploration that runs
  std::optional<std::string> replay;      ///< WORKSHOP_REPLAY
  FollowOptions follow;                   ///< how to replay it
  std::optional<FurtherOptions> further;  ///< WORKSHOP_EXPLORE
  /// Is called for each exploration that `further` has changed, whatever the test makes of its
  /// verdict.
  std::function<void(const Verdict&)> explored;
  /// WORKSHOP_PLAY: is called once, with the exploration that is played instead of explored.
  std::function<void(const Scenario&, const std::string& tag)> play;
  bool replay_matched = false;  ///< some exploration had the schedule's tag
};
Session& session() noexcept;

/// Explores under the tag of the running test, or replays when the session asks for it.
Verdict explore_in_test(const Scenario& scenario);

}  // namespace workshop::explore
