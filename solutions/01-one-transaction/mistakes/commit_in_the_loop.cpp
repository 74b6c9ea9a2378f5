// mistake: every line of the cart is its own commit; the order is written when all gifts are taken
// why: the loop over lines is there already, and a save at its end looks tidy
// ask: The cart has three lines, and the power goes after the second one. What is on the shelf, and
//   who has bought what is missing?
// caught by: a crash never leaves half a sale
// as: lost effect
#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  auto order = co_await shop.load<Order>(cart.order_id);
  if (order.exists()) co_return Answer::sold;

  for (const auto& [gift, count] : cart.gifts) {
    const auto stock = co_await shop.load<Stock>(gift);
    if (stock.value.left < count) co_return Answer::sold_out;
  }
  for (const auto& [gift, count] : cart.gifts) {
    for (bool taken = false; !taken;) {
      auto stock = co_await shop.load<Stock>(gift);
      if (stock.value.left < count) co_return Answer::sold_out;
      stock.value.left -= count;
      try {
        co_await shop.save(stock);
        taken = true;
      } catch (const VersionConflict&) {
      }
    }
  }
  order.value.gifts = cart.gifts;
  co_await shop.save(order);
  co_return Answer::sold;
}

Task<bool> transact(std::string transaction, std::vector<Share> shares, EntityStore& log) {
  bool all_yes = true;
  for (auto& share : shares) {
    const auto vote = co_await share.participant->prepare(transaction, share.changes);
    all_yes = all_yes && vote == Vote::yes;
  }

  if (all_yes) {
    // The moment of commitment: before it we may still abort, after it we may not.
    Entity<Decision> decision{EntityStore::key_of<Decision>(transaction), {true}, std::nullopt};
    co_await log.save(decision);
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
