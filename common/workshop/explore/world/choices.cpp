// What may happen next in a world.
#include <algorithm>

#include "workshop/explore/world/world.hpp"

namespace workshop::explore {
namespace {

// What a process is about to do, as the table of faults looks at it.
class ProcessSite final : public FaultSite {
 public:
  ProcessSite(const Process& process, const InProcessBroker& broker)
      : process_(&process), broker_(&broker) {
    const auto first =
        process.spec.authority.empty() ? OperationKind::receive : OperationKind::accept;
    in_round = !process.idle();
    kind = in_round ? process.state.pending.kind : first;
    holds_lease = process.state.lease.has_value();
    conditional = in_round && process.state.pending.conditional;
  }

  std::uint32_t visible_messages_count() const override {
    const auto& queue = in_round ? process_->state.pending.source : process_->spec.queue;
    return static_cast<std::uint32_t>(broker_->visible_count(queue));
  }

 private:
  const Process* process_;
  const InProcessBroker* broker_;
};

}  // namespace

bool World::arrived(const ProcessSpec& spec) const {
  if (!spec.authority.empty()) return parts_.network.waiting_count(spec.authority) > 0;
  return parts_.broker->visible_count(spec.queue) > 0;
}

bool World::enabled(const Process& process) const {
  if (!process.running()) return process.idle() && arrived(process.spec);
  const auto& pending = process.state.pending;
  switch (pending.kind) {
    case OperationKind::receive:
      return parts_.broker->visible_count(pending.source) > 0;
    case OperationKind::accept:
      return parts_.network.waiting_count(pending.source) > 0;
    case OperationKind::reply:
      return parts_.network.has_news(pending.source, parts_.clock.now());
    default:
      return true;
  }
}

std::optional<Timestamp> World::next_due() const {
  const auto message = parts_.broker->next_due();
  const auto deadline = parts_.network.next_deadline();
  if (message && deadline) return std::min(*message, *deadline);
  return message ? message : deadline;
}

// A client that waits for an answer can do nothing, but faults can happen to it.
bool World::may_act(const Process& process) const {
  return enabled(process) ||
         (process.running() && process.state.pending.kind == OperationKind::reply);
}

// Idle processes of one group are the same; one of them stands for all.
bool World::first_idle_of_group(const Process& process) const {
  if (!process.idle()) return true;
  return std::none_of(
      processes_.begin(), processes_.begin() + process.index,
      [&](const Process& other) { return other.idle() && other.spec.group == process.spec.group; });
}

// The last delivery at which all must go well, when everything else that may go wrong costs one
// more.
std::uint32_t World::last_delivery_that_suffices(const Process& process) const {
  const auto& bounds = scenario_->bounds;
  const auto reserve = std::max(bounds.faults_max, 1U) - 1 + std::min(bounds.preemptions_max, 7U);
  for (const auto& queue : scenario_->queues) {
    if (queue.name != process.spec.queue) continue;
    const auto most = queue.options.deliveries_max;
    return most > reserve ? most - reserve : 0;
  }
  return 0;
}

void World::add_choices(const Process& process, const Budget& budget, std::uint8_t preemptions,
                        std::vector<Choice>& out) const {
  ProcessSite site(process, *parts_.broker);
  site.ready = enabled(process);
  if (site.ready) {
    out.push_back({Decision::proceed, process.index, 0, site.kind, 0, preemptions});
  }
  if (budget.faults == 0 || parts_.outage) return;
  site.can_outlast = !process.state.attempt.message.empty() &&
                     last_delivery_that_suffices(process) > process.state.delivery_count + 1;
  for (const auto& kind : fault_kinds()) {
    if (!scenario_->bounds.faults.contains(kind.fault)) continue;
    const auto ways_count = kind.ways_count(site);
    for (std::uint32_t way = 0; way < ways_count; ++way) {
      const bool is_long = goes_on(kind.decision) && way > 0;
      const auto index = is_long ? last_delivery_that_suffices(process) : kind.first_index + way;
      out.push_back({kind.decision, process.index, index, site.kind, 1, preemptions});
    }
  }
}

void World::choices(const Budget& budget, bool free_preemptions, std::vector<Choice>& out) const {
  out.clear();
  const bool last_can_go_on = last_ && enabled(processes_[*last_]);
  if (last_can_go_on) add_choices(processes_[*last_], budget, 0, out);
  const std::uint8_t cost = last_can_go_on && !free_preemptions ? 1 : 0;
  if (cost <= budget.preemptions) {
    for (const auto& process : processes_) {
      if (last_can_go_on && process.index == *last_) continue;
      if (!may_act(process) || !first_idle_of_group(process)) continue;
      add_choices(process, budget, cost, out);
    }
  }
  // Faults aside, nobody can go on: then time passes.
  const bool stuck = std::none_of(out.begin(), out.end(), [](const Choice& choice) {
    return choice.decision == Decision::proceed;
  });
  if (stuck && next_due()) out.push_back({.decision = Decision::advance_time});
}

}  // namespace workshop::explore
