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

enum class Wrong { nothing, forgets, takes_back };

// Sends the prize of the payment that passes the threshold. There and only there a wrong one
// forgets all but the last hundred; another one sends no prize when the sum is below it again.
template <Wrong kWrong>
Task<void> give_prize(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto spender = co_await context.store().load<Spender>(command.order_id);
  auto& known = spender.value.processed;
  if (known.insert(id).second) {
    const bool had_won = spender.value.spent > kPrizeOver;
    spender.value.spent += command.amount;
    if (!had_won && spender.value.spent > kPrizeOver) {
      spender.value.winner = id;
      while (kWrong == Wrong::forgets && known.size() > 100) known.erase(known.begin());
    }
    co_await context.store().save(spender);
  }
  if (spender.value.winner != id) co_return;
  if (kWrong == Wrong::takes_back && spender.value.spent <= kPrizeOver) co_return;
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
}

template <Wrong kWrong>
BookingHandler prize_handler() {
  auto handler = declared<Spender>(&give_prize<kWrong>, &Spender::spent);
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

TEST_CASE("a handler with a threshold is right") {
  CHECK(describe(failures_of(prize_handler<Wrong::nothing>())).empty());
}

TEST_CASE("what is forgotten at a threshold is found by many small payments alone") {
  const auto failures = failures_of(prize_handler<Wrong::forgets>());
  REQUIRE(failures.size() == 1);
  CHECK(failures.front().situation == "1200 payments of 1 of one order, and all of them again");
}

TEST_CASE("a prize that is taken back is found by what is paid back meanwhile alone") {
  const auto failures = failures_of(prize_handler<Wrong::takes_back>());
  REQUIRE(failures.size() == 1);
  CHECK(failures.front().situation.find("more is paid back before it") != std::string::npos);
}
