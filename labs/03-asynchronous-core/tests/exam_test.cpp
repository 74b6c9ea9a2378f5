// What `prove` looks at besides: names, numbers of gifts, and errors that last.
#include <catch2/catch_test_macros.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "orders.hpp"
#include "services.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/sent_ids.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const SubmitOrder kTwoTrains{"cart-1", "Ann", {"train", "teddy", "train"}};

// Their names are more than a million characters together.
std::vector<std::string> many_gifts() {
  const std::string name(220, 'g');
  std::vector<std::string> gifts;
  for (int i = kMoreThanAnybodyCounts; i >= 1; --i) gifts.push_back(name + std::to_string(i));
  return gifts;
}

// Button, service and warehouse.
class Shop {
 public:
  Shop() : broker_(clock_) {
    broker_.declare_queue("orders");
    broker_.declare_queue("warehouse");
    broker_.subscribe("OrderSubmitted", "warehouse");
  }
  int press(const SubmitOrder& cart) { return run_inline(submit(cart, http_, broker_)).status; }
  int press_in_trouble(const SubmitOrder& cart, Trouble& trouble) {
    TroubledBroker broker(broker_, trouble);
    return run_inline(submit(cart, http_, broker)).status;
  }
  bool work_in_trouble(Trouble& trouble) {
    TroubledStore store(store_, trouble);
    TroubledBroker broker(broker_, trouble);
    return run_inline(receive_and_handle(store, broker));
  }
  void leases_end() { clock_.advance(QueueOptions{}.lease_ms); }
  // Others have received the message so often, and died.
  void was_received(int times) {
    for (int time = 1; time <= times; ++time) {
      REQUIRE(run_inline(broker_.receive("orders")));
      leases_end();
    }
  }
  void send(Message message) { run_inline(broker_.send("orders", std::move(message))); }
  void put_back_dead_letters() { run_inline(broker_.redrive("orders")); }
  void work() {
    while (run_inline(receive_and_handle(store_, broker_))) {
    }
  }
  std::vector<Message> in(const std::string& queue) const {
    std::vector<Message> messages;
    for (const auto& view : broker_.messages(queue)) messages.push_back(*view.message);
    return messages;
  }
  std::optional<Order> order(const std::string& cart) {
    const auto document = store_.find(EntityStore::key_of<Order>(cart));
    if (!document) return std::nullopt;
    return from_json<Order>(document->body);
  }

 private:
  SimulatedClock clock_;
  InProcessBroker broker_;
  SqliteStore store_;
  StoppedOrders http_;
};

// The service `orders`, which lets the errors of its rounds out.
Task<void> run_orders_and_let_errors_out(explore::ProcessContext& context) {
  try {
    co_await receive_and_handle(context.store(), context.broker());
  } catch (const Error&) {
    explore::error_was_let_out();
  }
}

// A customer who presses until the page says yes.
Task<void> press_until_yes(explore::ProcessContext& context) {
  StoppedOrders orders;
  for (bool taken = false; !taken;) {
    const auto answer = co_await submit(kTwoTrains, orders, context.broker());
    taken = answer.status == 202;
    if (!taken) explore::error_was_let_out();
  }
}

// At rest this cart is an order, and the warehouse was told.
GiftShop orders(const SubmitOrder& cart = kTwoTrains) {
  auto shop = gift_shop("orders").emits_in_all<OrderSubmitted>(1);
  shop.at_rest([cart](const StoreView& view) -> std::optional<Violation> {
    const auto order = view.entity<Order>(cart.cart_id);
    if (order && order->customer == cart.customer && order->gifts == cart.gifts) {
      return std::nullopt;
    }
    return Violation{"lost effect", "the cart is an order, with its gifts",
                     order ? to_json(*order) : "there is none"};
  });
  shop.scenario().processes.push_back(
      {"orders-1", "orders", "orders", &run_orders_and_let_errors_out});
  shop.scenario().processes.push_back(
      {"orders-2", "orders", "orders", &run_orders_and_let_errors_out});
  return shop;
}

}  // namespace

TEST_CASE("a cart is told of as it is called, from the button to the warehouse", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    Shop shop;
    CHECK(shop.press({one, one, {one, other}}) == 202);
    CHECK(shop.press({other, other, {other}}) == 202);
    const auto queued = shop.in("orders");
    REQUIRE(queued.size() == 2);
    CHECK(queued[0].id != queued[1].id);
    shop.work();
    REQUIRE(shop.order(one));
    CHECK(shop.order(one)->customer == one);
    CHECK(shop.order(one)->gifts == std::vector<std::string>{one, other});
    REQUIRE(shop.order(other));
    CHECK(shop.order(other)->customer == other);
    const auto told = shop.in("warehouse");
    REQUIRE(told.size() == 2);
    CHECK(payload_of<OrderSubmitted>(told[0]).order_id == one);
    CHECK(told[0].id == event_id({one, {}, {}}));
    REQUIRE(payload_of<OrderSubmitted>(told[1]).order_id == other);
  }
}

TEST_CASE("carts whose names run together are messages of their own", "[.exam]") {
  for (const std::string sign : {"", " ", "/", ":", "-", ",", "|", "+", "#", "."}) {
    CAPTURE(sign);
    const std::string right = "b" + sign + "c";
    const std::string left = "a" + sign + "b";
    Shop shop;
    for (const auto& [cart, customer] :
         {std::pair{right, std::string("a")}, {"c", left}, {"a", right}, {left, "c"}}) {
      CHECK(shop.press({cart, customer, {"teddy"}}) == 202);
    }
    std::set<std::string> ids;
    for (const auto& message : shop.in("orders")) ids.insert(message.id.value);
    REQUIRE(ids.size() == 4);
  }
}

TEST_CASE("a page that says yes has a message in the queue, though another press is under way",
          "[.exam]") {
  bool met = true;
  for (int operation = 1; met; ++operation) {
    CAPTURE(operation);
    Shop shop;
    int status = 0;
    Trouble other(operation, once({"another press", [&] { status = shop.press(kTwoTrains); }}));
    auto death = Trouble::death(operation);
    death.comes_after(other);
    try {
      shop.press_in_trouble(kTwoTrains, death);
    } catch (const Died&) {
    }
    met = death.met();
    REQUIRE((status != 202 || !shop.in("orders").empty()));
  }
}

// The first one's lease has ended; the other one acknowledges the message.
TEST_CASE("a cart is handled by whoever comes to its end, though another one is still there",
          "[.exam]") {
  bool met = true;
  for (int operation = 3; met; ++operation) {  // it has received the message, and looked
    CAPTURE(operation);
    Shop shop;
    CHECK(shop.press(kTwoTrains) == 202);
    const auto another = [&shop] {
      shop.leases_end();
      shop.work();
    };
    Trouble other(operation, once({"another round", another}));
    auto death = Trouble::death(operation);
    death.comes_after(other);
    try {
      shop.work_in_trouble(death);
    } catch (const Died&) {
    } catch (const Error&) {  // its lease is lost, say
    }
    met = death.met();
    REQUIRE(shop.order("cart-1"));
    REQUIRE_FALSE(shop.in("warehouse").empty());
    REQUIRE(shop.in("orders").empty());
  }
}

TEST_CASE("hundreds of thousands of carts are messages with ids of their own", "[.exam]") {
  constexpr std::size_t kCarts = 200'000;  // of so many names, some have 32 bits in common
  SentIds broker;
  StoppedOrders orders;
  for (std::size_t i = 0; i < kCarts; ++i) {
    // Of numbers alone many a hash of 32 bits makes others.
    const auto cart = MessageId::from_name("cart-" + std::to_string(i)).value;
    run_inline(submit({cart, "Ann", {"teddy"}}, orders, broker));
  }
  CHECK(broker.ids.size() == kCarts);
}

TEST_CASE("a cart that a person has taken out of the dead letters and sent again becomes an order",
          "[.exam]") {
  Shop shop;
  auto message = make_message(kTwoTrains);
  for (const auto name : {header::kDeadLetterReason, header::kDeadLetterFailure}) {
    message.headers.emplace(name, "delivered 10 times");
  }
  shop.send(message);
  shop.work();
  REQUIRE(shop.order("cart-1"));
  CHECK(shop.in("warehouse").size() == 1);
}

TEST_CASE("whatever the queue says, the button promises nothing that it does not have", "[.exam]") {
  for (const auto& kind : every_error()) {
    CAPTURE(kind.name);
    Shop shop;
    Trouble trouble(1, kind);
    int status = 0;
    try {
      status = shop.press_in_trouble(kTwoTrains, trouble);
    } catch (const TriesForEver&) {
      FAIL(tried_for_ever(trouble.failing()));
    } catch (const std::exception&) {  // the page shows no answer either
    }
    REQUIRE(trouble.met());
    REQUIRE(status != 202);
  }
}

// A round in which this operation fails, at the last delivery or an earlier one. Whether there was
// such an operation.
bool leaves_the_round(const ErrorKind& kind, int operation, int received_before) {
  Shop shop;
  CHECK(shop.press(kTwoTrains) == 202);
  shop.was_received(received_before);
  Trouble trouble(operation, kind);
  bool left = false;
  try {
    shop.work_in_trouble(trouble);
  } catch (const TriesForEver&) {
  } catch (const NeverEnds&) {
    throw;
  } catch (...) {
    left = true;
  }
  if (!trouble.met()) return false;
  CAPTURE(kind.name, trouble.failing(), received_before);
  REQUIRE((left || kind.name == "VersionConflict"));  // which one may try again
  shop.leases_end();
  shop.work();
  shop.put_back_dead_letters();
  shop.work();
  REQUIRE(shop.order("cart-1"));
  REQUIRE_FALSE(shop.in("warehouse").empty());
  REQUIRE(shop.in("orders").empty());
  return true;
}

TEST_CASE("whatever error an operation of the round has leaves it, at the last delivery too",
          "[.exam]") {
  constexpr int kLast = 9;  // and this one is the tenth
  for (const auto& kind : every_error()) {
    for (const int received_before : {0, kLast}) {
      for (int operation = 1; leaves_the_round(kind, operation, received_before);) ++operation;
    }
  }
}

TEST_CASE("a cart may have many gifts, or none", "[.exam]") {
  for (const auto& gifts : {many_gifts(), std::vector<std::string>{}}) {
    Shop shop;
    CHECK(shop.press({"cart-1", "Ann", gifts}) == 202);
    CHECK(shop.in("orders").size() == 1);
    shop.work();
    REQUIRE(shop.order("cart-1"));
    CHECK(shop.order("cart-1")->gifts == gifts);
    CHECK(shop.in("warehouse").size() == 1);
  }
}

TEST_CASE("no error of the round is swallowed, however long it lasts", "[.exam]") {
  auto scenario = orders()
                      .deliver(kTwoTrains, to_handlers(0))
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message));
}

TEST_CASE("a cart of any size and name becomes an order, however often it came before", "[.exam]") {
  const std::vector<SubmitOrder> carts = {
      {"cart-1", "", {}},
      {"cart-1", "Ann", {"teddy"}},
      {"Cart " + std::string(90, 'A') + " ", "Bob", {"", "train"}},
      {"cart-1", "Ann", many_gifts()}};
  for (const auto& cart : carts) {
    for (const std::uint32_t deliveries : {0U, 3U, 12U}) {
      auto scenario = orders(cart)
                          .deliver(cart, to_handlers(0), duplicated())
                          .delivered_before(deliveries)
                          .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                          .up_to(1, 1)
                          .and_no_further();
      CAPTURE(cart.cart_id, cart.gifts.size(), deliveries);
      REQUIRE_EXPLORED(scenario.holds(no_lost_message));
    }
  }
}

TEST_CASE("a round that outlives its lease leaves nothing to one that is dead", "[.exam]") {
  auto scenario = orders()
                      .deliver(kTwoTrains, to_handlers(0))
                      .with_faults({Fault::lease_expiry, Fault::crash})
                      .up_to(2, 2);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message));
}

TEST_CASE("the button says no as long as the queue refuses", "[.exam]") {
  auto scenario = orders()
                      .with_client("button", &press_until_yes, true)
                      .with_faults({Fault::outage})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message));
}

TEST_CASE("whoever looks for work takes one message and leaves the others alone", "[.exam]") {
  SimulatedClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  SqliteStore store;
  for (const auto* cart : {"cart-1", "cart-2", "cart-3"}) {
    run_inline(broker.send("orders", make_message(SubmitOrder{cart, "Ann", {"teddy"}})));
  }
  CHECK(run_inline(receive_and_handle(store, broker)));
  for (const auto* cart : {"cart-2", "cart-3"}) {
    const auto delivery = run_inline(broker.receive("orders"));
    REQUIRE(delivery);
    CHECK(payload_of<SubmitOrder>(delivery->message).cart_id == cart);
    CHECK(delivery->delivery_count == 1);
  }
}

TEST_CASE("an order that a dead attempt has made is told of, also when its message was put back",
          "[.exam]") {
  for (const auto deliveries : delivery_counts()) {
    CAPTURE(deliveries);
    SimulatedClock clock;
    InProcessBroker broker(clock);
    broker.declare_queue("warehouse");
    broker.subscribe("OrderSubmitted", "warehouse");
    SqliteStore store;
    run_inline(store.put(EntityStore::key_of<Order>(kCart.cart_id),
                         to_json(Order{kCart.customer, kCart.gifts}), Expected::absent()));
    HandlerContext context("orders", Delivery{"orders", make_message(kCart), {}, deliveries}, store,
                           broker);
    run_inline(handle(kCart, context));
    REQUIRE(broker.messages("warehouse").size() == 1);
  }
}

TEST_CASE("what was promised is there for the next process, also if the folder was taken",
          "[.exam]") {
  const process::TemporaryFolder folder;
  const SystemClock clock;
  StoppedOrders orders;
  bool promised = false;
  {
    const auto before = open_broker(clock, folder.path().string());
    try {
      const auto broker = open_broker(clock, folder.path().string());
      promised = run_inline(submit(kCart, orders, *broker)).status == 202;
    } catch (const Error&) {
    }
  }
  const auto later = open_broker(clock, folder.path().string());
  CHECK(later->messages("orders").size() == (promised ? 1 : 0));
}

namespace {

// Each file of the folder with its contents.
std::map<std::filesystem::path, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::filesystem::path, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

void write(const std::map<std::filesystem::path, std::string>& files) {
  for (const auto& [path, text] : files) std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("a journal that cannot be read is told of, and stays as it is", "[.exam]") {
  const process::TemporaryFolder folder;
  const SystemClock clock;
  StoppedOrders orders;
  {
    const auto broker = open_broker(clock, folder.path().string());
    REQUIRE(run_inline(submit(kCart, orders, *broker)).status == 202);
  }
  const auto whole = files_in(folder.path());
  for (const bool foreign : {true, false}) {
    CAPTURE(foreign);
    auto broken = whole;
    for (auto& [path, text] : broken) {
      if (foreign) {
        text = "the minutes of a meeting, long ago\n";
      } else {
        text.replace(text.size() / 2, text.size() / 4, text.size() / 4, '\xa5');
      }
    }
    write(broken);
    CHECK_THROWS_AS(open_broker(clock, folder.path().string()), Error);
    CHECK(files_in(folder.path()) == broken);
    write(whole);
    CHECK(open_broker(clock, folder.path().string())->messages("orders").size() == 1);
  }
}

TEST_CASE("the button takes carts as long as `orders` is stopped, however many", "[.exam]") {
  constexpr int kCarts = 5'000;
  const process::TemporaryFolder folder;
  const SystemClock clock;
  StoppedOrders orders;
  const auto broker = open_broker(clock, folder.path().string());
  for (int i = 1; i <= kCarts; ++i) {
    const SubmitOrder cart{"cart-" + std::to_string(i), "Ann", {"teddy", "train"}};
    CAPTURE(i);
    REQUIRE(run_inline(submit(cart, orders, *broker)).status == 202);
  }
  CHECK(broker->messages("orders").size() == kCarts);
}
