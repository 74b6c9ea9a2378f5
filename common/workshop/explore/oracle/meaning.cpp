#include "workshop/explore/oracle/meaning.hpp"

#include "workshop/explore/scenario/invariant.hpp"

namespace workshop::explore {
namespace {

struct Meaning {
  std::string_view failure;
  std::string_view sentence;
};

constexpr Meaning kMeanings[] = {
    {failure::kLostEffect,
     "nobody has anything left to do, and what was asked for has not happened"},
    {failure::kLostUpdate, "a save has overwritten what somebody else had saved meanwhile"},
    {failure::kDuplicateEffect, "it has happened twice, or what it causes was sent under two ids"},
    {failure::kGhostMessage, "a message tells of something that was never saved"},
    {failure::kLostMessage,
     "nobody has anything left to do, and a message that is due was never sent"},
    {failure::kInconsistentOutput, "what bears one id, or answers one question, differs"},
    {failure::kPrematureMessage, "a message was sent before the state that it tells of was saved"},
    {failure::kGarbage,
     "nobody has anything left to do, and something is left that should be gone"},
    {failure::kLivelock, "the processes never come to rest"},
    {failure::kDeadLetter, "a message failed so often that its queue gave it up"},
    {failure::kUnhandledException, "a process ended with an exception that nobody handles"},
    {failure::kNeverAwaited, "an operation was called without co_await, so it never ran"},
};

}  // namespace

std::string_view meaning_of(std::string_view failure) noexcept {
  for (const auto& meaning : kMeanings) {
    if (meaning.failure == failure) return meaning.sentence;
  }
  return {};
}

}  // namespace workshop::explore
