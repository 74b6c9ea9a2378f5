#include "workshop/explore/story/observe.hpp"

#include <fmt/format.h>

#include <algorithm>

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
std::vector<WorldState::Sent> sent_in(const Path& path) {
  std::vector<WorldState::Sent> sent;
  for (const auto& step : path) {
    const auto& choice = step.choice;
    if (choice.kind != OperationKind::send && choice.kind != OperationKind::publish) continue;
    if (!step.words || (step.failure && choice.decision != Decision::unanswered_done)) continue;
    for (const auto& message : step.words->facts.messages) {
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

// The part of the state that the oracle has to do with.
void observe_oracle(const World& world, WorldState& state) {
  const auto& expected = world.scenario().expectations;
  for (const auto& scenario : world.oracle().messages()) {
    if (!expected.effects) break;
    const auto& message = scenario.message;
    const auto name = expected.effect_names.find(message.type);
    state.effects.push_back(
        {Words::of(message),
         name == expected.effect_names.end() ? expected.effect_name : name->second,
         expected.effects(world.view(), message)});
  }
  const auto& committed = world.oracle().state().committed_attempts;
  const auto note = [&](const std::string& label) {
    const auto digest = Digest().add(label).value();
    if (std::find(committed.begin(), committed.end(), digest) == committed.end()) return;
    if (std::find(state.committed.begin(), state.committed.end(), label) != state.committed.end())
      return;
    state.committed.push_back(label);
  };
  for (const auto& step : world.parts().path) {
    if (!step.attempt.label.empty()) note(step.attempt.label);
  }
}

}  // namespace

WorldState observe(const World& world) {
  WorldState state;
  const auto& parts = world.parts();
  observe_oracle(world, state);
  state.sent = sent_in(parts.path);
  for (const auto& queue : world.scenario().queues) {
    state.queues.push_back(look_into(*parts.broker, queue.name, false));
    auto dead = look_into(*parts.broker, dead_letter_queue_of(queue.name), true);
    if (!dead.messages.empty()) state.queues.push_back(std::move(dead));
  }
  for (std::size_t i = 0; i < parts.stores.size(); ++i) {
    for (const auto& document : parts.stores[i]->documents()) {
      state.documents.push_back({i, Words::of(document.key), document.body,
                                 parts.words.mentioned(document.key, document.version)});
    }
  }
  for (const auto& exchange : parts.network.exchanges()) {
    state.requests.push_back(
        {fmt::format("{} {}{}", workshop::name_of(exchange.request.method), exchange.authority,
                     exchange.request.target),
         std::string(exchange.abandoned ? "given up" : name_of(exchange.phase))});
  }
  return state;
}

}  // namespace workshop::explore
