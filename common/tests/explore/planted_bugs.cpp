#include "planted_bugs.hpp"

#include "workshop/explore/world/scheduled_http.hpp"

namespace workshop::explore::reference {
namespace {

Bounds bounds_for(Faults faults) {
  Bounds bounds;
  bounds.faults = faults;
  return bounds;
}

}  // namespace

Scenario deposits(int messages_count, int handlers_count, DepositHandler handle, Faults faults) {
  auto scenario = outbox(messages_count, true, handle);
  auto spare = scenario.processes.front();
  while (scenario.processes.size() < static_cast<std::size_t>(handlers_count)) {
    spare.name = "accounts-" + std::to_string(scenario.processes.size() + 1);
    scenario.processes.push_back(spare);
  }
  scenario.processes.erase(scenario.processes.begin() + handlers_count, scenario.processes.end());
  scenario.messages_min = 1;
  scenario.queues.front().options.deliveries_max = 4;
  scenario.expectations.invariants = {Invariant::exactly_one_effect};
  scenario.expectations.outputs.clear();
  scenario.expectations.garbage = nullptr;
  scenario.bounds = bounds_for(faults);
  return scenario;
}

Scenario deposits_by(int messages_count, int handlers_count, Round round, Faults faults) {
  auto scenario = deposits(messages_count, handlers_count, &handle_with_outbox, faults);
  for (auto& process : scenario.processes) process.round = round;
  return scenario;
}

Scenario calls(Round client, ServerHandler server, Faults faults,
               std::optional<Violation> (*at_rest)(const StoreView&)) {
  Scenario scenario;
  scenario.processes.push_back(server_process("payments-1", "payments", server));
  scenario.processes.push_back(server_process("payments-2", "payments", std::move(server)));
  scenario.processes.push_back({"shop", "shop", "", std::move(client), false});
  scenario.messages_min = 0;
  scenario.expectations.at_quiescence = at_rest;
  scenario.bounds = bounds_for(faults);
  return scenario;
}

Message event_of(const Deposit& command, const HandlerContext& context) {
  return context.make(Deposited{command.account, "stored"},
                      MessageId{"d-" + context.message().id.value});
}

bool apply_once(Account& account, const Deposit& command, const HandlerContext& context) {
  if (!account.processed.insert(context.message().id.value).second) return false;
  account.balance += command.amount;
  return true;
}

const std::vector<PlantedBug>& planted_bugs() {
  static const std::vector<PlantedBug> bugs = [] {
    std::vector<PlantedBug> all;
    for (const auto* some :
         {&planted_interleaving_bugs(), &planted_crash_bugs(), &planted_delivery_bugs(),
          &planted_outcome_bugs(), &planted_outage_bugs()}) {
      all.insert(all.end(), some->begin(), some->end());
    }
    return all;
  }();
  return bugs;
}

}  // namespace workshop::explore::reference
