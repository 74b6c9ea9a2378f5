// Bugs revealed by deliveries that come twice, out of order, or while the first one is still being
// handled.
#include "planted_bugs.hpp"

namespace workshop::explore::reference {
namespace {

Task<void> no_deduplication(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

Task<void> first_delivery_means_new(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const bool again = context.delivery().delivery_count > 1;
  if (again && account.value.processed.contains(context.message().id.value)) co_return;
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

// The account's outbox serves as a place for the last id.
Task<void> only_the_last_id(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (account.value.outbox.contains(id)) co_return;
  account.value.outbox.clear();
  account.value.outbox.emplace(id, Message{});
  account.value.balance += command.amount;
  account.value.processed.insert(id);
  co_await context.store().save(account);
}

Task<void> processed_by_content(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto delivery = context.message().body + context.delivery().tag.value;
  if (!account.value.outbox.emplace(delivery, Message{}).second) co_return;
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

Task<void> last_writer_wins(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  account.value.balance = command.amount;
  co_await context.store().save(account);
}

Task<void> second_needs_the_first(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (command.amount == 2 && account.value.processed.empty()) {
    throw std::runtime_error("there is no account yet");
  }
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

Task<void> newest_first(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (command.amount <= account.value.balance) co_return;  // seems older than the state: dropped
  account.value.balance = command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

// It undoes its work when it cannot acknowledge any more; but another handler has found it done.
Task<void> undo_when_the_lease_is_lost(ProcessContext& context) {
  auto delivery = co_await context.broker().receive("accounts");
  if (!delivery) co_return;
  const auto tag = delivery->tag;
  const auto id = delivery->message.id.value;
  const auto command = payload_of<Deposit>(delivery->message);
  EntityStore store(context.store());
  auto account = co_await store.load<Account>(command.account);
  bool lost = false;
  try {
    if (account.value.processed.insert(id).second) {
      account.value.balance += command.amount;
      co_await store.save(account);
    }
    co_await context.broker().acknowledge(tag);
  } catch (const Error&) {
    lost = true;
  }
  if (!lost) co_return;
  auto now = co_await store.load<Account>(command.account);
  if (now.value.processed.erase(id) == 0) co_return;
  now.value.balance -= command.amount;
  co_await store.save(now);
}

Task<void> counted_apart(const Deposit& command, HandlerContext& context) {
  auto& documents = context.store().documents();
  const Key done{context.message().id.value, "done"};
  const auto before = co_await documents.get(done);
  if (before) co_return;
  auto account = co_await context.store().load<Account>(command.account);
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
  co_await documents.put(done, "1", Expected::any());
}

Task<void> event_of_the_attempt(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await context.publish(Deposited{command.account, "stored"},
                           MessageId{"d-" + context.attempt()});
}

std::optional<Violation> second_counts(const StoreView& view) {
  const auto account = view.entity<Account>("account-1");
  if (!account || account->balance == 2) return std::nullopt;
  return Violation{"stale state", "what the second message says: 2",
                   "what the first one says: " + std::to_string(account->balance)};
}

// The second message deposits 2.
Scenario in_sequence(DepositHandler handle, Faults faults) {
  auto scenario = deposits(2, 1, handle, faults);
  scenario.messages[1].message =
      make_message(Deposit{"account-1", 2}, scenario.messages[1].message.id);
  scenario.messages_min = 2;
  return scenario;
}

Scenario last_writer_wins_scenario() {
  auto scenario = in_sequence(&last_writer_wins, {Fault::reorder});
  scenario.expectations.effects = nullptr;
  scenario.expectations.at_quiescence = &second_counts;
  return scenario;
}

Scenario second_needs_the_first_scenario() {
  auto scenario = in_sequence(&second_needs_the_first, {Fault::reorder});
  scenario.queues.front().options.deliveries_max = 1;
  scenario.expectations.effects = nullptr;
  return scenario;
}

Scenario newest_first_scenario() {
  auto scenario = in_sequence(&newest_first, {Fault::reorder});
  scenario.expectations.effects = [](const StoreView& view, const Message& message) {
    const auto account = view.entity<Account>("account-1");
    return account && account->processed.contains(message.id.value) ? 1 : 0;
  };
  return scenario;
}

Scenario event_of_the_attempt_scenario() {
  auto scenario = deposits(1, 2, &event_of_the_attempt, {Fault::lease_expiry});
  scenario.expectations.outputs = {{"Deposited", "Deposit", 1}};
  return scenario;
}

}  // namespace

const std::vector<PlantedBug>& planted_delivery_bugs() {
  static const std::vector<PlantedBug> bugs = {
      {"no-deduplication",
       failure::kDuplicateEffect,
       {Fault::duplicate},
       [] { return deposits(1, 1, &no_deduplication, {Fault::duplicate}); }},
      {"first-delivery-means-new",
       failure::kDuplicateEffect,
       {Fault::duplicate},
       [] { return deposits(1, 1, &first_delivery_means_new, {Fault::duplicate}); }},
      {"processed-by-delivery",
       failure::kDuplicateEffect,
       {Fault::duplicate},
       [] { return deposits(1, 1, &processed_by_content, {Fault::duplicate}); }},
      {"only-the-last-id",
       failure::kDuplicateEffect,
       {Fault::duplicate, Fault::reorder},
       [] { return deposits(2, 1, &only_the_last_id, {Fault::duplicate, Fault::reorder}); }},
      {"last-writer-wins", "stale state", {Fault::reorder}, &last_writer_wins_scenario},
      {"second-needs-the-first",
       failure::kDeadLetter,
       {Fault::reorder},
       &second_needs_the_first_scenario},
      {"newest-first", failure::kLostEffect, {Fault::reorder}, &newest_first_scenario},
      {"undo-when-the-lease-is-lost",
       failure::kLostEffect,
       {Fault::lease_expiry},
       [] { return deposits_by(1, 2, &undo_when_the_lease_is_lost, {Fault::lease_expiry}); }},
      {"counted-apart",
       failure::kDuplicateEffect,
       {Fault::lease_expiry},
       [] { return deposits(1, 2, &counted_apart, {Fault::lease_expiry}); }},
      {"event-of-the-attempt",
       failure::kDuplicateEffect,
       {Fault::lease_expiry},
       &event_of_the_attempt_scenario},
  };
  return bugs;
}

}  // namespace workshop::explore::reference
