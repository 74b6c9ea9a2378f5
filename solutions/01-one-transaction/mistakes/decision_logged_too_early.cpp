// mistake: the decision is logged before the votes are in
// why: the intention is written down first, as one does before every risky thing
// ask: Your log says commit. One of the two has voted no, or was never asked. What does recover do?
// caught by: a crash never leaves half a sale in two databases
// as: wrong answer
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

Task<bool> transact(std::string transaction, std::vector<Share> shares, EntityStore& log) {
  Entity<Decision> decision{EntityStore::key_of<Decision>(transaction), {true}, std::nullopt};
  co_await log.save(decision);

  bool all_yes = true;
  for (auto& share : shares) {
    const auto vote = co_await share.participant->prepare(transaction, share.changes);
    all_yes = all_yes && vote == Vote::yes;
  }

  for (auto& share : shares) {
    if (all_yes) {
      co_await share.participant->commit(transaction);
    } else {
      co_await share.participant->abort(transaction);
    }
  }
  if (!all_yes) co_await log.erase(decision);
  co_return all_yes;
}

Task<bool> recover(std::string transaction, std::vector<Participant*> participants,
                   EntityStore& log) {
  const auto decision = co_await log.load<Decision>(transaction);
  for (auto* participant : participants) {
    if (decision.value.commit) {
      co_await participant->commit(transaction);
    } else {
      // Presumed abort: nobody was told to commit, and nobody ever will be.
      co_await participant->abort(transaction);
    }
  }
  co_return decision.value.commit;
}

}  // namespace workshop
