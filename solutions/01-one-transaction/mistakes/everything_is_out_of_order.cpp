// mistake: the coordinator gives up with an error before it changes anything: safe, and useless
// why: a system that does nothing breaks no rule about what it must not do
// ask: Which of your tests would notice that nothing is ever sold?
// caught by: a crash never leaves half a sale in two databases
// as: lost effect
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

Task<bool> transact(std::string, std::vector<Share>, EntityStore&) {
  throw Unavailable("closed for stocktaking");
  co_return false;
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
