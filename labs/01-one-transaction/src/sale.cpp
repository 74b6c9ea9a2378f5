#include "sale.hpp"

namespace workshop {

Task<Answer> sell(Cart cart, EntityStore& shop) {
  auto order = co_await shop.load<Order>(cart.order_id);
  if (order.exists()) co_return Answer::sold;

  for (const auto& [gift, count] : cart.gifts) {
    const auto stock = co_await shop.load<Stock>(gift);
    if (stock.value.left < count) co_return Answer::sold_out;
  }

  // TODO(step 1): make the order and the change of the shelf one transaction: both or neither, and
  //   neither if the shelf has changed meanwhile.
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

  // TODO(step 2): all participants have voted. From here on the decision must survive a crash.

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
  // TODO(step 2): a coordinator may have crashed during this transaction. What had it decided, and
  //   which participants still wait for the decision?
  co_return false;
}

}  // namespace workshop
