#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/explore/scenario/scenario.hpp"

namespace workshop::explore {

/// Judges an execution: the invariants O1 to O7, written once for every lab.
///
/// The world tells it what happens; it remembers no more than the invariants need, as a value that
/// the explorer copies and puts back. The first violation stays.
class Oracle {
 public:
  /// One distinct message that was sent, as digests.
  struct Sent {
    std::uint64_t id = 0;       ///< the message's
    std::uint64_t content = 0;  ///< type, body and headers
    std::uint64_t type = 0;     ///< the message's
    std::uint64_t body = 0;     ///< the message's
    std::uint64_t cause = 0;    ///< the id of the logical message whose attempt sent it
    std::uint64_t origin = 0;   ///< the attempt that made it, when it says so

    /// Equal in all digests.
    friend bool operator==(const Sent&, const Sent&) = default;
  };
  /// What one process is at.
  struct Attempt {
    std::uint64_t message = 0;  ///< digest of the logical message's id; 0: none
    std::uint64_t label = 0;    ///< digest of the attempt's label
    bool committed = false;     ///< whether it has written a document
    std::string unjustified;    ///< a message it sent before anything was committed
  };
  /// All that the invariants need: a value that the explorer copies and puts back.
  struct State {
    std::vector<Sent> sent;         ///< distinct messages, in the order of their first sending
    std::vector<Attempt> attempts;  ///< one for each process
    std::vector<std::uint64_t> committed_messages;  ///< logical messages with a committed attempt
    std::vector<std::uint64_t> committed_attempts;  ///< labels of attempts that have written
    std::optional<Violation> violation;             ///< the first one
  };

  /// Judges by `expectations`, which must outlive it, what `processes_count` processes do with
  /// `messages`.
  Oracle(const Expectations& expectations, std::vector<ScenarioMessage> messages,
         std::size_t processes_count, StoreView view);

  /// A process has received `message`; `attempt` is the label of its attempt.
  void attempt_started(std::uint32_t process, const Message& message, const std::string& attempt);
  /// A process has settled its message, crashed, or lost it.
  void attempt_ended(std::uint32_t process);
  /// A process has written or erased a document: its attempt is committed.
  void written(std::uint32_t process, const Key& key);
  /// A process has sent or published a message.
  void sent(std::uint32_t process, const Message& message);
  /// A message was delivered too often.
  void dead_lettered(const Message& message, const std::string& queue);
  /// An exception left a process, `what` in words.
  void unhandled(const std::string& process, const std::string& what);
  /// A process has saved a document blindly that others save all the time.
  void overwritten(const std::string& process, const std::string& document);
  /// A process has called `operation` and thrown the task away: it never ran.
  void never_awaited(const std::string& process, std::string_view operation);
  /// The world has come to rest. `leftovers` describes leases and the like.
  void quiescent(const std::vector<std::string>& leftovers);
  /// The execution has not come to rest in so many fair steps.
  void livelock(std::uint64_t steps_count);
  /// The world is at rest, and this process still waits for its next operation with a message in
  /// hand.
  void stuck(const std::string& process, std::string_view operation);

  /// The first violation; nothing: all has held so far.
  const std::optional<Violation>& violation() const noexcept { return state_.violation; }
  /// What it remembers.
  const State& state() const noexcept { return state_; }
  /// The messages of the scenario that the execution begins with.
  const std::vector<ScenarioMessage>& messages() const noexcept { return messages_; }
  /// Goes back to what it remembered then.
  void restore(const State& state) { state_ = state; }
  /// Of all that later judgements depend on. Independent of the order of independent events.
  std::uint64_t digest() const noexcept;

 private:
  bool on(Invariant invariant) const noexcept {
    return expectations_->invariants.contains(invariant);
  }
  void violate(std::string_view name, std::string expected, std::string got);
  bool is_committed(std::uint64_t message) const noexcept;
  void check_visible(const Message& message, std::uint64_t cause);
  const std::string& effect_of(const std::string& type) const;
  void check_effects(bool at_rest);
  void check_outputs(bool at_rest);
  void check_output(const ExpectedOutput& expected, const ScenarioMessage* cause, bool at_rest);
  void check_justified(Attempt& attempt, const Message& message, std::uint64_t origin);
  void check_garbage();

  const Expectations* expectations_;
  std::vector<ScenarioMessage> messages_;
  StoreView view_;
  State state_;
  // Digests of the stores' contents whose effects and leftovers were looked at and found good: both
  // are functions of nothing else. While an exploration runs the same contents come again and
  // again.
  std::unordered_set<std::uint64_t> good_;
  std::unordered_set<std::uint64_t> good_at_rest_;
  // Digests of contents and of a message whose effect is in them.
  std::unordered_set<std::uint64_t> visible_;
};

}  // namespace workshop::explore
