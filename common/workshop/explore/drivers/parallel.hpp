#pragma once

#include <memory>

#include "workshop/explore/drivers/search.hpp"

namespace workshop::explore {

/// One level of a search, shared between threads: the tree of executions is cut at its first
/// branches, each thread explores one branch after another in a world of its own, and all of them
/// cut at states that any of them has seen.
///
/// `Ended` is the same as one thread's; so is `states_count` when the search was exhausted. Which
/// thread sees a state first is chance, and so are the other counts and which failure is found
/// first: on `Ended::failure` search again with one thread. Rethrows what a handler's TODO throws.
Ended search_in_parallel(const Scenario& scenario, std::size_t messages_count,
                         const Search::Limits& limits, std::uint32_t threads_count,
                         std::shared_ptr<SeenStates> seen, SearchCounts& counts);

}  // namespace workshop::explore
