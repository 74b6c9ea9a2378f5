#include "reference_space.hpp"

namespace workshop::explore::reference {

Task<void> handle_with_outbox(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (!account.value.processed.contains(id)) {
    account.value.balance += command.amount;
    account.value.processed.insert(id);
    account.value.outbox.emplace(
        id, context.make(Deposited{command.account, context.attempt()}, MessageId{"d-" + id}));
    co_await context.store().save(account);
  }
  const auto waiting = account.value.outbox.find(id);
  if (waiting == account.value.outbox.end()) co_return;
  co_await context.publish(waiting->second);
  account.value.outbox.erase(id);
  co_await context.store().save(account);
}

Scenario outbox(int messages_count, bool one_account,
                Task<void> (*handle)(const Deposit&, HandlerContext&)) {
  Scenario scenario;
  scenario.name = "outbox";
  scenario.queues.push_back({"accounts", {}, {}});
  auto endpoint = std::make_shared<Endpoint>("accounts");
  endpoint->on<Deposit>(handle);
  for (int i = 0; i < messages_count; ++i) {
    scenario.processes.push_back({"accounts-" + std::to_string(i + 1), "accounts", "accounts",
                                  [endpoint](ProcessContext& context) -> Task<void> {
                                    return [](const Endpoint& to, Store& store,
                                              Broker& broker) -> Task<void> {
                                      co_await to.receive_and_handle(store, broker);
                                    }(*endpoint, context.store(), context.broker());
                                  }});
    const auto number = std::to_string(i + 1);
    scenario.messages.push_back(
        {"accounts",
         make_message(Deposit{one_account ? "account-1" : "account-" + number, 1},
                      MessageId{"m" + number}),
         1});
  }
  scenario.messages_min = static_cast<std::size_t>(messages_count);
  auto& expected = scenario.expectations;
  expected.invariants = {Invariant::exactly_one_effect,   Invariant::no_ghost_message,
                         Invariant::no_lost_message,      Invariant::consistent_output,
                         Invariant::no_premature_message, Invariant::no_garbage};
  expected.effect_name = "deposited";
  expected.effects = [one_account](const StoreView& view, const Message& message) {
    const auto deposit = payload_of<Deposit>(message);
    const auto account = view.entity<Account>(deposit.account);
    if (!account) return 0;
    if (!one_account) return account->balance;
    // If there are more deposits than processed messages, one was applied twice.
    if (account->balance > static_cast<int>(account->processed.size())) return 2;
    return account->processed.contains(message.id.value) ? 1 : 0;
  };
  expected.outputs = {{"Deposited", "Deposit", 1}};
  expected.garbage = [](const Document& document) -> std::optional<std::string> {
    if (from_json<Account>(document.body).outbox.empty()) return std::nullopt;
    return "an outbox entry of " + document.key.partition;
  };
  return scenario;
}

}  // namespace workshop::explore::reference
