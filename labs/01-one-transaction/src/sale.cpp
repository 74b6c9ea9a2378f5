#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  auto order = co_await shop.load<Order>(cart.order_id);
  if (order.exists()) co_return Answer::sold;

  for (const auto& [gift, count] : cart.gifts) {
    const auto stock = co_await shop.load<Stock>(gift);
    if (stock.value.left < count) co_return Answer::sold_out;
  }

  // TODO(step 1): the order and the gifts taken from the shelf are one change: all of it or
  //   nothing, and nothing if a gift has gone meanwhile.
  order.value.gifts = cart.gifts;
  co_await shop.save(order);
  for (const auto& [gift, count] : cart.gifts) {
    auto stock = co_await shop.load<Stock>(gift);
    stock.value.left -= count;
    co_await shop.save(stock);
  }
  co_return Answer::sold;
}

Task<bool> transact(std::string transaction, std::vector<Share> shares, EntityStore&) {
  bool all_yes = true;
  for (auto& share : shares) {
    const auto vote = co_await share.participant->prepare(transaction, share.changes);
    all_yes = all_yes && vote == Vote::yes;
  }

  // TODO(step 2): all have voted. From here on the decision must survive us.

  for (auto& share : shares) {
    if (all_yes) {
      co_await share.participant->commit(transaction);
    } else {
      co_await share.participant->abort(transaction);
    }
  }
  co_return all_yes;
}

Task<bool> recover(std::string, std::vector<Participant*>, EntityStore&) {
  // TODO(step 2): a coordinator may have died over this transaction. What had it decided, and who
  //   still waits for its word?
  co_return false;
}

}  // namespace workshop
