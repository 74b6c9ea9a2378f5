// mistake: recover finishes only the last participant: the first one has been told already
// why: in the story that was printed it was the second database that waited
// ask: In which order do you tell them, and where may you die?
// caught by: a crash never leaves half a sale in two databases
// as: garbage
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
  if (decision.value.commit) {
    co_await participants.back()->commit(transaction);
  } else {
    for (auto* participant : participants) co_await participant->abort(transaction);
  }
  co_return decision.value.commit;
}

}  // namespace workshop
