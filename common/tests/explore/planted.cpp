#include "planted.hpp"

namespace workshop::explore::reference {
namespace {

MessageId event_id(const HandlerContext& context) {
  return MessageId{"d-" + context.message().id.value};
}

Message event(const Deposit& command, HandlerContext& context) {
  return context.make(Deposited{command.account, context.attempt()}, event_id(context));
}

void apply(Account& account, const Deposit& command, const HandlerContext& context) {
  account.balance += command.amount;
  account.processed.insert(context.message().id.value);
}

Task<void> no_deduplication(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  apply(account.value, command, context);
  co_await context.store().save(account);
  co_await context.publish(event(command, context));
}

Task<void> send_before_commit(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  co_await context.publish(event(command, context));
  if (account.value.processed.contains(context.message().id.value)) co_return;
  apply(account.value, command, context);
  co_await context.store().save(account);
}

// The event is saved before it is published, but what it tells of comes later.
Task<void> told_before_it_is_so(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (account.value.processed.contains(id)) co_return;
  if (!account.value.outbox.contains(id)) {
    account.value.outbox.emplace(id, event(command, context));
    co_await context.store().save(account);
  }
  co_await context.publish(account.value.outbox.at(id));
  apply(account.value, command, context);
  account.value.outbox.erase(id);
  co_await context.store().save(account);
}

Task<void> early_return(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (account.value.processed.contains(context.message().id.value)) co_return;
  apply(account.value, command, context);
  co_await context.store().save(account);
  co_await context.publish(event(command, context));
}

// Right about effects, but a retry makes the event again, with the same id and other bytes.
Task<void> event_made_anew(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!account.value.processed.contains(context.message().id.value)) {
    apply(account.value, command, context);
    co_await context.store().save(account);
  }
  co_await context.publish(event(command, context));
}

Task<void> random_event_id(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!account.value.processed.contains(context.message().id.value)) {
    apply(account.value, command, context);
    co_await context.store().save(account);
  }
  co_await context.publish(Deposited{command.account, context.attempt()}, MessageId::random());
}

Task<void> outbox_never_cleared(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (!account.value.processed.contains(id)) {
    apply(account.value, command, context);
    account.value.outbox.emplace(id, event(command, context));
    co_await context.store().save(account);
  }
  co_await context.publish(account.value.outbox.at(id));
}

Task<void> outbox_cleared_first(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  const auto& id = context.message().id.value;
  if (!account.value.processed.contains(id)) {
    apply(account.value, command, context);
    account.value.outbox.emplace(id, event(command, context));
    co_await context.store().save(account);
  }
  const auto waiting = account.value.outbox.find(id);
  if (waiting == account.value.outbox.end()) co_return;
  const auto message = waiting->second;
  account.value.outbox.erase(id);
  co_await context.store().save(account);
  co_await context.publish(message);
}

Task<void> blind_write(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!account.value.processed.contains(context.message().id.value)) {
    apply(account.value, command, context);
    auto body = to_json(account.value);
    co_await context.store().documents().put(account.key, std::move(body), Expected::any());
  }
  co_await context.publish(event(command, context));
}

Task<void> processed_written_apart(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (account.value.processed.contains(context.message().id.value)) co_return;
  account.value.balance += command.amount;
  co_await context.store().save(account);
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
  co_await context.publish(event(command, context));
}

Task<void> always_throws(const Deposit& command, HandlerContext& context) {
  co_await context.store().load<Account>(command.account);
  throw std::runtime_error("this handler never succeeds");
}

}  // namespace

const std::vector<Planted>& planted_handlers() {
  static const std::vector<Planted> handlers = {
      {"outbox", &handle_with_outbox, ""},
      {"no deduplication", &no_deduplication, failure::kDuplicateEffect},
      {"send before commit", &send_before_commit, failure::kPrematureMessage},
      {"told before it is so", &told_before_it_is_so, failure::kPrematureMessage},
      {"early return", &early_return, failure::kLostMessage},
      {"event made anew", &event_made_anew, failure::kInconsistentOutput},
      {"random event id", &random_event_id, failure::kDuplicateEffect},
      {"outbox never cleared", &outbox_never_cleared, failure::kGarbage},
      {"outbox cleared first", &outbox_cleared_first, failure::kLostMessage},
      {"blind write", &blind_write, failure::kLostEffect, true},
      {"processed written apart", &processed_written_apart, failure::kDuplicateEffect},
      {"always throws", &always_throws, failure::kDeadLetter},
  };
  return handlers;
}

Scenario planted_scenario(const Planted& planted, int messages_count, bool one_account) {
  auto scenario = outbox(messages_count, one_account, planted.handle);
  if (planted.outputs_vary) {
    scenario.expectations.invariants = {Invariant::exactly_one_effect, Invariant::no_lost_message};
  }
  return scenario;
}

}  // namespace workshop::explore::reference
