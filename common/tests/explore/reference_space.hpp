#pragma once

#include <set>
#include <string>

#include "workshop/core/json.hpp"
#include "workshop/core/message.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/explore/scenario/scenario.hpp"

/// Scenarios with known sizes and known faults, for tests and benchmarks of the explorer.
namespace workshop::explore::reference {

/// A command that adds `amount` to an account, and the event that announces it.
struct Deposit {
  std::string account;
  int amount = 0;
};
struct Deposited {
  std::string account;
  std::string attempt;
};
/// An account with the ids of processed messages, and the messages that are still to be sent.
struct Account {
  int balance = 0;
  std::set<std::string> processed;
  std::map<std::string, Message> outbox;
};
BOOST_DESCRIBE_STRUCT(Deposit, (), (account, amount))
BOOST_DESCRIBE_STRUCT(Deposited, (), (account, attempt))
BOOST_DESCRIBE_STRUCT(Account, (), (balance, processed, outbox))

/// Coroutines that only reach `points_count` scheduling points each.
inline Scenario pure(int coroutines_count, int points_count) {
  Scenario scenario;
  scenario.name = "pure coroutines";
  scenario.stores.clear();
  for (int i = 0; i < coroutines_count; ++i) {
    const auto name = "c" + std::to_string(i);
    scenario.processes.push_back({name, name, "",
                                  [points_count](ProcessContext& context) -> Task<void> {
                                    return [](ProcessContext& inner, int count) -> Task<void> {
                                      for (int k = 0; k < count; ++k) co_await inner.point();
                                    }(context, points_count);
                                  },
                                  false});
  }
  scenario.bounds.preemptions_max = kUnlimitedPreemptions;
  scenario.bounds.faults_max = 0;
  scenario.search.prune_by_digest = false;
  return scenario;
}

/// The reference handler: receive, load, commit, send, mark, acknowledge. State, processed id and
/// outgoing message are committed in one compare-and-swap; the mark removes the sent message.
Task<void> handle_with_outbox(const Deposit& command, HandlerContext& context);

/// `messages_count` deposits and as many handlers; all deposits to one account, or each to its own.
Scenario outbox(int messages_count, bool one_account,
                Task<void> (*handle)(const Deposit&, HandlerContext&) = &handle_with_outbox);

}  // namespace workshop::explore::reference
