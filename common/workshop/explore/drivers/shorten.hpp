#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"

namespace workshop::explore {

/// Bounds of the attempts to shorten an execution: counts and no times, so that the same execution
/// is always shortened to the same one.
struct ShortenOptions {
  std::uint64_t replays_max = 4'000;      ///< of parts of the execution
  std::uint64_t executions_max = 50'000;  ///< of the search that follows; 0: none
};

/// A failing execution after what does not matter was left out.
struct Shortened {
  std::size_t messages_count = 0;  ///< that the execution begins with
  std::vector<Choice> choices;     ///< the execution
  std::size_t steps_before = 0;    ///< of the execution that was given, to its end
  std::uint32_t faults = 0;        ///< that are left
  std::uint32_t preemptions = 0;   ///< that are left
  bool shortest = false;  ///< no shorter execution with so many faults of their kinds, and so many
                          ///< preemptions, fails
  std::uint64_t replays_count = 0;  ///< candidates that were run
};

/// Leaves out of a failing execution what it does not need to break the same invariant, by delta
/// debugging (Zeller, Hildebrandt: Simplifying and isolating failure-inducing input, 2002): faults,
/// then runs of steps, then switches between processes; each candidate is run, and kept when it
/// breaks the same invariant with fewer faults and preemptions, or as many and fewer steps. What
/// follows a part that was left out is taken where it still matches. At the end everything with at
/// most so many faults, of the kinds that are left, and so many preemptions is searched, so that
/// mostly the result is the shortest there is.
///
/// Throws NonDeterministic when `failing` does not fail.
Shortened shorten(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& failing, const ShortenOptions& options = {});

/// The beginning of an execution that goes on for ever, after which it does so by itself, without
/// faults and with everyone in turn: the shortest one that ends where `choices` change hands or
/// something goes wrong. `choices` when there is none, or when they lead to no livelock.
std::vector<Choice> lead_to_livelock(const Scenario& scenario, std::size_t messages_count,
                                     const std::vector<Choice>& choices);

}  // namespace workshop::explore
