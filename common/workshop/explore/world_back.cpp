// How a world goes back, and how its states are told apart.
#include <fmt/format.h>

#include "workshop/explore/world.hpp"

namespace workshop::explore {

// Broker, network and oracle are saved only when they have changed since they were saved last; a
// slot that a shallower step refers to is not overwritten, because it is at that depth or above.
void World::save(std::uint32_t index) {
  const auto slot = path_.size();
  if (saved_.size() <= slot) saved_.emplace_back();
  auto& saved = saved_[slot];
  const auto& process = *processes_[index];
  saved.process = index;
  saved.mark.state = process.state_;
  saved.mark.label = process.label_;
  saved.mark.started = process.started_;
  saved.mark.lease = process.lease_;
  saved.mark.exchange = process.exchange_;
  saved.mark.request = process.request_;
  saved.mark.history = process.history_;
  saved.mark.ids_drawn = process.ids_drawn_;
  saved.mark.restarts_count = process.restarts_count_;
  saved.mark.steps_count = process.steps_count_;
  saved.mark.last_step = process.last_step_;
  saved.mark.kind = process.pending_.kind;
  saved.mark.arguments = process.pending_.arguments;
  saved.mark.source = process.pending_.source;
  saved.mark.resource = process.pending_.resource;
  if (!broker_saved_) {
    broker_->snapshot_into(saved.broker);
    broker_saved_ = slot;
  }
  if (!network_saved_) {
    saved.network = network_;
    network_saved_ = slot;
  }
  if (!oracle_saved_) {
    saved.oracle = oracle_->state();
    oracle_saved_ = slot;
  }
  saved.broker_slot = *broker_saved_;
  saved.network_slot = *network_saved_;
  saved.oracle_slot = *oracle_saved_;
  saved.store_depths.clear();
  for (const auto& store : stores_) saved.store_depths.push_back(store->checkpoints_count());
  saved.last = last_;
  saved.now = clock_.now();
}

void World::return_to(std::size_t depth) {
  if (depth >= path_.size()) return;
  const auto& target = saved_[depth];
  if (broker_saved_ != target.broker_slot) broker_->restore(saved_[target.broker_slot].broker);
  if (network_saved_ != target.network_slot) network_ = saved_[target.network_slot].network;
  if (oracle_saved_ != target.oracle_slot) oracle_->restore(saved_[target.oracle_slot].oracle);
  broker_saved_ = target.broker_slot;
  network_saved_ = target.network_slot;
  oracle_saved_ = target.oracle_slot;
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const auto checkpoints = target.store_depths[i];
    if (stores_[i]->checkpoints_count() > checkpoints) stores_[i]->rollback_to(checkpoints);
  }
  clock_.set(target.now);
  last_ = target.last;

  std::uint64_t put_back = 0;  // processes; a later mark of one counts no more
  for (std::size_t i = depth; i < path_.size(); ++i) {
    const auto index = saved_[i].process;
    if (path_[i].decision == Decision::advance_time || (put_back >> index & 1U) != 0) continue;
    put_back |= std::uint64_t{1} << index;
    put_process_back(*processes_[index], saved_[i].mark);
  }
  while (path_.size() > depth) path_.pop_back();
}

// Its frames are gone from now on. They are made again when it goes on, which it may never do.
void World::put_process_back(Process& process, const ProcessMark& mark) {
  process.round_.reset();
  process.state_ = mark.state;
  process.label_ = mark.label;
  process.started_ = mark.started;
  process.lease_ = mark.lease;
  process.exchange_ = mark.exchange;
  process.request_ = mark.request;
  process.history_ = mark.history;
  process.ids_drawn_ = mark.ids_drawn;
  process.restarts_count_ = mark.restarts_count;
  process.steps_count_ = mark.steps_count;
  process.last_step_ = mark.last_step;
  process.source_ = mark.source;
  process.pending_ = {mark.kind, mark.arguments, process.source_, {}, mark.resource};
}

void World::rebuild(Process& process) {
  const auto label = process.label_;
  const auto ids_drawn = process.ids_drawn_;
  const auto history = process.history_;
  const auto now = clock_.now();
  const auto kind = process.pending_.kind;
  const auto arguments = process.pending_.arguments;
  process.label_ = process.first_label();
  process.ids_drawn_ = 0;
  process.pending_ = {};
  positions_.resize(process.steps_count_);
  auto position = process.last_step_;
  for (auto i = positions_.size(); i-- > 0; position = path_[position].previous) {
    positions_[i] = position;
  }
  clock_.set(process.started_);  // it reads the times that it read before
  process.round_.emplace(process.spec_.round(*contexts_[process.index_]));
  resume(process);
  for (const auto at : positions_) {
    auto& step = path_[at];
    refuse_difference(step.kind, step.arguments, at, process);
    step.replayed = true;
    process.step_ = &step;
    clock_.set(saved_[at].now);
    resume(process);
  }
  process.history_ = history;
  clock_.set(now);
  refuse_difference(kind, arguments, path_.size() - 1, process);
  if (process.label_ != label || process.ids_drawn_ != ids_drawn) {
    throw NonDeterministic("process '" + process.spec_.name +
                           "' went another way when it was run again with the same results; time, "
                           "ids and randomness must come from the context");
  }
}

void World::refuse_difference(OperationKind kind, std::uint64_t arguments, std::size_t position,
                              const Process& process) const {
  if (process.pending_.waiting && process.pending_.kind == kind &&
      process.pending_.arguments == arguments) {
    return;
  }
  const auto now = process.pending_.waiting ? name_of(process.pending_.kind) : "end";
  throw NonDeterministic(
      fmt::format("process '{}' is not deterministic: where it did '{}' before, as step {}, it now "
                  "does '{}'{}; "
                  "time, ids and randomness must come from the context",
                  process.spec_.name, name_of(kind), position + 1, now,
                  now == name_of(kind) ? " with other arguments" : ""));
}

// ---- digests ---------------------------------------------------------------------------------

std::uint64_t World::data_digest() const {
  Digest digest;
  for (const auto& store : stores_) digest.add(store->digest());
  digest.add(broker_->digest());
  if (!network_.empty()) digest.add(network_.digest());
  return digest.value();
}

std::uint64_t World::digest() const {
  std::uint64_t processes = 0;  // a sum: processes of one group are interchangeable
  for (const auto& process : processes_) {
    Digest own;
    own.add(process->spec_.group).add(static_cast<std::uint64_t>(process->state_));
    if (process->state_ == Process::State::running) {
      own.add(process->history_)
          .add(static_cast<std::uint64_t>(process->pending_.kind))
          .add(process->pending_.arguments)
          .add(process->lease_ ? 1 : 0);
    }
    if (last_ == process->index_) own.add(0x1a57);
    processes += own.value();
  }
  return Digest()
      .add(data_digest())
      .add(processes)
      .add(oracle_->digest())
      .add(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()))
      .value();
}

}  // namespace workshop::explore
