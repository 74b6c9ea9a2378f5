// mistake: the decision is kept in a variable that outlives the call
// why: recover runs in the same program, so a static set is the shortest way to tell it
// ask: What is in a static variable after the power was gone?
// caught by: a crash never leaves half a sale in two databases
// as: exception
#include <set>

#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  for (;;) {
    auto order = co_await shop.load<Order>(cart.order_id);
    if (order.exists()) co_return Answer::sold;

    order.value.gifts = cart.gifts;
    std::vector<StoreOperation> writes{write_of(order)};
    for (const auto& [gift, count] : cart.gifts) {
      auto stock = co_await shop.load<Stock>(gift);
      if (stock.value.left < count) co_return Answer::sold_out;
      stock.value.left -= count;
      writes.push_back(write_of(stock));
    }
    try {
      co_await shop.documents().batch(cart.order_id, writes);
      co_return Answer::sold;
    } catch (const VersionConflict&) {
      // Somebody was faster, and nothing was written: look again, and decide again.
    }
  }
}

namespace {

std::set<std::string>& committed() {
  static std::set<std::string> transactions;
  return transactions;
}

}  // namespace

Task<bool> transact(std::string transaction, std::vector<Share> shares, EntityStore&) {
  bool all_yes = true;
  for (auto& share : shares) {
    const auto vote = co_await share.participant->prepare(transaction, share.changes);
    all_yes = all_yes && vote == Vote::yes;
  }

  if (all_yes) {
    // The moment of commitment: before it we may still abort, after it we may not.
    committed().insert(transaction);
  }

  for (auto& share : shares) {
    if (all_yes) {
      co_await share.participant->commit(transaction);
    } else {
      co_await share.participant->abort(transaction);
    }
  }
  co_return all_yes;
}

Task<bool> recover(std::string transaction, std::vector<Participant*> participants, EntityStore&) {
  const bool commit = committed().contains(transaction);
  for (auto* participant : participants) {
    if (commit) {
      co_await participant->commit(transaction);
    } else {
      // Presumed abort: nobody was told to commit, and nobody ever will be.
      co_await participant->abort(transaction);
    }
  }
  co_return commit;
}

}  // namespace workshop
