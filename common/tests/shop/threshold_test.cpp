// A sum that passes a threshold when there is much to be forgotten already.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "declared.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr int kPrizeOver = 1'000;

struct Spender {
  int spent = 0;
  std::set<std::string> processed;
  std::string winner;  ///< the payment that has won the prize
};
BOOST_DESCRIBE_STRUCT(Spender, (), (spent, processed, winner))

// Sends the prize of the payment that passes the threshold; there and only there a wrong one
// forgets all but the last hundred.
template <bool kForgets>
Task<void> give_prize(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto spender = co_await context.store().load<Spender>(command.order_id);
  auto& known = spender.value.processed;
  if (known.insert(id).second) {
    const bool had_won = spender.value.spent > kPrizeOver;
    spender.value.spent += command.amount;
    if (!had_won && spender.value.spent > kPrizeOver) {
      spender.value.winner = id;
      while (kForgets && known.size() > 100) known.erase(known.begin());
    }
    co_await context.store().save(spender);
  }
  if (spender.value.winner != id) co_return;
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
}

template <bool kForgets>
BookingHandler prize_handler() {
  auto handler = declared<Spender>(&give_prize<kForgets>, &Spender::spent);
  handler.events = [](const std::string& order, int amount, int paid_before) {
    std::vector<ExpectedEvent> events;
    if (paid_before <= kPrizeOver && paid_before + amount > kPrizeOver) {
      events.push_back({"PaymentBooked", to_json(PaymentBooked{order, amount})});
    }
    return events;
  };
  return handler;
}

}  // namespace

TEST_CASE("what is forgotten at a threshold is found by many small payments alone") {
  CHECK(describe(everyday_situations(prize_handler<false>())).empty());
  CHECK(describe(large_situations(prize_handler<false>())).empty());

  CHECK(describe(everyday_situations(prize_handler<true>())).empty());
  const auto failures = large_situations(prize_handler<true>());
  REQUIRE(failures.size() == 1);
  CHECK(failures.front().situation == "1200 payments of 1 of one order, and all of them again");
}
