#pragma once

#include <cstdint>
#include <string>

#include "workshop/explore/world/step.hpp"

namespace workshop::explore {

/// What an operation that returns nothing is recorded as.
struct Done {};
inline std::uint64_t digest_of_done(const Done&) { return 0; }

inline constexpr auto tell_nothing = [](const auto&) { return std::string(); };

/// Writes into a step's words how its operation failed.
void tell_failure(Step& step, const Error& error);

/// Runs a step's operation and, in a narrated world, describes it: `tell` says what it does,
/// `tell_result` what came of it; a failure is told by its type.
template <class Result, class Apply, class DigestOf, class Tell, class TellResult>
Result run_narrated(Step& step, Apply&& apply, DigestOf&& digest, Tell&& tell,
                    TellResult&& tell_result) {
  if (!step.words) return step.run<Result>(apply, digest);
  try {
    Result result = step.run<Result>(apply, digest);
    step.words->what = tell();
    step.words->outcome = tell_result(result);
    return result;
  } catch (const Error& error) {
    step.words->what = tell();
    tell_failure(step, error);
    throw;
  }
}

}  // namespace workshop::explore
