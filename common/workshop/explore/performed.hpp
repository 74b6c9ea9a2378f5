#pragma once

#include <cstdint>
#include <string>

#include "workshop/explore/process.hpp"

namespace workshop::explore {

/// What an operation that returns nothing is recorded as.
struct Done {};
inline std::uint64_t digest_of_done(const Done&) { return 0; }

inline constexpr auto tell_nothing = [](const auto&) { return std::string(); };

/// Runs a step's operation and, when the story is wanted, describes it: `tell` says what it does,
/// `tell_result` what came of it; a failure is told by its type.
template <class Result, class Apply, class DigestOf, class Tell, class TellResult>
Result perform(Step& step, Apply&& apply, DigestOf&& digest, Tell&& tell,
               TellResult&& tell_result) {
  if (!step.narrated) return step.run<Result>(apply, digest);
  try {
    Result result = step.run<Result>(apply, digest);
    step.text = tell();
    step.told = tell_result(result);
    return result;
  } catch (const VersionConflict&) {
    step.facts->error = "VersionConflict";
    step.text = tell();
    step.told = ": VersionConflict";
    throw;
  } catch (const LeaseLost&) {
    step.facts->error = "LeaseLost";
    step.text = tell();
    step.told = ": LeaseLost";
    throw;
  } catch (const OutcomeUnknown& error) {
    const bool injected = step.decision == Decision::unknown || step.decision == Decision::lose;
    const auto* lost = step.kind == OperationKind::reply ? ": LOST"
                       : step.decision == Decision::lose ? ": NOT done, ANSWER LOST"
                                                         : ": done, ANSWER LOST";
    step.facts->error = "OutcomeUnknown";
    step.text = tell();
    step.told = injected ? std::string(lost) : ": " + std::string(error.what());
    throw;
  } catch (const Unavailable& error) {
    const bool injected = step.decision == Decision::refuse;
    step.facts->error = "Unavailable";
    step.text = tell();
    step.told = injected ? std::string(": REFUSED") : std::string(": ") + error.what();
    throw;
  } catch (const Error& error) {
    step.facts->error = "Error";
    step.text = tell();
    step.told = std::string(": ") + error.what();
    throw;
  }
}

}  // namespace workshop::explore
