// Bugs revealed by what goes on for a while: an operation in outage, and others who are always
// faster. Single refusals and lost answers do not show them.
#include "planted_bugs.hpp"

namespace workshop::explore::reference {
namespace {

Task<void> apply_and_save(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
}

// Three tries, and then it goes on as if the event had been published.
Task<void> published_or_three_tries(const Deposit& command, HandlerContext& context) {
  co_await apply_and_save(command, context);
  for (int tries = 0; tries < 3; ++tries) {
    try {
      co_await context.publish(event_of(command, context));
      co_return;
    } catch (const Unavailable&) {
    }
  }
}

// "Asked five times, so by now it was probably saved."
Task<void> unknown_five_times_means_yes(const Deposit& command, HandlerContext& context) {
  for (int tries = 0; tries < 5; ++tries) {
    auto account = co_await context.store().load<Account>(command.account);
    if (!apply_once(account.value, command, context)) co_return;
    try {
      co_await context.store().save(account);
      co_return;
    } catch (const OutcomeUnknown&) {
    }
  }
}

// A message that comes so often must be poisoned.
Task<void> given_up_at_the_fourth_delivery(const Deposit& command, HandlerContext& context) {
  if (context.delivery().delivery_count >= 4) co_return;
  co_await apply_and_save(command, context);
}

// After the third conflict somebody else has surely done it.
Task<void> three_conflicts_mean_done(const Deposit& command, HandlerContext& context) {
  for (int tries = 0; tries < 3; ++tries) {
    auto account = co_await context.store().load<Account>(command.account);
    if (!apply_once(account.value, command, context)) co_return;
    try {
      co_await context.store().save(account);
      co_return;
    } catch (const VersionConflict&) {
    }
  }
}

// Who loses twice writes whatever there is.
Task<void> blind_after_two_conflicts(const Deposit& command, HandlerContext& context) {
  for (int tries = 0; tries < 2; ++tries) {
    auto account = co_await context.store().load<Account>(command.account);
    if (!apply_once(account.value, command, context)) co_return;
    try {
      co_await context.store().save(account);
      co_return;
    } catch (const VersionConflict&) {
    }
  }
  auto body = to_json(Account{});
  co_await context.store().documents().put(EntityStore::key_of<Account>(command.account),
                                           std::move(body), Expected::any());
}

// Who loses twice looks once more, and writes whatever has become of it meanwhile.
Task<void> overwrites_after_two_conflicts(const Deposit& command, HandlerContext& context) {
  for (int tries = 0;; ++tries) {
    auto account = co_await context.store().load<Account>(command.account);
    if (!apply_once(account.value, command, context)) co_return;
    if (tries == 2) {
      auto body = to_json(account.value);
      co_await context.store().documents().put(account.key, std::move(body), Expected::any());
      co_return;
    }
    try {
      co_await context.store().save(account);
      co_return;
    } catch (const VersionConflict&) {
    }
  }
}

// A conflict that is let out comes again with the message, and then it is too late.
Task<void> conflicts_and_then_late(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  if (context.delivery().delivery_count > 3) co_return;  // "the customer has gone home"
  co_await context.store().save(account);
}

// Others are faster at a document that is there.
Scenario on_an_account(DepositHandler handle, Fault fault) {
  auto scenario = deposits(1, 1, handle, {fault});
  scenario.documents.push_back({EntityStore::key_of<Account>("account-1"), to_json(Account{}), 0});
  return scenario;
}

Scenario with_delivery_limit(DepositHandler handle, Fault fault) {
  auto scenario = on_an_account(handle, fault);
  scenario.queues.front().options.deliveries_max = 6;
  scenario.bounds.faults_max = 1;
  scenario.bounds.preemptions_max = 0;
  return scenario;
}

Scenario events_of(DepositHandler handle, Fault fault) {
  auto scenario = deposits(1, 1, handle, {fault});
  scenario.expectations.invariants = {Invariant::no_lost_message};
  scenario.expectations.outputs = {
      {std::string(type_name<Deposited>()), std::string(type_name<Deposit>()), 1}};
  return scenario;
}

}  // namespace

const std::vector<PlantedBug>& planted_outage_bugs() {
  static const std::vector<PlantedBug> bugs = {
      {"given-up-after-three-refusals",
       failure::kLostMessage,
       {Fault::outage},
       [] { return events_of(&published_or_three_tries, Fault::outage); }},
      {"unknown-five-times-means-yes",
       failure::kLostEffect,
       {Fault::outage},
       [] { return deposits(1, 1, &unknown_five_times_means_yes, {Fault::outage}); }},
      {"given-up-at-the-fourth-delivery",
       failure::kLostEffect,
       {Fault::outage},
       [] { return with_delivery_limit(&given_up_at_the_fourth_delivery, Fault::outage); }},
      {"three-conflicts-mean-done",
       failure::kLostEffect,
       {Fault::busy},
       [] { return on_an_account(&three_conflicts_mean_done, Fault::busy); }},
      {"blind-after-two-conflicts",
       failure::kLostUpdate,
       {Fault::busy},
       [] { return on_an_account(&blind_after_two_conflicts, Fault::busy); }},
      {"overwrites-after-two-conflicts",
       failure::kLostUpdate,
       {Fault::busy},
       [] { return on_an_account(&overwrites_after_two_conflicts, Fault::busy); }},
      {"conflicts-and-then-late",
       failure::kLostEffect,
       {Fault::busy},
       [] { return with_delivery_limit(&conflicts_and_then_late, Fault::busy); }},
  };
  return bugs;
}

}  // namespace workshop::explore::reference
