#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "orders.hpp"
#include "services.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const SubmitOrder kCart{"cart-1", "Ann", {"teddy", "train"}};

// What the customer sees.
struct Page {
  int status = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Page, (), (status, text))

// Presses until the page says that the cart is taken, at most three times: at most two presses meet
// a fault.
Task<void> press_button(explore::ProcessContext& context) {
  StoppedOrders orders;
  bool taken = false;
  for (int presses = 0; presses < 3 && !taken; ++presses) {
    const auto answer = co_await submit(kCart, orders, context.broker());
    taken = answer.status == 202;
    try {
      co_await context.store().put(EntityStore::key_of<Page>("customer"),
                                   to_json(Page{answer.status, answer.body}), Expected::any());
    } catch (const Error&) {
    }
  }
}

std::optional<Violation> not_ordered(const StoreView& view) {
  const auto order = view.entity<Order>(kCart.cart_id);
  if (order && order->customer == kCart.customer && order->gifts == kCart.gifts) {
    return std::nullopt;
  }
  const auto page = view.entity<Page>("customer").value_or(Page{});
  const auto seen = page.status == 0 ? "has no answer" : "saw " + std::to_string(page.status);
  return Violation{"lost effect",
                   "a customer who presses the button up to three times has an order",
                   "the customer " + seen +
                       (order ? ", and the order is " + to_json(*order) : ", there is no order")};
}

}  // namespace

TEST_CASE("the button asks the queue and nobody else", "[step2]") {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  RunningOrders orders;

  const auto answer = run_inline(submit(kCart, orders, broker));

  INFO("the service `orders` runs, and would answer a request with 201");
  CHECK(orders.requests_count() == 0);
  CHECK(answer.status == 202);
  const auto queued = broker.messages("orders");
  REQUIRE(queued.size() == 1);
  CHECK(payload_of<SubmitOrder>(*queued[0].message).gifts == kCart.gifts);
}

TEST_CASE("two carts are two messages", "[step2]") {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  StoppedOrders orders;

  run_inline(submit({"cart-1", "Ann", {"teddy"}}, orders, broker));
  run_inline(submit({"cart-2", "Ann", {"teddy"}}, orders, broker));

  const auto queued = broker.messages("orders");
  REQUIRE(queued.size() == 2);
  CHECK(payload_of<SubmitOrder>(*queued[0].message).cart_id == "cart-1");
  CHECK(payload_of<SubmitOrder>(*queued[1].message).cart_id == "cart-2");
  INFO("by its id a receiver knows whether it has seen a message before");
  CHECK(queued[0].message->id != queued[1].message->id);
}

TEST_CASE("a cart that cannot be handled is delivered ten times, also after a restart", "[step2]") {
  const process::TemporaryFolder folder;
  SimulatedClock clock;
  auto broker = open_broker(clock, folder.path().string());
  run_inline(broker->send("orders", make_message(kCart)));

  for (std::uint32_t count = 1; count <= 10; ++count) {
    if (count == 6) {
      broker.reset();
      broker = open_broker(clock, folder.path().string());
    }
    INFO("so many deliveries have failed: " << count - 1);
    const auto delivery = run_inline(broker->receive("orders"));
    REQUIRE(delivery.has_value());
    CHECK(delivery->delivery_count == count);
    clock.advance(QueueOptions{}.lease_ms - std::chrono::milliseconds{1});
    CHECK_FALSE(run_inline(broker->receive("orders")).has_value());
    clock.advance(std::chrono::milliseconds{1});
  }
  INFO("ten deliveries have failed: a person has to look at it");
  CHECK(broker->messages("orders").empty());
  CHECK(broker->messages(dead_letter_queue_of("orders")).size() == 1);
}

TEST_CASE("without an answer of the queue nothing is promised", "[step2]") {
  UnreachableQueue queue;
  RunningOrders orders;

  CHECK(run_inline(submit(kCart, orders, queue)).status == 503);
  CHECK(run_inline(submit({"cart-2", "Bob", {"teddy"}}, orders, queue)).status == 503);
}

TEST_CASE("a cart that the button has promised becomes an order, whatever fails", "[step2]") {
  auto scenario = gift_shop("orders")
                      .with_client("button", &press_button, true)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(2, 0)
                      .and_no_further()  // the customer presses three times, and then goes home
                      .at_rest(not_ordered);
  scenario.scenario().processes.push_back({"orders-1", "orders", "orders", &run_orders});

  REQUIRE_EXPLORED(scenario.holds());
}
