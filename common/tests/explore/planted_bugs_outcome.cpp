// Bugs revealed by refusals and lost answers, in handlers and over HTTP.
#include <algorithm>
#include <iterator>

#include "planted_bugs.hpp"
#include "workshop/explore/world/scheduled_http.hpp"

namespace workshop::explore::reference {
namespace {

// It needs no fault. The compiler warns of the variable, where it is no more than a variable.
Task<void> forgets_to_await(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  [[maybe_unused]] auto saving = context.store().save(account);
}

Task<void> refusal_swallowed(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  try {
    co_await context.store().save(account);
  } catch (const Unavailable&) {
    // "The store will be back soon."
  }
}

Task<void> publish_given_up(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  try {
    co_await context.publish(event_of(command, context));
  } catch (const Unavailable&) {
    // The message is acknowledged all the same.
  }
}

Task<void> blind_after_a_refusal(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  bool refused = false;
  try {
    co_await context.store().save(account);
  } catch (const Unavailable&) {
    refused = true;
  }
  if (!refused) co_return;
  auto body = to_json(account.value);
  co_await context.store().documents().put(account.key, std::move(body), Expected::any());
}

// The outcome of the save is unknown; it takes that for "not saved" and adds again.
Task<void> unknown_means_no(const Deposit& command, HandlerContext& context) {
  for (int tries = 0; tries < 2; ++tries) {
    auto account = co_await context.store().load<Account>(command.account);
    if (tries == 0 && account.value.processed.contains(context.message().id.value)) co_return;
    account.value.balance += command.amount;
    account.value.processed.insert(context.message().id.value);
    try {
      co_await context.store().save(account);
      co_return;
    } catch (const OutcomeUnknown&) {
      continue;
    }
  }
}

// "It was probably saved."
Task<void> unknown_means_yes(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  try {
    co_await context.store().save(account);
  } catch (const OutcomeUnknown&) {
    // The message is acknowledged all the same.
  }
}

Task<void> unknown_means_sent(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  try {
    co_await context.publish(event_of(command, context));
  } catch (const OutcomeUnknown&) {
    // The message is acknowledged all the same.
  }
}

Task<void> published_again(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  const auto first = MessageId{"d-" + context.message().id.value};
  bool unknown = false;
  try {
    co_await context.publish(context.make(Deposited{command.account, "stored"}, first));
  } catch (const OutcomeUnknown&) {
    unknown = true;
  }
  if (!unknown) co_return;
  co_await context.publish(Deposited{command.account, "stored"}, MessageId{first.value + "-again"});
}

// After a lost answer it gets a conflict with its own write, and books a failure.
Task<void> conflict_means_failure(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (!apply_once(account.value, command, context)) co_return;
  bool failed = false;
  try {
    co_await context.store().save(account);
  } catch (const OutcomeUnknown&) {
    failed = true;
  }
  if (!failed) co_return;
  co_await context.store().documents().put(Key{context.message().id.value, "failed"}, "1",
                                           Expected::any());
}

// ---- over HTTP -------------------------------------------------------------------------------

Task<HttpResponse> charge(HttpRequest, ProcessContext& context) {
  EntityStore store(context.store());
  auto account = co_await store.load<Account>("account-1");
  ++account.value.balance;
  co_await store.save(account);
  co_return HttpResponse{200, "", {}};
}

// Answers that it is done, and leaves the work to a queue that it does not have.
Task<HttpResponse> answer_without_doing(HttpRequest, ProcessContext& context) {
  EntityStore store(context.store());
  auto account = co_await store.load<Account>("account-1");
  ++account.value.balance;
  try {
    co_await store.save(account);
  } catch (const Error&) {
    // The client waits; the error is logged.
  }
  co_return HttpResponse{200, "", {}};
}

Task<HttpResponse> call(ProcessContext& context) {
  return context.http().request("payments", HttpRequest{HttpMethod::post, "/charges", "", {}},
                                context.deadline(std::chrono::milliseconds(100)));
}

Task<void> note(ProcessContext& context, std::string_view outcome) {
  return [](ProcessContext& in, std::string body) -> Task<void> {
    try {
      co_await in.store().put(Key{"shop", "told"}, std::move(body), Expected::any());
    } catch (const Error&) {
      // It was not noted: then the client claims nothing.
    }
  }(context, "\"" + std::string(outcome) + "\"");
}

Task<void> retry_blindly(ProcessContext& context) {
  for (int tries = 0; tries < 2; ++tries) {
    try {
      co_await call(context);
      co_return;
    } catch (const Error&) {
      continue;
    }
  }
}

Task<void> unknown_is_declined(ProcessContext& context) {
  bool declined = false;
  try {
    co_await call(context);
  } catch (const Error&) {
    declined = true;
  }
  if (declined) co_await note(context, "declined");
}

Task<void> unknown_is_paid(ProcessContext& context) {
  bool paid = true;
  try {
    paid = (co_await call(context)).status == 200;
  } catch (const OutcomeUnknown&) {
    // It assumes that the request was sent, and that payments never fails.
  }
  if (paid) co_await note(context, "paid");
}

Task<void> believes_the_answer(ProcessContext& context) {
  bool paid = false;
  try {
    paid = (co_await call(context)).status == 200;
  } catch (const Error&) {
    paid = false;
  }
  if (paid) co_await note(context, "paid");
}

std::optional<Violation> charged_as_told(const StoreView& view) {
  const auto account = view.entity<Account>("account-1");
  const int charges = account ? account->balance : 0;
  if (charges > 1) return Violation{"charged twice", "at most once", std::to_string(charges)};
  const auto told = view.find(Key{"shop", "told"});
  if (!told) return std::nullopt;
  if (told->body == "\"declined\"" && charges != 0) {
    return Violation{"wrong answer", "declined and not charged", "declined, but charged"};
  }
  if (told->body == "\"paid\"" && charges == 0) {
    return Violation{"wrong answer", "paid and charged", "paid, but not charged"};
  }
  return std::nullopt;
}

std::optional<Violation> no_false_failure(const StoreView& view) {
  const auto account = view.entity<Account>("account-1");
  if (!account || account->balance == 0 || !view.find(Key{"m1", "failed"})) return std::nullopt;
  return Violation{"wrong answer", "deposited", "deposited, and booked as failed"};
}

Scenario with_outputs(DepositHandler handle, Fault fault, Invariants invariants) {
  auto scenario = deposits(1, 1, handle, {fault});
  scenario.expectations.invariants = invariants;
  scenario.expectations.outputs = {{"Deposited", "Deposit", 1}};
  return scenario;
}

Scenario unknown_booked_as_failure_scenario() {
  auto scenario = deposits(1, 1, &conflict_means_failure, {Fault::unanswered});
  scenario.expectations.at_quiescence = &no_false_failure;
  return scenario;
}

/// About what a call of another service has come to.
std::vector<PlantedBug> bugs_of_calls() {
  return {
      {"retried-blindly",
       "charged twice",
       {Fault::unanswered},
       [] { return calls(&retry_blindly, &charge, {Fault::unanswered}, &charged_as_told); }},
      {"unknown-means-paid",
       "wrong answer",
       {Fault::unanswered},
       [] { return calls(&unknown_is_paid, &charge, {Fault::unanswered}, &charged_as_told); }},
      {"server-died-means-declined",
       "wrong answer",
       {Fault::crash},
       [] { return calls(&unknown_is_declined, &charge, {Fault::crash}, &charged_as_told); }},
      {"answered-without-doing",
       "wrong answer",
       {Fault::refused},
       [] {
         return calls(&believes_the_answer, &answer_without_doing, {Fault::refused},
                      &charged_as_told);
       }},
  };
}

/// About what an operation on a store or a broker has come to.
std::vector<PlantedBug> bugs_of_operations() {
  return {
      {"refusal-swallowed",
       failure::kLostEffect,
       {Fault::refused},
       [] { return deposits(1, 1, &refusal_swallowed, {Fault::refused}); }},
      {"publish-given-up",
       failure::kLostMessage,
       {Fault::refused},
       [] {
         return with_outputs(&publish_given_up, Fault::refused, {Invariant::no_lost_message});
       }},
      {"blind-after-a-refusal",
       failure::kLostEffect,
       {Fault::refused},
       [] { return deposits(2, 2, &blind_after_a_refusal, {Fault::refused}); }},
      {"unknown-means-no",
       failure::kDuplicateEffect,
       {Fault::unanswered},
       [] { return deposits(1, 1, &unknown_means_no, {Fault::unanswered}); }},
      {"unknown-means-yes",
       failure::kLostEffect,
       {Fault::unanswered},
       [] { return deposits(1, 1, &unknown_means_yes, {Fault::unanswered}); }},
      {"unknown-means-sent",
       failure::kLostMessage,
       {Fault::unanswered},
       [] {
         return with_outputs(&unknown_means_sent, Fault::unanswered, {Invariant::no_lost_message});
       }},
      {"published-again",
       failure::kDuplicateEffect,
       {Fault::unanswered},
       [] {
         return with_outputs(&published_again, Fault::unanswered, {Invariant::exactly_one_effect});
       }},
      {"unknown-booked-as-failure",
       "wrong answer",
       {Fault::unanswered},
       &unknown_booked_as_failure_scenario},
  };
}

}  // namespace

const std::vector<PlantedBug>& planted_outcome_bugs() {
  static const auto kBugs = [] {
    auto bugs = bugs_of_operations();
    std::ranges::move(bugs_of_calls(), std::back_inserter(bugs));
    bugs.push_back({"never-awaited", failure::kNeverAwaited, {}, [] {
                      return deposits(1, 1, &forgets_to_await, {});
                    }});
    return bugs;
  }();
  return kBugs;
}

}  // namespace workshop::explore::reference
