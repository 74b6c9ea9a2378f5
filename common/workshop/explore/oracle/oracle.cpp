#include "workshop/explore/oracle/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/core/hash.hpp"
#include "workshop/explore/scenario/attempt.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

std::uint64_t digest_of(std::string_view text) { return Digest().add(text).value(); }

void insert(std::vector<std::uint64_t>& set, std::uint64_t value) {
  if (std::find(set.begin(), set.end(), value) == set.end()) set.push_back(value);
}

bool contains(const std::vector<std::uint64_t>& set, std::uint64_t value) {
  return std::find(set.begin(), set.end(), value) != set.end();
}

std::string times(int count) {
  return count == 0 ? "never" : count == 1 ? "once" : fmt::format("{} times", count);
}

// The bytes a receiver would see. Headers count, but for what brokers add to a dead letter.
std::uint64_t content_of(const Message& message) {
  Digest digest;
  digest.add(message.type).add(message.body);
  for (const auto& [name, value] : message.headers) {
    if (name == header::kDeadLetterReason || name == header::kDeadLetterFailure ||
        name == header::kAttempt) {
      continue;
    }
    digest.add(name).add(value);
  }
  return digest.value();
}

}  // namespace

Oracle::Oracle(const Expectations& expectations, std::vector<ScenarioMessage> messages,
               std::size_t processes_count, StoreView view)
    : expectations_(&expectations), messages_(std::move(messages)), view_(std::move(view)) {
  state_.attempts.resize(processes_count);
}

void Oracle::violate(std::string_view name, std::string expected, std::string got) {
  if (state_.violation) return;
  state_.violation = Violation{std::string(name), std::move(expected), std::move(got)};
}

bool Oracle::is_committed(std::uint64_t message) const noexcept {
  return contains(state_.committed_messages, message);
}

void Oracle::attempt_started(std::uint32_t process, const Message& message,
                             const std::string& attempt) {
  state_.attempts[process] = {digest_of(message.id.value), digest_of(attempt), false, {}};
}

void Oracle::attempt_ended(std::uint32_t process) {
  auto& attempt = state_.attempts[process];
  if (!attempt.unjustified.empty() && on(Invariant::no_ghost_message)) {
    violate(failure::kGhostMessage,
            expectations_->ghost_by_attempt
                ? "a message is sent only by an attempt that commits"
                : "a message is sent only if this attempt or an earlier one commits its state",
            attempt.unjustified + " was sent, and its attempt committed nothing");
  }
  attempt = {};
}

void Oracle::written(std::uint32_t process, const Key& key) {
  auto& attempt = state_.attempts[process];
  if (attempt.message != 0 && (!expectations_->commits || expectations_->commits(key))) {
    attempt.committed = true;
    attempt.unjustified.clear();
    insert(state_.committed_messages, attempt.message);
    insert(state_.committed_attempts, attempt.label);
  }
  const auto contents = view_.digest();
  if (good_.contains(contents)) return;
  check_effects(false);
  if (!state_.violation) good_.insert(contents);
}

void Oracle::sent(std::uint32_t process, const Message& message) {
  auto& attempt = state_.attempts[process];
  const auto origin_name = attempt_that_drew(message.header(header::kAttempt));
  const Sent sent{digest_of(message.id.value),
                  content_of(message),
                  digest_of(message.type),
                  digest_of(message.body),
                  digest_of(message.header(header::kCausationId)),
                  origin_name.empty() ? attempt.label : digest_of(origin_name)};
  check_justified(attempt, message, sent.origin);
  check_visible(message, sent.cause);
  if (on(Invariant::consistent_output)) {
    for (const auto& before : state_.sent) {
      if (before.id != sent.id || before == sent) continue;
      violate(
          failure::kInconsistentOutput,
          fmt::format("{} with id {} always carries the same bytes, from one attempt", message.type,
                      message.id.value),
          before.content != sent.content
              ? fmt::format("{}: {}", protocol::phrase::kOtherBytes, message.body)
              : fmt::format("{}, instead of sent as it was stored", protocol::phrase::kMadeAgain));
    }
  }
  if (std::find(state_.sent.begin(), state_.sent.end(), sent) == state_.sent.end()) {
    state_.sent.push_back(sent);
    check_outputs(false);
  }
}

void Oracle::check_justified(Attempt& attempt, const Message& message, std::uint64_t origin) {
  const bool committed = expectations_->ghost_by_attempt
                             ? contains(state_.committed_attempts, origin)
                             : attempt.committed || is_committed(attempt.message) ||
                                   contains(state_.committed_attempts, origin);
  if (committed || attempt.message == 0) return;
  // State that another attempt has committed is visible: then the message is not early, but false.
  const bool visible = attempt.committed || is_committed(attempt.message);
  if (!visible && on(Invariant::no_premature_message)) {
    violate(failure::kPrematureMessage, "state is committed before the message that tells of it",
            fmt::format("{} was sent before its state was committed", message.type));
  }
  if (origin != attempt.label && on(Invariant::no_ghost_message)) {
    violate(failure::kGhostMessage, "a message is sent only by an attempt that commits",
            message.type + " was made by an attempt that is over and committed nothing");
  }
  if (attempt.unjustified.empty()) attempt.unjustified = message.type;
}

// Whatever an attempt has written: who hears of an effect and looks finds it.
void Oracle::check_visible(const Message& message, std::uint64_t cause) {
  if (!expectations_->effects || expectations_->effects_elsewhere) return;
  if (!on(Invariant::no_premature_message)) return;
  for (const auto& scenario : messages_) {
    if (digest_of(scenario.message.id.value) != cause) continue;
    const auto place = Digest().add(view_.digest()).add(cause).value();
    if (visible_.contains(place)) continue;
    if (expectations_->effects(view_, scenario.message) > 0) {
      visible_.insert(place);
      continue;
    }
    violate(failure::kPrematureMessage, "state is committed before the message that tells of it",
            fmt::format("{} was sent, and {} {} is not {} yet", message.type, scenario.message.type,
                        scenario.message.id.value, effect_of(scenario.message.type)));
  }
}

void Oracle::dead_lettered(const Message& message, const std::string& queue) {
  violate(failure::kDeadLetter, "every message is handled in the end",
          fmt::format("{} {} was given up and moved to {}", message.type, message.id.value,
                      dead_letter_queue_of(queue)));
}

void Oracle::unhandled(const std::string& process, const std::string& what) {
  violate(failure::kUnhandledException, process + " ends without an exception", what);
}

void Oracle::never_awaited(const std::string& process, std::string_view operation) {
  violate(failure::kNeverAwaited, "every operation is awaited: without co_await it never runs",
          fmt::format("{} called {}, and did not co_await what it returns", process, operation));
}

void Oracle::overwritten(const std::string& process, const std::string& document) {
  violate(
      failure::kLostUpdate, "what somebody else has saved is not overwritten unseen",
      fmt::format("{} saves {} without a version, while others save it, too", process, document));
}

void Oracle::livelock(std::uint64_t steps_count) {
  violate(failure::kLivelock, "without further faults the system comes to rest",
          fmt::format("it was still busy after {} more steps", steps_count));
}

void Oracle::stuck(const std::string& process, std::string_view operation) {
  violate(failure::kLivelock, "every handler comes to its end",
          fmt::format("{} {} {}", process, protocol::phrase::kWaitsForEver, operation));
}

const std::string& Oracle::effect_of(const std::string& type) const {
  const auto name = expectations_->effect_names.find(type);
  return name == expectations_->effect_names.end() ? expectations_->effect_name : name->second;
}

void Oracle::check_effects(bool at_rest) {
  if (!expectations_->effects || !on(Invariant::exactly_one_effect)) return;
  for (const auto& scenario : messages_) {
    const int count = expectations_->effects(view_, scenario.message);
    if (count <= 1 && !(at_rest && count != 1)) continue;
    const auto& effect = effect_of(scenario.message.type);
    violate(
        count > 1 ? failure::kDuplicateEffect : failure::kLostEffect,
        fmt::format("{} {} is {} once", scenario.message.type, scenario.message.id.value, effect),
        fmt::format("{} {}", effect, times(count)));
  }
}

void Oracle::check_output(const ExpectedOutput& expected, const ScenarioMessage* cause,
                          bool at_rest) {
  const auto type = digest_of(expected.type);
  const auto cause_id = cause != nullptr ? digest_of(cause->message.id.value) : 0;
  const auto body = expected.body.empty() ? 0 : digest_of(expected.body);
  std::vector<std::uint64_t> ids;
  for (const auto& sent : state_.sent) {
    if (sent.type == type && (cause == nullptr || sent.cause == cause_id) &&
        (expected.body.empty() || sent.body == body)) {
      insert(ids, sent.id);
    }
  }
  auto about = cause != nullptr
                   ? fmt::format(" for {} {}", cause->message.type, cause->message.id.value)
                   : std::string();
  if (!expected.body.empty()) about += " " + expected.body_words;
  if (ids.size() > expected.count && on(Invariant::exactly_one_effect)) {
    violate(failure::kDuplicateEffect,
            fmt::format("{} {}{}, {}always under one id", expected.count, expected.type, about,
                        expected.count == 1 ? "" : "each "),
            fmt::format("{} {} {} messages", ids.size(), protocol::phrase::kSentUnderTwoIds,
                        ids.size()));
  }
  if (at_rest && ids.size() < expected.count && on(Invariant::no_lost_message)) {
    violate(failure::kLostMessage, fmt::format("{} {}{}", expected.count, expected.type, about),
            ids.empty()
                ? "never sent"
                : fmt::format(
                      "only {} of {} under an id of its own: receivers take the rest for copies",
                      ids.size(), expected.count));
  }
}

void Oracle::check_outputs(bool at_rest) {
  for (const auto& expected : expectations_->outputs) {
    if (expected.cause.empty()) {
      check_output(expected, nullptr, at_rest);
      continue;
    }
    for (const auto& scenario : messages_) {
      if (scenario.message.type == expected.cause) check_output(expected, &scenario, at_rest);
    }
  }
}

void Oracle::check_garbage() {
  for (std::size_t store = 0; store < view_.stores_count(); ++store) {
    for (const auto& document : view_.documents(store)) {
      if (auto what = expectations_->garbage(document)) {
        violate(failure::kGarbage, "nothing is left over at rest", std::move(*what));
      }
    }
  }
}

void Oracle::quiescent(const std::vector<std::string>& leftovers) {
  const auto contents = view_.digest();
  const bool good = good_at_rest_.contains(contents);
  if (!good) check_effects(true);
  check_outputs(true);
  if (on(Invariant::no_garbage)) {
    for (const auto& leftover : leftovers) {
      violate(failure::kGarbage, "nothing is left over at rest", leftover);
    }
    if (expectations_->garbage && !good) check_garbage();
  }
  if (!state_.violation) good_at_rest_.insert(contents);
  if (expectations_->at_quiescence && !state_.violation) {
    state_.violation = expectations_->at_quiescence(view_);
  }
}

std::uint64_t Oracle::digest() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& sent : state_.sent) {
    sum += Digest().add(sent.id).add(sent.content).add(sent.cause).add(sent.origin).value();
  }
  for (std::size_t i = 0; i < state_.attempts.size(); ++i) {
    const auto& attempt = state_.attempts[i];
    if (attempt.message == 0) continue;
    sum += Digest()
               .add(attempt.message)
               .add(attempt.label)
               .add(attempt.committed ? 1 : 2)
               .add(attempt.unjustified)
               .value();
  }
  for (const auto message : state_.committed_messages) sum += mix(message ^ 0x5bd1);
  for (const auto attempt : state_.committed_attempts) sum += mix(attempt ^ 0xe995);
  return sum;
}

}  // namespace workshop::explore
