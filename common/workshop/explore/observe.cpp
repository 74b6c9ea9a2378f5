#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/world.hpp"

namespace workshop::explore {
namespace {

std::string_view name_of(Exchange::Phase phase) {
  switch (phase) {
    case Exchange::Phase::waiting:
      return "waiting";
    case Exchange::Phase::accepted:
      return "accepted";
    case Exchange::Phase::answered:
      return "answered";
    case Exchange::Phase::broken:
      return "broken";
  }
  return "?";
}

// What was sent so far, in the order of the first time.
std::vector<WorldState::Sent> sent_in(const std::deque<Step>& path) {
  std::vector<WorldState::Sent> sent;
  for (const auto& step : path) {
    if (step.kind != OperationKind::send && step.kind != OperationKind::publish) continue;
    if (!step.facts || (step.failure && step.decision != Decision::unknown)) continue;
    for (const auto& message : step.facts->messages) {
      const auto known = std::find_if(sent.begin(), sent.end(), [&](const auto& other) {
        return other.type == message.type && other.id == message.id &&
               other.attempt == message.attempt;
      });
      if (known != sent.end()) {
        ++known->times;
      } else {
        sent.push_back({message.type, message.id, message.attempt, 1});
      }
    }
  }
  return sent;
}

WorldState::Queue look_into(const InProcessBroker& broker, const std::string& name, bool dead) {
  WorldState::Queue queue{name, {}};
  for (const auto& view : broker.messages(name)) {
    const auto* status = dead ? "dead" : view.leased ? "leased" : view.due ? "delayed" : "visible";
    queue.messages.push_back(
        {view.message->type, view.message->id.value, view.delivery_count, status});
  }
  return queue;
}

}  // namespace

std::string World::describe(const Choice& choice) const {
  if (choice.decision == Decision::advance_time) return "time passes";
  const auto& name = processes_[choice.process]->spec().name;
  const auto* before = choice.decision == Decision::crash          ? "a crash before "
                       : choice.decision == Decision::lease_expiry ? "the lease expires before "
                       : choice.decision == Decision::refuse       ? "refused: "
                       : choice.decision == Decision::unknown      ? "done, its answer lost: "
                       : choice.decision == Decision::lose         ? "not done, its answer lost: "
                                                                   : "";
  return fmt::format("{}{} of {}", before, explore::name_of(choice.kind), name);
}

WorldState World::observe() const {
  WorldState state;
  const auto& expected = scenario_->expectations;
  for (const auto& scenario : oracle_->messages()) {
    if (!expected.effects) break;
    const auto& message = scenario.message;
    const auto name = expected.effect_names.find(message.type);
    state.effects.push_back(
        {Words::of(message),
         name == expected.effect_names.end() ? expected.effect_name : name->second,
         expected.effects(view(), message)});
  }
  const auto& committed = oracle_->state().committed_attempts;
  const auto note = [&](const std::string& label) {
    const auto digest = Digest().add(label).value();
    if (std::find(committed.begin(), committed.end(), digest) == committed.end()) return;
    if (std::find(state.committed.begin(), state.committed.end(), label) != state.committed.end())
      return;
    state.committed.push_back(label);
  };
  for (const auto& step : path_) {
    if (!step.label.empty()) note(step.label);
  }
  state.sent = sent_in(path_);
  for (const auto& queue : scenario_->queues) {
    state.queues.push_back(look_into(*broker_, queue.name, false));
    auto dead = look_into(*broker_, dead_letter_queue_of(queue.name), true);
    if (!dead.messages.empty()) state.queues.push_back(std::move(dead));
  }
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    for (const auto& document : stores_[i]->documents()) {
      state.documents.push_back({i, Words::of(document.key), document.body,
                                 words_.mentioned(document.key, document.version)});
    }
  }
  for (const auto& exchange : network_.exchanges()) {
    state.requests.push_back(
        {fmt::format("{} {}{}", workshop::name_of(exchange.request.method), exchange.authority,
                     exchange.request.target),
         std::string(exchange.abandoned ? "given up" : name_of(exchange.phase))});
  }
  return state;
}

}  // namespace workshop::explore
