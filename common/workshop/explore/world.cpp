#include "workshop/explore/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/search/watchdog.hpp"

namespace workshop::explore {
std::optional<Document> StoreView::find(const Key& key, std::size_t index) const {
  return stores_.at(index)->find(key);
}

std::vector<Document> StoreView::documents(std::size_t index) const {
  return stores_.at(index)->documents();
}

std::uint64_t StoreView::digest() const {
  Digest digest;
  for (const auto* store : stores_) digest.add(store->digest());
  return digest.value();
}

void BarePoint::await_suspend(std::coroutine_handle<> waiting) const noexcept {
  process_->point(OperationKind::point, 0).await_suspend(waiting);
}

void BarePoint::await_resume() const {
  auto& step = process_->point(OperationKind::point, 0).await_resume();
  if (step.narrated) step.text = "point";
}

World::World(const Scenario& scenario, std::size_t messages_count, bool names_resources)
    : scenario_(&scenario), messages_count_(messages_count), names_resources_(names_resources) {
  watch(*this);
  try {
    build();
  } catch (...) {
    watch_no_more(*this);
    throw;
  }
}

World::~World() { watch_no_more(*this); }

void World::build() {
  broker_ = std::make_unique<ExplorableBroker>(clock_);
  for (const auto& queue : scenario_->queues) {
    broker_->declare_queue(queue.name, queue.options);
    for (const auto& topic : queue.topics) broker_->subscribe(topic, queue.name);
  }
  for (std::size_t i = 0; i < scenario_->stores.size(); ++i) {
    SqliteStoreOptions options;
    options.profile = scenario_->stores[i];
    options.next_version = [this](const Key&) { return next_version(); };
    stores_.push_back(std::make_unique<ExplorableStore>(std::move(options)));
  }
  for (const auto& document : scenario_->documents) {
    run_inline(stores_.at(document.store)->put(document.key, document.body, Expected::absent()));
  }
  for (const auto& store : stores_) store->begin_exploration();
  std::vector<ScenarioMessage> messages(
      scenario_->messages.begin(),
      scenario_->messages.begin() + static_cast<std::ptrdiff_t>(messages_count_));
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
      stores.push_back(
          scheduled_stores_.emplace_back(std::make_unique<ScheduledStore>(*this, process, i))
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
  return Version{
      fmt::format("{}v{}", process.label_, 10 * process.steps_count_ + versions_drawn_ - 1)};
}

StoreView World::view() const {
  std::vector<ExplorableStore*> stores;
  for (const auto& store : stores_) stores.push_back(store.get());
  return StoreView(std::move(stores));
}

// ---- forward ---------------------------------------------------------------------------------

void World::before_write(std::size_t store) { stores_[store]->checkpoint(); }

void World::start_round(Process& process) {
  process.state_ = Process::State::running;
  process.started_ = clock_.now();
  process.label_ = process.first_label();
  process.ids_drawn_ = 0;
  process.history_ = 0;
  process.steps_count_ = 0;
  process.pending_ = {};
  process.round_.emplace(process.spec_.round(*contexts_[process.index_]));
  resume(process);
  const auto& spec = process.spec_;
  if (!spec.serves()) {
    if (process.round_->done()) take_result(process);  // it did nothing at all
    return;
  }
  const bool by_message = spec.authority.empty();
  const auto first = by_message ? OperationKind::receive : OperationKind::accept;
  const auto& source = by_message ? spec.queue : spec.authority;
  if (process.pending_.kind == first && process.pending_.source == source) return;
  throw std::logic_error(fmt::format("a round of process '{}' must begin with '{}' from '{}'",
                                     spec.name, name_of(first), source));
}

void World::resume(Process& process) {
  const ScopedIds ids(process);
  const auto turn = turns_count_.load(std::memory_order_relaxed);  // only this thread changes it
  turns_count_.store(turn + 1, std::memory_order_release);
  if (process.pending_.waiting) {
    const auto waiting = process.pending_.waiting;
    process.pending_.waiting = {};
    waiting.resume();
  } else {
    process.round_->resume();
  }
  turns_count_.store(turn + 2, std::memory_order_release);
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
    broker_saved_.reset();
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
  if (!process.round_) rebuild(process);
  step.previous = process.last_step_;
  process.last_step_ = static_cast<std::uint32_t>(path_.size() - 1);
  ++process.steps_count_;
  process.step_ = &step;
  note_changes(step.kind);
  resume(process);
  settle_step(process, step);
}

// What an operation of this kind may change has to be saved anew. The oracle hears of most.
void World::note_changes(OperationKind kind) {
  switch (kind) {
    case OperationKind::point:
    case OperationKind::load:
      return;
    case OperationKind::save:
    case OperationKind::erase:
    case OperationKind::batch:
      break;
    case OperationKind::request:
    case OperationKind::reply:
    case OperationKind::accept:
    case OperationKind::respond:
      network_saved_.reset();
      return;
    default:
      broker_saved_.reset();
      break;
  }
  oracle_saved_.reset();
}

void World::settle_step(Process& process, Step& step) {
  process.history_ = Digest()
                         .add(process.history_)
                         .add(static_cast<std::uint64_t>(step.kind))
                         .add(step.outcome)
                         .value();
  if (process.round_->done()) take_result(process);
}

// Of a round whose coroutine has ended.
void World::take_result(Process& process) {
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
  oracle_saved_.reset();
  oracle_->attempt_ended(process.index_);
  process.steps_count_ = 0;
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
  broker_saved_.reset();
  const auto lease = *std::exchange(process.lease_, std::nullopt);
  try {
    broker_->expire_lease(lease);
  } catch (const LeaseLost&) {
    // It was settled, or has expired before.
  }
}

void World::break_connections(Process& process) {
  if (process.exchange_.empty() && process.request_.empty()) return;
  network_saved_.reset();
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
  oracle_saved_.reset();
  for (const auto& queue : scenario_->queues) {
    for (const auto& dead : broker_->messages(dead_letter_queue_of(queue.name))) {
      oracle_->dead_lettered(*dead.message, queue.name);
    }
  }
  for (const auto& process : processes_) {
    if (process->state_ == Process::State::running && !process->spec_.queue.empty()) {
      oracle_->stuck(process->spec_.name, name_of(process->pending_.kind));
    }
  }
  std::vector<std::string> leftovers;
  for (const auto& lease : broker_->outstanding_leases()) {
    leftovers.push_back(fmt::format("a lease of {} in {}", lease.message->id.value, lease.queue));
  }
  oracle_->quiescent(leftovers);
}

}  // namespace workshop::explore
