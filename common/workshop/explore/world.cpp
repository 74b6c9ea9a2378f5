#include "workshop/explore/world.hpp"

#include <fmt/format.h>

#include <algorithm>

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

std::optional<Document> StoreView::find(const Key& key, std::size_t index) const {
  return stores_.at(index)->find(key);
}

std::vector<Document> StoreView::documents(std::size_t index) const {
  return stores_.at(index)->documents();
}

Task<void> ProcessContext::point() const {
  Step& step = co_await process_->point(OperationKind::point, 0);
  if (step.narrated) step.text = "point";
}

World::World(const Scenario& scenario, std::size_t messages_count) : scenario_(&scenario) {
  build(messages_count);
}

World::~World() = default;

void World::build(std::size_t messages_count) {
  broker_ = std::make_unique<InProcessBroker>(clock_);
  for (const auto& queue : scenario_->queues) {
    broker_->declare_queue(queue.name, queue.options);
    for (const auto& topic : queue.topics) broker_->subscribe(topic, queue.name);
  }
  for (std::size_t i = 0; i < scenario_->stores.size(); ++i) {
    SqliteStoreOptions options;
    options.profile = scenario_->stores[i];
    options.next_version = [this](const Key&) { return next_version(); };
    stores_.push_back(std::make_unique<SqliteStore>(std::move(options)));
  }
  for (const auto& document : scenario_->documents) {
    run_inline(
        stores_.at(document.store)->put(document.key, document.body, Expected::absent()));
  }
  for (const auto& store : stores_) store->begin_exploration();
  std::vector<ScenarioMessage> messages(
      scenario_->messages.begin(),
      scenario_->messages.begin() + static_cast<std::ptrdiff_t>(messages_count));
  for (const auto& message : messages) {
    for (std::uint32_t copy = 0; copy < message.copies; ++copy) {
      run_inline(broker_->send(message.queue, message.message));
    }
  }
  oracle_ = std::make_unique<Oracle>(scenario_->expectations, std::move(messages),
                                     scenario_->processes.size(), view());
  for (const auto& spec : scenario_->processes) {
    const auto index = static_cast<std::uint32_t>(processes_.size());
    auto& process = *processes_.emplace_back(std::make_unique<Process>(index, spec));
    auto& broker =
        *scheduled_brokers_.emplace_back(std::make_unique<ScheduledBroker>(*this, process));
    std::vector<Store*> stores;
    for (std::size_t i = 0; i < stores_.size(); ++i) {
      stores.push_back(scheduled_stores_
                           .emplace_back(std::make_unique<ScheduledStore>(*this, process, i))
                           .get());
    }
    auto& client =
        *http_clients_.emplace_back(std::make_unique<ScheduledHttpClient>(*this, process));
    auto& server =
        *http_servers_.emplace_back(std::make_unique<ScheduledHttpServer>(*this, process));
    scheduled_clocks_.push_back(std::make_unique<ScheduledClock>(clock_, process));
    contexts_.push_back(std::make_unique<ProcessContext>(process, broker, std::move(stores), client,
                                                         server, *scheduled_clocks_.back()));
    if (!spec.serves()) start_round(process);
  }
}

// A version names the attempt that wrote it and its place in the attempt: whichever of two
// independent writes comes first, both have the versions they have in the other order.
Version World::next_version() {
  ++versions_drawn_;
  if (path_.empty()) return Version{fmt::format("v{}", versions_drawn_)};
  const auto& process = *processes_[path_.back().process];
  return Version{fmt::format("{}v{}", process.label_, 10 * process.steps_.size() + versions_drawn_ - 1)};
}

StoreView World::view() const {
  std::vector<SqliteStore*> stores;
  for (const auto& store : stores_) stores.push_back(store.get());
  return StoreView(std::move(stores));
}

// ---- what may happen -------------------------------------------------------------------------

bool World::arrived(const ProcessSpec& spec) const {
  if (!spec.authority.empty()) return network_.waiting_count(spec.authority) > 0;
  return broker_->visible_count(spec.queue) > 0;
}

bool World::enabled(const Process& process) const {
  switch (process.state_) {
    case Process::State::ended: return false;
    case Process::State::idle: return arrived(process.spec_);
    case Process::State::running: break;
  }
  const auto& pending = process.pending_;
  switch (pending.kind) {
    case OperationKind::receive: return broker_->visible_count(std::string(pending.source)) > 0;
    case OperationKind::accept: return network_.waiting_count(pending.source) > 0;
    case OperationKind::reply: return network_.has_news(pending.source, clock_.now());
    default: return true;
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
  if (faults.contains(Fault::unknown) && can_be_unknown(kind)) add(Decision::unknown, 1);
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

// ---- forward ---------------------------------------------------------------------------------

void World::save(std::uint32_t index) {
  if (saved_.size() <= path_.size()) saved_.emplace_back();
  auto& saved = saved_[path_.size()];
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
  saved.mark.steps = process.steps_;
  broker_->snapshot_into(saved.broker);
  saved.network = network_;
  saved.oracle = oracle_->state();
  saved.store_depths.clear();
  for (const auto& store : stores_) saved.store_depths.push_back(store->checkpoints_count());
  saved.last = last_;
  saved.now = clock_.now();
}

void World::before_write(std::size_t store) { stores_[store]->checkpoint(); }

void World::start_round(Process& process) {
  process.state_ = Process::State::running;
  process.started_ = clock_.now();
  process.label_ = process.first_label();
  process.ids_drawn_ = 0;
  process.history_ = 0;
  process.steps_.clear();
  process.pending_ = {};
  process.round_.emplace(process.spec_.round(*contexts_[process.index_]));
  resume(process);
  const auto& spec = process.spec_;
  if (!spec.serves()) return;
  const bool by_message = spec.authority.empty();
  const auto first = by_message ? OperationKind::receive : OperationKind::accept;
  const auto& source = by_message ? spec.queue : spec.authority;
  if (process.pending_.kind == first && process.pending_.source == source) return;
  throw std::logic_error(fmt::format("a round of process '{}' must begin with '{}' from '{}'",
                                     spec.name, name_of(first), source));
}

void World::resume(Process& process) {
  const ScopedIds ids(process);
  if (process.pending_.waiting) {
    const auto waiting = process.pending_.waiting;
    process.pending_.waiting = {};
    waiting.resume();
  } else {
    process.round_->resume();
  }
}

void World::take(const Choice& choice) {
  save(choice.process);
  versions_drawn_ = 0;
  auto& step = path_.emplace_back();
  step.process = choice.process;
  step.decision = choice.decision;
  step.index = choice.index;
  step.narrated = narrated_;
  if (narrated_) {
    step.facts = std::make_shared<Facts>();
    step.facts->attempt = processes_[choice.process]->label_;
    if (before_step_) before_step_(path_.size(), describe(choice));
  }
  if (choice.decision == Decision::advance_time) {
    const auto due = next_due();
    if (narrated_) step.text = fmt::format("time passes: {} ms", (*due - clock_.now()).count());
    clock_.set(std::max(*due, clock_.now()));
    last_.reset();
  } else {
    perform(*processes_[choice.process], step);
  }
  if (narrated_ && path_.size() <= kObservedStepsMax) {
    step.after = std::make_shared<const WorldState>(observe());
  }
}

void World::perform(Process& process, Step& step) {
  if (process.state_ == Process::State::idle) start_round(process);
  step.kind = process.pending_.kind;
  step.arguments = process.pending_.arguments;
  last_ = process.index_;
  if (step.decision == Decision::crash) {
    if (narrated_) step.text = fmt::format("CRASH before {}", name_of(step.kind));
    end_round(process, true);
    return;
  }
  if (step.decision == Decision::lease_expiry) {
    if (narrated_) step.text = "the lease expires";
    release_lease(process);
    return;
  }
  process.steps_.push_back(static_cast<std::uint32_t>(path_.size() - 1));
  process.step_ = &step;
  resume(process);
  settle_step(process, step);
}

void World::settle_step(Process& process, Step& step) {
  process.history_ = Digest()
                         .add(process.history_)
                         .add(static_cast<std::uint64_t>(step.kind))
                         .add(step.outcome)
                         .value();
  if (!process.round_->done()) return;
  try {
    process.round_->take();
  } catch (const std::exception& error) {
    oracle_->unhandled(process.spec_.name, error.what());
  }
  end_round(process, false);
}

void World::end_round(Process& process, bool crashed) {
  const ScopedIds ids(process);
  process.round_.reset();
  process.pending_ = {};
  release_lease(process);
  break_connections(process);
  oracle_->attempt_ended(process.index_);
  process.steps_.clear();
  process.history_ = 0;
  process.state_ = Process::State::idle;
  last_.reset();
  if (process.spec_.serves()) return;
  process.state_ = Process::State::ended;
  if (!crashed || !process.spec_.restarts) return;
  ++process.restarts_count_;
  start_round(process);
}

void World::release_lease(Process& process) {
  if (!process.lease_) return;
  const auto lease = *std::exchange(process.lease_, std::nullopt);
  try {
    broker_->expire_lease(lease);
  } catch (const LeaseLost&) {
    // It was settled, or has expired before.
  }
}

void World::break_connections(Process& process) {
  if (!process.exchange_.empty()) network_.break_off(process.exchange_);
  if (!process.request_.empty()) network_.give_up(process.request_);
  process.exchange_.clear();
  process.request_.clear();
}

bool World::run_fairly(std::uint32_t steps_max) {
  std::vector<Choice> choices_now;
  std::uint32_t turn = 0;
  for (std::uint32_t i = 0; i < steps_max; ++i) {
    choices({}, true, choices_now);
    if (choices_now.empty() || oracle_->violation()) return true;
    const auto next = std::find_if(choices_now.begin(), choices_now.end(),
                                   [&](const Choice& choice) { return choice.process >= turn; });
    const auto chosen = next == choices_now.end() ? choices_now.front() : *next;
    turn = (chosen.process + 1) % static_cast<std::uint32_t>(processes_.size());
    take(chosen);
  }
  choices({}, true, choices_now);
  return choices_now.empty();
}

void World::judge_rest() {
  for (const auto& queue : scenario_->queues) {
    for (const auto& dead : broker_->messages(dead_letter_queue_of(queue.name))) {
      oracle_->dead_lettered(*dead.message, queue.name);
    }
  }
  std::vector<std::string> leftovers;
  for (const auto& lease : broker_->outstanding_leases()) {
    leftovers.push_back(fmt::format("a lease of {} in {}", lease.message->id.value, lease.queue));
  }
  oracle_->quiescent(leftovers);
}

// ---- back ------------------------------------------------------------------------------------

void World::return_to(std::size_t depth) {
  if (depth >= path_.size()) return;
  const auto& target = saved_[depth];
  broker_->restore(target.broker);
  network_ = target.network;
  oracle_->restore(target.oracle);
  for (std::size_t i = 0; i < stores_.size(); ++i) {
    const auto checkpoints = target.store_depths[i];
    if (stores_[i]->checkpoints_count() > checkpoints) stores_[i]->rollback_to(checkpoints);
  }
  clock_.set(target.now);
  last_ = target.last;

  std::uint64_t touched = 0;
  while (path_.size() > depth) {
    const auto& saved = saved_[path_.size() - 1];
    auto& process = *processes_[saved.process];
    const bool by_time = path_.back().decision == Decision::advance_time;
    path_.pop_back();
    if (by_time) continue;
    process.state_ = saved.mark.state;
    process.label_ = saved.mark.label;
    process.started_ = saved.mark.started;
    process.lease_ = saved.mark.lease;
    process.exchange_ = saved.mark.exchange;
    process.request_ = saved.mark.request;
    process.history_ = saved.mark.history;
    process.ids_drawn_ = saved.mark.ids_drawn;
    process.restarts_count_ = saved.mark.restarts_count;
    process.steps_ = saved.mark.steps;
    touched |= std::uint64_t{1} << saved.process;
  }
  for (const auto& process : processes_) {
    if ((touched >> process->index_ & 1U) != 0) rebuild(*process);
  }
}

void World::rebuild(Process& process) {
  process.round_.reset();
  process.pending_ = {};
  if (process.state_ != Process::State::running) return;
  const auto label = process.label_;
  const auto ids_drawn = process.ids_drawn_;
  const auto history = process.history_;
  const auto now = clock_.now();
  clock_.set(process.started_);  // it reads the times that it read before
  process.label_ = process.first_label();
  process.ids_drawn_ = 0;
  process.round_.emplace(process.spec_.round(*contexts_[process.index_]));
  resume(process);
  for (const auto position : process.steps_) {
    auto& step = path_[position];
    refuse_difference(step, process);
    step.replayed = true;
    process.step_ = &step;
    clock_.set(saved_[position].now);
    resume(process);
  }
  process.history_ = history;
  clock_.set(now);
  if (!process.pending_.waiting || process.label_ != label || process.ids_drawn_ != ids_drawn) {
    throw NonDeterministic("process '" + process.spec_.name +
                           "' went another way when it was run again with the same results; time, "
                           "ids and randomness must come from the context");
  }
}

void World::refuse_difference(const Step& recorded, const Process& process) const {
  if (process.pending_.waiting && process.pending_.kind == recorded.kind &&
      process.pending_.arguments == recorded.arguments) {
    return;
  }
  const auto now = process.pending_.waiting ? name_of(process.pending_.kind) : "end";
  throw NonDeterministic(fmt::format(
      "process '{}' is not deterministic: where it did '{}' before, it now does '{}'{}; time, ids "
      "and randomness must come from the context",
      process.spec_.name, name_of(recorded.kind), now,
      now == name_of(recorded.kind) ? " with other arguments" : ""));
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
