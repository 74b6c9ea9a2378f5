// What may happen next in a world.
#include <algorithm>

#include "workshop/explore/world.hpp"

namespace workshop::explore {
namespace {

bool can_be_refused(OperationKind kind) {
  return kind != OperationKind::point && kind != OperationKind::reply &&
         kind != OperationKind::accept && kind != OperationKind::respond;
}

// Of a read, a lost answer and a refusal look the same; a receive whose answer is lost is a message
// whose lease expires, which `crash` and `lease_expiry` cover.
bool can_be_unknown(OperationKind kind) {
  return kind != OperationKind::point && kind != OperationKind::load &&
         kind != OperationKind::receive && kind != OperationKind::accept &&
         kind != OperationKind::respond;
}

}  // namespace

bool World::arrived(const ProcessSpec& spec) const {
  if (!spec.authority.empty()) return network_.waiting_count(spec.authority) > 0;
  return broker_->visible_count(spec.queue) > 0;
}

bool World::enabled(const Process& process) const {
  switch (process.state_) {
    case Process::State::ended:
      return false;
    case Process::State::idle:
      return arrived(process.spec_);
    case Process::State::running:
      break;
  }
  const auto& pending = process.pending_;
  switch (pending.kind) {
    case OperationKind::receive:
      return broker_->visible_count(std::string(pending.source)) > 0;
    case OperationKind::accept:
      return network_.waiting_count(pending.source) > 0;
    case OperationKind::reply:
      return network_.has_news(pending.source, clock_.now());
    default:
      return true;
  }
}

std::optional<Timestamp> World::next_due() const {
  const auto message = broker_->next_due();
  const auto deadline = network_.next_deadline();
  if (message && deadline) return std::min(*message, *deadline);
  return message ? message : deadline;
}

// A client that waits for an answer can do nothing, but faults can happen to it.
bool World::may_act(const Process& process) const {
  return enabled(process) || (process.state_ == Process::State::running &&
                              process.pending_.kind == OperationKind::reply);
}

// Idle processes of one group are the same; one of them stands for all.
bool World::first_idle_of_group(std::uint32_t index) const {
  const auto& process = *processes_[index];
  if (process.state_ != Process::State::idle) return true;
  for (std::uint32_t other = 0; other < index; ++other) {
    if (processes_[other]->state_ == Process::State::idle &&
        processes_[other]->spec_.group == process.spec_.group) {
      return false;
    }
  }
  return true;
}

void World::add_choices(const Process& process, const Budget& budget, std::uint8_t preemptions,
                        std::vector<Choice>& out) const {
  const bool idle = process.state_ == Process::State::idle;
  const auto first =
      process.spec_.authority.empty() ? OperationKind::receive : OperationKind::accept;
  const auto kind = idle ? first : process.pending_.kind;
  const auto add = [&](Decision decision, std::uint8_t faults, std::uint32_t index = 0) {
    out.push_back({decision, process.index_, index, kind, faults, preemptions});
  };
  const bool ready = enabled(process);
  if (ready) add(Decision::proceed, 0);
  if (budget.faults == 0) return;
  const auto& faults = scenario_->bounds.faults;
  if (kind == OperationKind::receive) {
    if (faults.contains(Fault::duplicate)) add(Decision::duplicate, 1);
    if (faults.contains(Fault::reorder)) {
      const auto queue = idle ? process.spec_.queue : std::string(process.pending_.source);
      const auto count = static_cast<std::uint32_t>(broker_->visible_count(queue));
      for (std::uint32_t i = 1; i < count; ++i) add(Decision::reorder, 1, i);
    }
  }
  if (idle) return;
  if (!ready) {  // it waits for an answer; it may not get it, or die meanwhile
    if (faults.contains(Fault::crash)) add(Decision::crash, 1);
    if (faults.contains(Fault::unknown)) add(Decision::unknown, 1);
    return;
  }
  if (faults.contains(Fault::crash)) add(Decision::crash, 1);
  if (faults.contains(Fault::lease_expiry) && process.lease_) add(Decision::lease_expiry, 1);
  if (faults.contains(Fault::refused) && can_be_refused(kind)) add(Decision::refuse, 1);
  if (faults.contains(Fault::unknown) && can_be_unknown(kind)) {
    add(Decision::unknown, 1);
    if (kind != OperationKind::reply) add(Decision::lose, 1);
  }
}

void World::choices(const Budget& budget, bool free_preemptions, std::vector<Choice>& out) const {
  out.clear();
  const bool last_can_go_on = last_ && enabled(*processes_[*last_]);
  if (last_can_go_on) add_choices(*processes_[*last_], budget, 0, out);
  const std::uint8_t cost = last_can_go_on && !free_preemptions ? 1 : 0;
  if (cost <= budget.preemptions) {
    for (const auto& process : processes_) {
      if (last_can_go_on && process->index_ == *last_) continue;
      if (!may_act(*process) || !first_idle_of_group(process->index_)) continue;
      add_choices(*process, budget, cost, out);
    }
  }
  // Faults aside, nobody can go on: then time passes.
  const bool stuck = std::none_of(out.begin(), out.end(), [](const Choice& choice) {
    return choice.decision == Decision::proceed;
  });
  if (stuck && next_due()) out.push_back({Decision::advance_time, 0, 0, {}, 0, 0});
}

// ---- what operations touch -------------------------------------------------------------------

std::uint64_t World::resource_of(std::size_t store, const Key& key) {
  const auto resource = Digest().add(store).add(key.partition).add(key.id).value();
  if (names_resources_) resource_names_.emplace(resource, Words::of(key));
  return resource;
}

std::string World::describe(const PendingOperation& operation) const {
  const std::string kind(name_of(operation.kind));
  if (const auto found = resource_names_.find(operation.resource); found != resource_names_.end()) {
    return kind + " " + found->second;
  }
  return operation.source.empty() ? kind : kind + " " + std::string(operation.source);
}

}  // namespace workshop::explore
