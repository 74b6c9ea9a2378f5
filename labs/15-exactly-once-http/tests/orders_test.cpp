#include "payments_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const PayOrder kPayOrder{"order-1", kCard, 1};

std::optional<std::string> left_in(const Order& order) {
  if (!order.attempts.empty()) return "the order still remembers " + *order.attempts.begin();
  if (!order.target.empty()) return "the order still waits for " + order.target;
  if (!order.follow_up.empty()) return std::string("the order still holds its follow-up");
  return std::nullopt;
}

/// Another attempt, which notes a target while the first attempt has noted its own and has not
/// committed. It does nothing else, so that only this save disturbs the first attempt.
Task<void> note_another(Store& store) {
  EntityStore orders(store);
  auto order = co_await orders.load<Order>("order-1");
  if (order.value.attempts.empty() || !order.value.target.empty()) co_return;
  order.value.attempts.insert("/card-1/another");
  try {
    co_await orders.save(order);
  } catch (const VersionConflict&) {
  }
}

/// The endpoint "orders" in a shop where nothing may be left over.
GiftShop orders(int servers_count) {
  return shop_with_payments(servers_count)
      .handles<PayOrder>(&handle)
      .handles<FetchAnswer>(&handle)
      .with("order-1", Order{})
      .commits_by_saving<Order>()
      .leftover<Order>(left_in)
      .leftover<Request>(left_in_payments)
      .at_rest(order_has_no_receipt);
}

}  // namespace

TEST_CASE("an order is paid once whatever fails", "[step2]") {
  auto scenario = orders(1).deliver(kPayOrder).with_faults(kAnyTrouble).up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("each charge has one follow-up whatever fails", "[step2]") {
  auto scenario = orders(1)
                      .emits<FetchAnswer, PayOrder>()
                      .deliver(kPayOrder)
                      .with_faults(kAnyTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message, consistent_output));
}

TEST_CASE("a follow-up comes when there is an answer to fetch", "[step2]") {
  auto scenario = orders(1)
                      .emits<FetchAnswer, PayOrder>()
                      .deliver(kPayOrder, to_handlers(2))
                      .with_faults({})
                      .up_to(0, 1);
  scenario.scenario().queues.front().options.deliveries_max = 3;

  REQUIRE_EXPLORED(scenario.holds(no_lost_message));
}

TEST_CASE("nothing is left over on either side whatever fails", "[step2]") {
  auto scenario = orders(1).deliver(kPayOrder).with_faults(kAnyTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("messages that come late and again change nothing", "[step2]") {
  auto scenario =
      orders(1).deliver(kPayOrder).with_faults({Fault::duplicate, Fault::reorder}).up_to(3, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

// With a crash there may be a request left over: when the service dies at the DELETE of one
// handler, and the other one has acknowledged the message. So `prove` goes further with the payment
// alone.
TEST_CASE("two handlers with one message pay once and leave nothing over", "[step2]") {
  auto scenario =
      orders(1).deliver(kPayOrder, to_handlers(2), duplicated()).up_to(0, 1).and_no_further();

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two handlers with one message pay once, with one follow-up, whoever dies", "[.exam]") {
  auto scenario = orders(1)
                      .emits<FetchAnswer, PayOrder>()
                      .deliver(kPayOrder, to_handlers(2), duplicated())
                      .up_to(0, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message, consistent_output));
}

TEST_CASE("an order is paid once also when requests overtake each other", "[step2]") {
  auto scenario = orders(2)
                      .deliver(kPayOrder)
                      .with_faults({Fault::lease_expiry, Fault::unanswered})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("an attempt that has noted its target goes on when another one notes its own",
          "[step2]") {
  auto scenario = orders(1).deliver(kPayOrder).with_faults({}).up_to(0, 2);
  scenario.scenario().queues.front().options.deliveries_max = 1;
  scenario.with_client(
      "orders-2", [](explore::ProcessContext& context) { return note_another(context.store()); },
      true);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}
