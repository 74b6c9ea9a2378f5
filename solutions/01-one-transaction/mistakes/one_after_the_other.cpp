// mistake: each database is prepared and committed before the next one is asked
// why: one loop instead of two; prepare and commit look like one call that was split for no reason
// ask: The first database has committed. The second one votes no. What do you do?
// caught by: whoever can read an order does not find its gift on the shelf
// as: half a sale
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
  for (auto& share : shares) {
    const auto vote = co_await share.participant->prepare(transaction, share.changes);
    if (vote == Vote::no) co_return false;
    auto decision = co_await log.load<Decision>(transaction);
    decision.value.commit = true;
    co_await log.save(decision);
    co_await share.participant->commit(transaction);
  }
  co_return true;
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
