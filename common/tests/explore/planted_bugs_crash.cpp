// Bugs that a crash reveals between two operations that belong together.
#include "planted_bugs.hpp"

namespace workshop::explore::reference {
namespace {

Task<void> early_return(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  co_await context.store().save(account);
  co_await context.publish(event_of(command, context));
}

Task<void> processed_apart(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (account.value.processed.contains(context.message().id.value)) co_return;
  account.value.balance += command.amount;
  co_await context.store().save(account);
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

Task<void> processed_first(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!account.value.processed.insert(context.message().id.value).second) co_return;
  co_await context.store().save(account);
  account.value.balance += command.amount;
  co_await context.store().save(account);
}

Task<void> outbox_cleared_first(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (apply_once(account.value, command, context)) {
    account.value.outbox.emplace(id, event_of(command, context));
    co_await context.store().save(account);
  }
  const auto waiting = account.value.outbox.find(id);
  if (waiting == account.value.outbox.end()) co_return;
  const auto message = waiting->second;
  account.value.outbox.erase(id);
  co_await context.store().save(account);
  co_await context.publish(message);
}

Task<void> event_made_anew(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await context.publish(context.make(Deposited{command.account, context.attempt()},
                                        MessageId{"d-" + context.message().id.value}));
}

Task<void> random_event_id(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await context.publish(Deposited{command.account, "stored"}, MessageId::random());
}

Task<void> publish_before_save(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  co_await context.publish(event_of(command, context));
  co_await context.store().save(account);
}

Task<void> lock_left_behind(const Deposit& command, HandlerContext& context) {
  auto& documents = context.store().documents();
  const Key lock{context.attempt(), "lock"};
  co_await documents.put(lock, "1", Expected::any());
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await documents.erase(lock, Expected::any());
}

// It takes work that was begun for done.
Task<void> marker_means_done(const Deposit& command, HandlerContext& context) {
  auto& documents = context.store().documents();
  const Key marker{context.message().id.value, "begun"};
  try {
    co_await documents.put(marker, "1", Expected::absent());
  } catch (const VersionConflict&) {
    co_return;
  }
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
}

Task<void> acknowledge_first(ProcessContext& context) {
  auto delivery = co_await context.broker().receive("accounts");
  if (!delivery) co_return;
  co_await context.broker().acknowledge(delivery->tag);
  HandlerContext handler("accounts", std::move(*delivery), context.store(), context.broker());
  co_await handle_with_outbox(payload_of<Deposit>(handler.message()), handler);
}

Scenario with_outputs(DepositHandler handle, Invariants invariants) {
  auto scenario = deposits(1, 1, handle, {Fault::crash});
  scenario.expectations.invariants = invariants;
  scenario.expectations.outputs = {{"Deposited", "Deposit", 1}};
  return scenario;
}

int by_balance(const StoreView& view, const Message&) {
  const auto account = view.entity<Account>("account-1");
  return account ? account->balance : 0;
}

Scenario crashing(DepositHandler handle) { return deposits(1, 1, handle, {Fault::crash}); }

}  // namespace

const std::vector<PlantedBug>& planted_crash_bugs() {
  static const Faults kCrash{Fault::crash};
  static const std::vector<PlantedBug> bugs = {
      {"early-return", failure::kLostMessage, kCrash,
       [] { return with_outputs(&early_return, {Invariant::no_lost_message}); }},
      {"processed-apart", failure::kDuplicateEffect, kCrash,
       [] {
         auto scenario = crashing(&processed_apart);
         scenario.expectations.effects = &by_balance;
         return scenario;
       }},
      {"processed-first", failure::kLostEffect, kCrash,
       [] {
         auto scenario = crashing(&processed_first);
         scenario.expectations.effects = &by_balance;
         return scenario;
       }},
      {"outbox-cleared-first", failure::kLostMessage, kCrash,
       [] { return with_outputs(&outbox_cleared_first, {Invariant::no_lost_message}); }},
      {"event-made-anew", failure::kInconsistentOutput, kCrash,
       [] { return with_outputs(&event_made_anew, {Invariant::consistent_output}); }},
      {"random-event-id", failure::kDuplicateEffect, kCrash,
       [] { return with_outputs(&random_event_id, {Invariant::exactly_one_effect}); }},
      {"publish-and-die", failure::kGhostMessage, kCrash,
       [] { return with_outputs(&publish_before_save, {Invariant::no_ghost_message}); }},
      {"lock-left-behind", failure::kGarbage, kCrash,
       [] {
         auto scenario = crashing(&lock_left_behind);
         scenario.expectations.invariants.add(Invariant::no_garbage);
         scenario.expectations.garbage =
             [](const Document& document) -> std::optional<std::string> {
           if (document.key.id != "lock") return std::nullopt;
           return "the lock of " + document.key.partition;
         };
         return scenario;
       }},
      {"marker-means-done", failure::kLostEffect, kCrash,
       [] { return crashing(&marker_means_done); }},
      {"acknowledge-first", failure::kLostEffect, kCrash,
       [] { return deposits_by(1, 1, &acknowledge_first, {Fault::crash}); }},
  };
  return bugs;
}

}  // namespace workshop::explore::reference
