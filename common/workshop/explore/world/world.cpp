#include "workshop/explore/world/world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/world/live_worlds.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

// "save" of "Task<void> workshop::EntityStore::save(Entity<T> &) [T = Order]".
std::string_view short_name_of(std::string_view function) {
  function = function.substr(0, function.find('('));
  const auto colons = function.rfind("::");
  if (colons != std::string_view::npos) function.remove_prefix(colons + 2);
  const auto blank = function.rfind(' ');
  return blank == std::string_view::npos ? function : function.substr(blank + 1);
}

// "payments_handler.cpp:23": of the lines that await each other, the innermost one that is not of
// the library. Nothing when all are.
std::string source_of(const Process& process) {
  if (!process.round || !process.waiting) return {};
  const auto* task = process.awaited_by;
  if (task == nullptr) return {};
  const auto place = task->own_line(task->awaits_at);
  const std::string_view file = place.file_name();
  if (file.empty()) return {};
  return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), place.line());
}

}  // namespace

NonDeterministic::NonDeterministic(const std::string& what, std::string_view reason)
    : std::runtime_error(
          fmt::format("{}{}; {}", protocol::phrase::kNotDeterministic, what, reason)),
      difference_(what) {}

void BarePoint::await_suspend(std::coroutine_handle<> waiting) const noexcept {
  process_->point(OperationKind::point, 0).await_suspend(waiting);
}

void BarePoint::await_resume() const {
  auto& step = process_->point(OperationKind::point, 0).await_resume();
  if (step.words) step.words->what = "point";
}

std::uint64_t WorldParts::resource_of(std::size_t store, const Key& key) {
  const auto resource = Digest().add(store).add(key.partition).add(key.id).value();
  if (names_resources) resource_names.emplace(resource, Words::of(key));
  return resource;
}

StoreView WorldParts::view() const {
  std::vector<ExplorableStore*> views;
  for (const auto& store : stores) views.push_back(store.get());
  return StoreView(std::move(views));
}

namespace {

// The outage of the world whose handler runs, if it goes forward.
thread_local std::optional<Outage>* outage_of_running = nullptr;

// How often an error was let out on this thread.
thread_local std::uint64_t errors_let_out = 0;

}  // namespace

void error_was_let_out() noexcept {
  if (outage_of_running != nullptr) outage_of_running->reset();
  ++errors_let_out;
}

struct World::Doubles {
  Doubles(WorldParts& parts, Process& process)
      : broker(parts, process),
        clock(parts.clock, process),
        http_client(parts, process),
        http_server(parts, process) {
    std::vector<Store*> all;
    for (std::size_t i = 0; i < parts.stores.size(); ++i) {
      all.push_back(&stores.emplace_back(parts, process, i));
    }
    context.emplace(process, broker, std::move(all), http_client, http_server, clock);
  }

  ScheduledBroker broker;
  std::deque<ScheduledStore> stores;
  ScheduledClock clock;
  ScheduledHttpClient http_client;
  ScheduledHttpServer http_server;
  std::optional<ProcessContext> context;
};

World::World(const Scenario& scenario, std::size_t messages_count, bool names_resources)
    : scenario_(&scenario), messages_count_(messages_count) {
  parts_.names_resources = names_resources;
  parts_.deliveries_before = scenario_->deliveries_before;
  world_was_made(*this);
  try {
    build();
  } catch (...) {
    world_is_destroyed(*this);
    throw;
  }
}

World::~World() { world_is_destroyed(*this); }

void World::build() {
  auto& broker = parts_.broker;
  broker = std::make_unique<ExplorableBroker>(parts_.clock);
  for (const auto& queue : scenario_->queues) {
    broker->declare_queue(queue.name, queue.options);
    for (const auto& topic : queue.topics) broker->subscribe(topic, queue.name);
  }
  for (const auto& profile : scenario_->stores) {
    SqliteStoreOptions options;
    options.profile = profile;
    options.next_version = [this](const Key&) { return next_version(); };
    parts_.stores.push_back(std::make_unique<ExplorableStore>(std::move(options)));
  }
  for (const auto& document : scenario_->documents) {
    run_inline(
        parts_.stores.at(document.store)->put(document.key, document.body, Expected::absent()));
  }
  for (const auto& store : parts_.stores) store->begin_exploration();
  std::vector<ScenarioMessage> messages(
      scenario_->messages.begin(),
      scenario_->messages.begin() + static_cast<std::ptrdiff_t>(messages_count_));
  for (const auto& message : messages) {
    for (std::uint32_t copy = 0; copy < message.copies; ++copy) {
      run_inline(broker->send(message.queue, message.message));
    }
  }
  parts_.oracle = std::make_unique<Oracle>(scenario_->expectations, std::move(messages),
                                           scenario_->processes.size(), view());
  for (const auto& spec : scenario_->processes) add_process(spec);
}

void World::add_process(const ProcessSpec& spec) {
  auto& process = processes_.emplace_back(static_cast<std::uint32_t>(processes_.size()), spec);
  doubles_.push_back(std::make_unique<Doubles>(parts_, process));
  if (!spec.serves()) start_round(process);
}

ProcessContext& World::context_of(const Process& process) {
  return *doubles_[process.index]->context;
}

// A version names the attempt that wrote it and its place in the attempt: whichever of two
// independent writes comes first, both have the versions they have in the other order.
Version World::next_version() {
  ++versions_drawn_;
  if (parts_.path.empty()) return Version{fmt::format("v{}", versions_drawn_)};
  const auto& state = processes_[last_step().choice.process].state;
  return Version{
      fmt::format("{}v{}", state.attempt.label, 10 * state.steps_count + versions_drawn_ - 1)};
}

void World::start_round(Process& process) {
  auto& state = process.state;
  state.phase = ProcessState::Phase::running;
  state.started = parts_.clock.now();
  state.attempt = process.first_attempt();
  state.ids_drawn = 0;
  state.history = 0;
  state.steps_count = 0;
  state.pending = {};
  process.waiting = {};
  process.round.emplace(process.spec.round(context_of(process)));
  resume(process);
  const auto& spec = process.spec;
  if (!spec.serves()) {
    if (process.round->done()) take_result(process);  // it did nothing at all
    return;
  }
  const bool by_message = spec.authority.empty();
  const auto first = by_message ? OperationKind::receive : OperationKind::accept;
  const auto& source = by_message ? spec.queue : spec.authority;
  if (state.pending.kind == first && state.pending.source == source) return;
  throw std::logic_error(fmt::format("a round of process '{}' must begin with '{}' from '{}'",
                                     spec.name, name_of(first), source));
}

// Here the coroutine of a handler goes on, until its next operation.
void World::resume(Process& process) {
  const ScopedIds ids(process);
  const auto turn = turns_count_.load(std::memory_order_relaxed);  // only this thread changes it
  turns_count_.store(turn + 1, std::memory_order_release);
  const auto never_run_before = tasks_never_run().count;
  auto* const outer = std::exchange(outage_of_running, &parts_.outage);
  const auto* const outer_world = handler_runs_in(this);
  if (process.waiting) {
    std::exchange(process.waiting, {}).resume();
  } else {
    process.round->resume();
  }
  outage_of_running = outer;
  handler_runs_in(outer_world);
  turns_count_.store(turn + 2, std::memory_order_release);
  if (tasks_never_run().count != never_run_before) {
    oracle_to_judge().never_awaited(process.spec.name, short_name_of(tasks_never_run().last));
  }
}

void World::take(const Choice& choice) {
  save(choice.process);
  versions_drawn_ = 0;
  if (listener_ != nullptr) listener_->before_step(*this, choice);
  auto& step = parts_.path.emplace_back();
  step.choice = choice;
  if (narrated_) {
    step.words = std::make_unique<StepWords>();
    step.words->facts.attempt = processes_[choice.process].state.attempt;
  }
  if (choice.decision == Decision::advance_time) {
    pass_time(step);
  } else {
    perform(processes_[choice.process], step);
  }
  if (listener_ != nullptr) listener_->after_step(*this, step);
}

// To the next moment at which something can happen.
void World::pass_time(Step& step) {
  auto& clock = parts_.clock;
  const auto due = *next_due();
  if (step.words) step.words->what = fmt::format("time passes: {} ms", (due - clock.now()).count());
  clock.set(std::max(due, clock.now()));
  broker_saved_.reset();
  last_.reset();
}

void World::perform(Process& process, Step& step) {
  if (process.idle()) start_round(process);
  auto& state = process.state;
  step.choice.kind = state.pending.kind;
  step.arguments = state.pending.arguments;
  last_ = process.index;
  const auto decision = step.choice.decision;
  if (step.words) step.words->source = source_of(process);
  if (decision == Decision::crash) {
    if (step.words) {
      step.words->what =
          fmt::format("{}{}", fault_kind_of(decision)->instead, name_of(step.choice.kind));
    }
    end_round(process, true);
    return;
  }
  if (decision == Decision::lease_expiry) {
    if (step.words) step.words->what = fault_kind_of(decision)->instead;
    release_lease(process);
    return;
  }
  if (!process.round) rebuild(process);
  step.previous = state.last_step;
  state.last_step = static_cast<std::uint32_t>(depth() - 1);
  ++state.steps_count;
  process.step = &step;
  step.happens = what_happens(process, step.choice);
  note_changes(step.choice.kind);
  const auto let_out_before = errors_let_out;
  resume(process);
  if (step.words) step.words->let_out = errors_let_out != let_out_before;
  end_outage(process, step);
  settle_step(process, step);
}

// An outage begins here, or one that lasts hits the operation, or what was chosen happens.
Decision World::what_happens(const Process& process, const Choice& choice) {
  auto& outage = parts_.outage;
  if (goes_on(choice.decision)) {
    const bool is_long = choice.index > fault_kind_of(choice.decision)->first_index;
    outage = Outage::at(process, choice.decision, is_long ? choice.index : 0);
  }
  if (!outage || !outage->hits(process)) return choice.decision;
  const auto decision = outage->decision;
  if (++outage->failures_count >= Outage::kFailuresMax) outage.reset();
  return decision;
}

// Once a message is acknowledged, what was promised is done, or the handler has swallowed an error.
void World::end_outage(const Process& process, const Step& step) {
  auto& outage = parts_.outage;
  if (!outage) return;
  const bool acknowledged = step.choice.kind == OperationKind::acknowledge && !step.failure;
  const bool suffices = !outage->message.empty() && step.choice.kind == OperationKind::receive &&
                        process.state.attempt.message == outage->message &&
                        process.state.delivery_count >= outage->ends_at;
  if (suffices || (acknowledged && outage->ends_with_acknowledgement_of(process))) outage.reset();
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
  auto& history = process.state.history;
  history = Digest()
                .add(history)
                .add(static_cast<std::uint64_t>(step.choice.kind))
                .add(step.outcome)
                .value();
  if (process.round->done()) take_result(process);
}

// Of a round whose coroutine has ended.
void World::take_result(Process& process) {
  try {
    process.round->take();
  } catch (const std::exception& error) {
    parts_.oracle->unhandled(process.spec.name, error.what());
  }
  end_round(process, false);
}

void World::end_round(Process& process, bool crashed) {
  const ScopedIds ids(process);
  auto& state = process.state;
  process.round.reset();
  process.waiting = {};
  state.pending = {};
  release_lease(process);
  break_connections(process);
  oracle_to_judge().attempt_ended(process.index);
  if (parts_.outage && parts_.outage->ends_with_round_of(process)) parts_.outage.reset();
  state.steps_count = 0;
  state.history = 0;
  state.phase = ProcessState::Phase::idle;
  last_.reset();
  if (process.spec.serves()) return;
  state.phase = ProcessState::Phase::ended;
  if (!crashed || !process.spec.restarts) return;
  ++state.restarts_count;
  start_round(process);
}

void World::release_lease(Process& process) {
  if (!process.state.lease) return;
  broker_saved_.reset();
  const auto lease = *std::exchange(process.state.lease, std::nullopt);
  try {
    parts_.broker->expire_lease(lease);
  } catch (const LeaseLost&) {
    // It was settled, or has expired before.
  }
}

void World::break_connections(Process& process) {
  auto& exchange = process.state.exchange;
  auto& request = process.state.request;
  if (exchange.empty() && request.empty()) return;
  network_saved_.reset();
  if (!exchange.empty()) parts_.network.break_off(exchange);
  if (!request.empty()) parts_.network.give_up(request);
  exchange.clear();
  request.clear();
}

}  // namespace workshop::explore
