// How a world goes back, and how its states are told apart.
#include <fmt/format.h>

#include "workshop/explore/world/world.hpp"

namespace workshop::explore {

// Broker, network and oracle are saved only when they have changed since they were saved last; a
// slot that a shallower step refers to is not overwritten, because it is at that depth or above.
void World::save(std::uint32_t process) {
  const auto slot = depth();
  if (saved_.size() <= slot) saved_.emplace_back();
  auto& saved = saved_[slot];
  saved.process = process;
  saved.process_state = processes_[process].state;
  if (!broker_saved_) {
    parts_.broker->snapshot_into(saved.broker);
    broker_saved_ = slot;
  }
  if (!network_saved_) {
    saved.network = parts_.network;
    network_saved_ = slot;
  }
  if (!oracle_saved_) {
    saved.oracle = parts_.oracle->state();
    oracle_saved_ = slot;
  }
  saved.broker_slot = *broker_saved_;
  saved.network_slot = *network_saved_;
  saved.oracle_slot = *oracle_saved_;
  saved.store_depths.clear();
  for (const auto& store : parts_.stores) saved.store_depths.push_back(store->checkpoints_count());
  saved.last = last_;
  saved.outage = parts_.outage;
  saved.now = parts_.clock.now();
}

void World::return_to(std::size_t depth) {
  auto& path = parts_.path;
  if (depth >= path.size()) return;
  put_parts_back(saved_[depth]);
  std::uint64_t put_back = 0;  // processes; of one that has several steps the first state counts
  for (std::size_t i = depth; i < path.size(); ++i) {
    const auto index = saved_[i].process;
    if (path[i].choice.decision == Decision::advance_time || (put_back >> index & 1U) != 0)
      continue;
    put_back |= std::uint64_t{1} << index;
    auto& process = processes_[index];
    process.state = saved_[i].process_state;
    // Its frames are gone from now on. They are made again when it goes on, which it may never do.
    process.round.reset();
    process.waiting = {};
  }
  while (path.size() > depth) path.pop_back();
}

void World::put_parts_back(const Saved& target) {
  if (broker_saved_ != target.broker_slot) {
    parts_.broker->restore(saved_[target.broker_slot].broker);
  }
  if (network_saved_ != target.network_slot) parts_.network = saved_[target.network_slot].network;
  if (oracle_saved_ != target.oracle_slot) {
    parts_.oracle->restore(saved_[target.oracle_slot].oracle);
  }
  broker_saved_ = target.broker_slot;
  network_saved_ = target.network_slot;
  oracle_saved_ = target.oracle_slot;
  for (std::size_t i = 0; i < parts_.stores.size(); ++i) {
    auto& store = *parts_.stores[i];
    const auto checkpoints = target.store_depths[i];
    if (store.checkpoints_count() > checkpoints) store.rollback_to(checkpoints);
  }
  parts_.clock.set(target.now);
  parts_.outage = target.outage;
  last_ = target.last;
}

// Makes the frames of a process again: runs its round from the start, fed with what its operations
// returned before, at the times at which they did.
void World::rebuild(Process& process) {
  auto& state = process.state;
  auto& path = parts_.path;
  const auto before = state;
  const auto outage = parts_.outage;
  const auto now = parts_.clock.now();
  state.attempt = process.first_attempt();
  state.ids_drawn = 0;
  positions_.resize(state.steps_count);
  auto position = state.last_step;
  for (auto i = positions_.size(); i-- > 0; position = path[position].previous) {
    positions_[i] = position;
  }
  parts_.clock.set(state.started);  // it reads the times that it read before
  process.round.emplace(process.spec.round(context_of(process)));
  resume(process);
  for (const auto at : positions_) {
    auto& step = path[at];
    refuse_difference({step.choice.kind, step.arguments, {}, 0}, at, process);
    step.replayed = true;
    process.step = &step;
    parts_.clock.set(saved_[at].now);
    resume(process);
  }
  state.history = before.history;
  parts_.outage = outage;
  parts_.clock.set(now);
  refuse_difference(before.pending, path.size() - 1, process);
  if (state.attempt != before.attempt || state.ids_drawn != before.ids_drawn) {
    throw NonDeterministic("process '" + process.spec.name +
                           "' went another way when it was run again with the same results");
  }
}

void World::refuse_difference(const PendingOperation& before, std::size_t position,
                              const Process& process) const {
  const auto& pending = process.state.pending;
  if (process.waiting && pending.kind == before.kind && pending.arguments == before.arguments) {
    return;
  }
  const auto now = process.waiting ? name_of(pending.kind) : "end";
  throw NonDeterministic(
      fmt::format("where process '{}' did '{}' before, as step {}, it now does '{}'{}",
                  process.spec.name, name_of(before.kind), position + 1, now,
                  now == name_of(before.kind) ? " with other arguments" : ""));
}

std::uint64_t World::data_digest() const {
  Digest digest;
  for (const auto& store : parts_.stores) digest.add(store->digest());
  digest.add(parts_.broker->digest());
  if (!parts_.network.empty()) digest.add(parts_.network.digest());
  return digest.value();
}

std::uint64_t World::digest() const {
  std::uint64_t processes = 0;  // a sum: processes of one group are interchangeable
  for (const auto& process : processes_) {
    const auto& state = process.state;
    Digest own;
    own.add(process.spec.group).add(static_cast<std::uint64_t>(state.phase));
    if (process.running()) {
      own.add(state.history)
          .add(static_cast<std::uint64_t>(state.pending.kind))
          .add(state.pending.arguments)
          .add(state.lease ? 1 : 0);
    }
    if (last_ == process.index) own.add(0x1a57);
    if (parts_.outage && parts_.outage->ends_with_round_of(process)) own.add(0x0a7e);
    processes += own.value();
  }
  return Digest()
      .add(data_digest())
      .add(processes)
      .add(parts_.oracle->digest())
      .add(parts_.outage ? parts_.outage->digest() : 0)
      .add(static_cast<std::uint64_t>(parts_.clock.now().time_since_epoch().count()))
      .value();
}

}  // namespace workshop::explore
