#include "replay.hpp"

#include <algorithm>

#include "workshop/shop/gift_shop.hpp"

namespace workshop::shop {
namespace {

using explore::Decision;
using explore::OperationKind;
using modelcheck::ModelStep;
using modelcheck::TlcResult;

constexpr explore::Invariants kAllKnown = {no_ghost_message, no_lost_message, exactly_one_effect,
                                           consistent_output};

// The C++ world, with as many payments as the model's.
explore::Scenario world_of(const TlcResult& result, const NamedHandler& handler,
                           const explore::Invariants& invariants) {
  auto scenario = scenario_of(handler, invariants);
  const auto& queue = result.counterexample.front().variables.at("queue");
  scenario.messages.resize(std::min(scenario.messages.size(), queue.pairs().size()));
  scenario.messages_min = scenario.messages.size();
  return scenario;
}

Replay replay_steps(const explore::Scenario& scenario, const std::vector<ModelStep>& steps,
                    const Property& property, const NamedHandler& handler, const std::string& tag) {
  auto walked = modelcheck::walk(scenario, steps, tag);
  Replay replayed{walked.schedule, walked.left, {}};
  if (!walked.schedule) return replayed;
  const auto trace = follow_in_cpp(*walked.schedule, property, handler);
  if (trace.violation) replayed.broken = trace.violation->name;
  return replayed;
}

// Whether a handler has loaded something in the last step, and has not only forgotten it.
bool knows_more(const TlcResult& result) {
  const auto& states = result.counterexample;
  const auto& before = states[states.size() - 2].variables.at("loaded").pairs();
  const auto& after = states.back().variables.at("loaded").pairs();
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].second != before[i].second && after[i].second.at("spent").integer() >= 0) {
      return true;
    }
  }
  return false;
}

// The operations of the last step, as far as its changes show them.
std::vector<OperationKind> operations_at_once(const TlcResult& result) {
  std::vector<OperationKind> kinds;
  const auto changed = changed_at_once(result);
  const auto has = [&](const char* name) {
    return std::find(changed.begin(), changed.end(), name) != changed.end();
  };
  if (has("loaded") && knows_more(result)) kinds.push_back(OperationKind::load);
  if (has("db")) kinds.push_back(OperationKind::save);
  if (has("sent")) kinds.push_back(OperationKind::publish);
  if (has("leased")) {
    kinds.push_back(has("queue") ? OperationKind::abandon : OperationKind::acknowledge);
  }
  return kinds;
}

ModelStep with(ModelStep step, OperationKind kind, Decision decision = Decision::proceed) {
  step.kind = kind;
  step.decision = decision;
  step.silent = false;
  return step;
}

// One handler, along a counterexample whose last step is split by a crash.
class Tearing {
 public:
  Tearing(const TlcResult& result, const Property& property, const NamedHandler& handler,
          std::string tag)
      : property_(property),
        handler_(handler),
        tag_(std::move(tag)),
        scenario_(world_of(result, handler, property.in_cpp)),
        before_(modelcheck::steps_of(result, words())),
        step_(before_.back()) {
    before_.pop_back();
  }

  Replay between(OperationKind first, OperationKind second) const {
    const auto crash = with(step_, second, Decision::crash);
    auto torn = go({with(step_, first), crash});
    // The walk may crash the handler before any operation; here it must be before this one.
    const bool there = torn.schedule && torn.schedule->steps.back().decision == Decision::crash &&
                       torn.schedule->steps.back().kind == second;
    if (!there) return {std::nullopt, torn.left, {}};
    const auto before_both = go({crash});
    const auto after_both = go({with(step_, first), with(step_, second), crash});
    if (!before_both.broken.empty() || !after_both.broken.empty()) torn.broken.clear();
    return torn;
  }

 private:
  Replay go(const std::vector<ModelStep>& steps) const {
    auto all = before_;
    all.insert(all.end(), steps.begin(), steps.end());
    return replay_steps(scenario_, all, property_, handler_, tag_);
  }

  const Property& property_;
  const NamedHandler& handler_;
  std::string tag_;
  explore::Scenario scenario_;
  std::vector<ModelStep> before_;
  ModelStep step_;
};

Replay replay_torn(const TlcResult& result, const Property& property, const NamedHandler& handler,
                   const std::string& tag) {
  Replay last;
  const auto kinds = operations_at_once(result);
  const Tearing tearing(result, property, handler, tag);
  for (const auto first : kinds) {
    for (const auto second : kinds) {
      if (first == second) continue;
      auto torn = tearing.between(first, second);
      if (!torn.broken.empty()) return torn;
      if (torn.schedule || !last.schedule) last = std::move(torn);
    }
  }
  return last;
}

}  // namespace

modelcheck::ModelWords words() {
  modelcheck::ModelWords words;
  words.hidden_variables = {"changes", "failures", "leased", "loaded"};
  return words;
}

TlcResult with_laps(const TlcResult& result, std::size_t laps_count) {
  if (!result.loops_to) return result;
  auto longer = result;
  auto& states = longer.counterexample;
  const auto from = states.begin() + static_cast<std::ptrdiff_t>(*result.loops_to);
  std::vector<modelcheck::TlcState> lap(from + 1, states.end());
  if (!lap.empty()) {
    lap.push_back(*from);
    lap.back().action.clear();  // this action led to the start of the loop the first time only
  }
  states.resize(*result.loops_to + 1);
  for (std::size_t i = 0; i < laps_count; ++i) states.insert(states.end(), lap.begin(), lap.end());
  return longer;
}

Replay replay(const TlcResult& result, const Property& property, const NamedHandler& handler,
              const std::string& tag) {
  if (property.torn) return replay_torn(result, property, handler, tag);
  const auto steps = modelcheck::steps_of(with_laps(result, kLaps), words());
  return replay_steps(world_of(result, handler, property.in_cpp), steps, property, handler, tag);
}

std::vector<std::string> changed_at_once(const TlcResult& result) {
  const auto& states = result.counterexample;
  std::vector<std::string> names;
  for (const auto* name : {"queue", "leased", "loaded", "db", "sent"}) {
    if (states.size() < 2) break;
    const auto& before = states[states.size() - 2].variables;
    if (states.back().variables.at(name) != before.at(name)) names.emplace_back(name);
  }
  return names;
}

void audit(explore::Trace& trace, const Property& property) {
  if (property.audit == nullptr) return;
  auto finding = property.audit(trace);
  if (!finding) return;
  trace.violation = std::move(finding->violation);
  trace.steps.resize(finding->seen_at + 1);
  if (trace.steps.size() <= trace.schedule_steps) trace.went_on.clear();
  auto schedule = explore::Schedule::parse(trace.schedule);
  schedule.steps.resize(std::min(schedule.steps.size(), trace.steps.size()));
  trace.schedule = schedule.to_string();
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    trace.steps[i].deciding = i == finding->deciding;
  }
}

explore::Trace follow_in_cpp(const explore::Schedule& schedule, const Property& property,
                             const NamedHandler& handler, bool loosely) {
  explore::FollowOptions options;
  options.loosely = loosely;
  auto trace = explore::follow(scenario_of(handler, property.in_cpp), schedule, options);
  audit(trace, property);
  return trace;
}

std::string follow_loosely(const explore::Schedule& schedule, const Property& property,
                           const NamedHandler& handler) {
  const auto trace = follow_in_cpp(schedule, property, handler, true);
  return trace.violation ? trace.violation->name : "";
}

std::string oracle_on(const explore::Schedule& schedule, const NamedHandler& handler) {
  const auto trace = explore::follow(scenario_of(handler, kAllKnown), schedule);
  return trace.violation ? trace.violation->name : "";
}

}  // namespace workshop::shop
