// mistake: the gifts are taken first, and put back when the order cannot be written
// why: a catch block that undoes what was done looks as good as a rollback
// ask: Who runs your catch block when the process is dead?
// caught by: a crash never leaves half a sale
// as: lost effect
#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  for (;;) {
    auto order = co_await shop.load<Order>(cart.order_id);
    if (order.exists()) co_return Answer::sold;

    std::vector<StoreOperation> take;
    std::vector<StoreOperation> put_back;
    for (const auto& [gift, count] : cart.gifts) {
      auto stock = co_await shop.load<Stock>(gift);
      put_back.push_back(StoreOperation::put(stock.key, to_json(stock.value), Expected::any()));
      if (stock.value.left < count) co_return Answer::sold_out;
      stock.value.left -= count;
      take.push_back(write_of(stock));
    }
    bool failed = false;
    try {
      co_await shop.documents().batch("stock", take);
      order.value.gifts = cart.gifts;
      co_await shop.save(order);
      co_return Answer::sold;
    } catch (const VersionConflict&) {
    } catch (const Error&) {
      failed = true;
    }
    if (failed) co_await shop.documents().batch("stock", put_back);
  }
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
