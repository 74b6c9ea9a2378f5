#pragma once

#include <any>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "workshop/core/error.hpp"
#include "workshop/core/hash.hpp"
#include "workshop/explore/scenario/attempt.hpp"
#include "workshop/explore/world/choice.hpp"
#include "workshop/explore/world/facts.hpp"

namespace workshop::explore {

struct WorldState;

/// What a step is called in a story.
struct StepWords {
  std::string what;     ///< what happens: "save Order order-1 if v1 {paid: 0→1}"
  std::string outcome;  ///< what came of it: " → v2", ": VersionConflict"
  std::string source;   ///< the line outside of the library that awaits it: "handler.cpp:23"; or ""
  bool let_out = false;  ///< what it threw has left the code that a caller calls again
  Facts facts;           ///< the same as values
  std::shared_ptr<const WorldState> after;  ///< the world after it, when somebody observes
};

/// One step of an execution as it was taken: what the scheduler chose, what the operation returned,
/// and, when somebody tells the story, its words. To take a handler back to an earlier point the
/// explorer runs it again from its start and feeds it these results; stores and brokers are not
/// asked twice.
struct Step {
  Choice choice;                ///< what the scheduler chose
  std::uint32_t previous = 0;   ///< path position of the round's step before this one
  std::uint64_t arguments = 0;  ///< digest of the operation's arguments
  /// Digest of what it returned or threw.
  std::uint64_t outcome = 0;
  /// What happens to the operation: the choice's decision, or what an outage that lasts does to it.
  Decision happens = Decision::proceed;
  bool replayed = false;             ///< the result below is fed instead of running the operation
  std::any result;                   ///< what the operation returned
  std::exception_ptr failure;        ///< the Error that it threw; none: it has succeeded
  std::unique_ptr<StepWords> words;  ///< only in a narrated world
  Attempt attempt;                   ///< of a receive or an accept: the attempt that it began
  std::uint64_t message = 0;         ///< of a receive: digest of the message's id

  /// Runs the operation, or feeds its recorded outcome. `apply` returns a value whose digest
  /// `digest` computes; an Error it throws is recorded too. Refusals and lost answers are injected
  /// here.
  template <class Result, class Apply, class DigestOf>
  Result run(Apply&& apply, DigestOf&& digest) {
    if (replayed) {
      if (failure) std::rethrow_exception(failure);
      return *std::any_cast<Result>(&result);
    }
    try {
      if (happens == Decision::refused || happens == Decision::outage_refused) throw_refused();
      if (happens == Decision::unanswered_not_done || happens == Decision::outage_unanswered) {
        throw_unanswered();
      }
      Result value = apply();
      if (happens == Decision::unanswered_done) throw_unanswered();
      outcome = digest(value);
      result = value;
      return value;
    } catch (const Error& error) {
      failure = std::current_exception();
      outcome = Digest().add(error.what()).value();
      throw;
    }
  }

  /// Whether the operation threw an Error of these words.
  bool failed_with(const std::string& words_of_error) const {
    if (!failure) return false;
    try {
      std::rethrow_exception(failure);
    } catch (const Error& error) {
      return words_of_error == error.what();
    }
  }

 private:
  [[noreturn]] void throw_refused() const {
    throw Unavailable(std::string(name_of(choice.kind)) + " was refused");
  }
  // One error whether the operation was done or not: a handler cannot tell.
  [[noreturn]] void throw_unanswered() const {
    throw OutcomeUnknown("the answer to " + std::string(name_of(choice.kind)) + " was lost");
  }
};

/// The steps of an execution so far.
using Path = std::deque<Step>;

}  // namespace workshop::explore
