#pragma once

#include <string_view>

/// The words of variable::kExplore, apart by blanks, such as `deeper=30 random=1000 seed=7 why`.
/// Those that take a number stand before `=` and it.
namespace workshop::protocol::explore_word {

inline constexpr std::string_view kDeeper = "deeper";  ///< raise the bounds for so many seconds
inline constexpr std::string_view kProve = "prove";    ///< wider bounds, for so many seconds in all
inline constexpr int kProveShares = 12;  ///< one search takes at most so many parts of that time
inline constexpr std::string_view kRandom = "random";    ///< executions at random beyond the bounds
inline constexpr std::string_view kSeed = "seed";        ///< of what is random
inline constexpr std::string_view kPct = "pct";          ///< at random by PCT of this depth
inline constexpr std::string_view kThreads = "threads";  ///< that share large searches
inline constexpr std::string_view kFaults =
    "faults";  ///< at most so many, and what the test asks for
inline constexpr std::string_view kPreemptions = "preemptions";  ///< likewise
inline constexpr std::string_view kTime = "time";  ///< seconds for one search, not the test's
inline constexpr std::string_view kExecutions = "executions";  ///< at most, in one search

/// All interleavings.
inline constexpr std::string_view kAnyPreemptions = "preemptions=any";
/// Executions that reach a state seen before are not cut.
inline constexpr std::string_view kNoPruning = "pruning=off";
/// All interleavings, no digests, commuting operations in one order only.
inline constexpr std::string_view kSleepSets = "sleep-sets";
/// Say which operations commute.
inline constexpr std::string_view kWhy = "why";

}  // namespace workshop::protocol::explore_word
