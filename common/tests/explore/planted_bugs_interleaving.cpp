// Bugs that need no fault: they show in one order of operations, or in every order.
#include "planted_bugs.hpp"

namespace workshop::explore::reference {
namespace {

Task<void> blind_write(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  apply_once(account.value, command, context);
  auto body = to_json(account.value);
  co_await context.store().documents().put(account.key, std::move(body), Expected::any());
}

// It checks, and later writes without a condition a document that only one process may create.
Task<void> look_then_insert(const Deposit& command, HandlerContext& context) {
  auto& documents = context.store().documents();
  const Key winner{command.account, "winner"};
  const auto before = co_await documents.get(winner);
  if (before) co_return;
  co_await documents.put(winner, "\"" + context.message().id.value + "\"", Expected::any());
  co_await documents.put(Key{context.message().id.value, "prize"}, "1", Expected::any());
}

Task<void> always_throws(const Deposit& command, HandlerContext& context) {
  co_await context.store().load<Account>(command.account);
  throw std::runtime_error("the account is closed");
}

Task<void> waits_for_ever(const Deposit& command, HandlerContext& context) {
  for (;;) {
    const auto account = co_await context.store().load<Account>(command.account);
    if (account.value.balance > 1'000) co_return;
  }
}

Task<void> sends_itself_again(const Deposit& command, HandlerContext& context) {
  co_await context.store().load<Account>(command.account);
  co_await context.send("accounts", command, MessageId::random());
}

Task<void> publish_before_save(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  co_await context.publish(event_of(command, context));
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
}

Task<void> outbox_never_cleared(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (apply_once(account.value, command, context)) {
    account.value.outbox.emplace(id, event_of(command, context));
    co_await context.store().save(account);
  }
  co_await context.publish(account.value.outbox.at(id));
}

Task<void> one_id_for_all(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await context.publish(
      context.make(Deposited{command.account, context.message().id.value}, MessageId{"deposited"}));
}

Task<void> clear_the_whole_outbox(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (apply_once(account.value, command, context)) {
    account.value.outbox.emplace(id, event_of(command, context));
    co_await context.store().save(account);
  }
  if (!account.value.outbox.contains(id)) co_return;
  const auto message = account.value.outbox.at(id);
  co_await context.publish(message);
  account = co_await context.store().load<Account>(command.account);
  account.value.outbox.clear();
  co_await context.store().save(account);
}

// Two documents that belong together, each saved with a condition of its own.
Task<void> two_documents(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  auto total = co_await context.store().load<Account>("total");
  if (!apply_once(account.value, command, context)) co_return;
  co_await context.store().save(account);
  apply_once(total.value, command, context);
  auto body = to_json(total.value);
  co_await context.store().documents().put(total.key, std::move(body), Expected::any());
}

Task<void> escapes(ProcessContext& context) {
  const auto delivery = co_await context.broker().receive("accounts");
  co_await context.store().get(Key{"account-1", "Account"});
  throw std::runtime_error("out of gifts");
}

std::optional<Violation> one_prize(const StoreView& view) {
  int prizes = 0;
  for (const auto& document : view.documents()) prizes += document.key.id == "prize" ? 1 : 0;
  if (prizes <= 1) return std::nullopt;
  return Violation{"two winners", "one prize", std::to_string(prizes) + " prizes"};
}

std::optional<Violation> total_is_right(const StoreView& view) {
  const auto account = view.entity<Account>("account-1");
  const auto total = view.entity<Account>("total");
  if (!account || !total || account->balance == total->balance) return std::nullopt;
  return Violation{"wrong total", std::to_string(account->balance), std::to_string(total->balance)};
}

Scenario with_invariants(Scenario scenario, Invariants invariants) {
  scenario.expectations.invariants = invariants;
  return scenario;
}

Scenario look_then_insert_scenario() {
  auto scenario = deposits(2, 2, &look_then_insert, {});
  scenario.expectations.effects = nullptr;
  scenario.expectations.at_quiescence = &one_prize;
  return scenario;
}

Scenario waits_for_ever_scenario() {
  auto scenario = deposits(1, 1, &waits_for_ever, {});
  scenario.bounds.steps_max = 30;
  return scenario;
}

Scenario sends_itself_again_scenario() {
  auto scenario = deposits(1, 1, &sends_itself_again, {});
  scenario.bounds.steps_max = 30;
  return scenario;
}

Scenario outbox_never_cleared_scenario() {
  auto scenario =
      with_invariants(deposits(1, 1, &outbox_never_cleared, {}), {Invariant::no_garbage});
  scenario.expectations.garbage = outbox(1, true).expectations.garbage;
  return scenario;
}

Scenario clear_the_whole_outbox_scenario() {
  auto scenario = with_invariants(deposits(2, 2, &clear_the_whole_outbox, {Fault::crash}),
                                  {Invariant::no_lost_message});
  scenario.expectations.outputs = {{"Deposited", "Deposit", 1}};
  scenario.messages_min = 2;
  return scenario;
}

Scenario two_documents_scenario() {
  auto scenario = deposits(2, 2, &two_documents, {});
  scenario.expectations.at_quiescence = &total_is_right;
  return scenario;
}

}  // namespace

const std::vector<PlantedBug>& planted_interleaving_bugs() {
  static const std::vector<PlantedBug> bugs = {
      {"blind-write", failure::kLostEffect, {}, [] { return deposits(2, 2, &blind_write, {}); }},
      {"look-then-insert", "two winners", {}, &look_then_insert_scenario},
      {"always-throws",
       failure::kDeadLetter,
       {},
       [] { return deposits(1, 1, &always_throws, {}); }},
      {"waits-for-ever", failure::kLivelock, {}, &waits_for_ever_scenario},
      {"sends-itself-again", failure::kLivelock, {}, &sends_itself_again_scenario},
      {"publish-before-save",
       failure::kPrematureMessage,
       {},
       [] {
         return with_invariants(deposits(1, 1, &publish_before_save, {}),
                                {Invariant::no_premature_message});
       }},
      {"outbox-never-cleared", failure::kGarbage, {}, &outbox_never_cleared_scenario},
      {"one-id-for-all",
       failure::kInconsistentOutput,
       {},
       [] {
         return with_invariants(deposits(2, 2, &one_id_for_all, {}),
                                {Invariant::consistent_output});
       }},
      {"clear-the-whole-outbox",
       failure::kLostMessage,
       {Fault::crash},
       &clear_the_whole_outbox_scenario},
      {"two-documents", "wrong total", {}, &two_documents_scenario},
      {"exception-escapes",
       failure::kUnhandledException,
       {},
       [] { return deposits_by(1, 1, &escapes, {}); }},
  };
  return bugs;
}

}  // namespace workshop::explore::reference
