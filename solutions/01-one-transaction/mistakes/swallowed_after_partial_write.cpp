// mistake: the order is saved, taking the gifts fails, and the exception is caught: "sold"
// why: the order is what counts, an error page is embarrassing, and somebody will see the log
// ask: After your catch, which of the two writes has happened? Who will do the other one?
// caught by: a customer who asks again after an error gets one order and the right answer
// as: duplicate effect
#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  auto order = co_await shop.load<Order>(cart.order_id);
  if (order.exists()) co_return Answer::sold;

  std::vector<StoreOperation> writes;
  for (const auto& [gift, count] : cart.gifts) {
    auto stock = co_await shop.load<Stock>(gift);
    if (stock.value.left < count) co_return Answer::sold_out;
    stock.value.left -= count;
    writes.push_back(write_of(stock));
  }
  order.value.gifts = cart.gifts;
  co_await shop.save(order);
  try {
    co_await shop.documents().batch("stock", writes);
  } catch (const Error&) {
    // The order is safe; stock is corrected at the next stocktaking.
  }
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
