#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>
#include <string>

#include "customers.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;

namespace {

std::optional<std::string> promise_left(const Prepared& prepared) {
  return prepared.writes.front().id + " " + prepared.writes.front().partition +
         " is prepared, and nobody says commit or abort";
}

// Orders in one database, the shelf in another one. At rest nothing is locked, and `also` holds.
GiftShop two_databases(const Shelf& shelf, Check also = &wrong_answer) {
  auto shop = gift_shop("shop");
  shop.on_stores({Profile::relational(), Profile::relational(), Profile::relational()});
  for (const auto& [gift, left] : shelf) {
    shop.with_document(EntityStore::key_of<Stock>(gift), to_json(Stock{left}), kWarehouse);
  }
  shop.leftover<Lock>(lock_left).leftover<Prepared>(promise_left);
  shop.at_rest([shelf, also](const StoreView& view) {
    auto wrong = wrong_count(view, shelf, kWarehouse);
    if (!wrong) wrong = wrong_answer(view);
    return wrong ? wrong : also(view);
  });
  return shop;
}

std::optional<Violation> order_1_not_sold(const StoreView& view) {
  return not_sold(view, {"order-1"});
}

explore::Round buys(const Cart& cart, int times) {
  return [cart, times](ProcessContext& context) {
    return asks_again(&in_two_databases, cart, times, context);
  };
}

// What a reader of this document gets.
std::string seen(Participant& database, const Key& key) {
  try {
    return run_inline(database.read(key)) ? "there" : "not there";
  } catch (const Unavailable&) {
    return "locked";
  }
}

// Reads an order, and then the shelf. If the order can be read, its porsche must be gone from the
// shelf.
Task<void> audit(ProcessContext& context) {
  bool half = false;
  try {
    Participant orders(context.store(kOrders));
    Participant warehouse(context.store(kWarehouse));
    const auto order = co_await orders.read(EntityStore::key_of<Order>("order-1"));
    const auto stock = co_await warehouse.read(EntityStore::key_of<Stock>("porsche"));
    half = order && from_json<Stock>(stock->body).left != 0;
  } catch (const Unavailable&) {
    // Locked: the auditor would have to wait, and has seen nothing wrong.
  }
  if (half) co_await context.store(kOrders).put({"half a sale", "Audit"}, "true", Expected::any());
}

}  // namespace

TEST_CASE("a crash never leaves half a sale in two databases", "[step2]") {
  auto scenario =
      two_databases({{"porsche", 1}, {"teddy", 1}}, &order_1_not_sold)
          .with_client("alice", buys({"order-1", {{"porsche", 1}, {"teddy", 1}}}, 1), true)
          .with_faults({Fault::crash})
          .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("a sale over two databases survives refusals and lost answers", "[step2]") {
  auto scenario = two_databases({{"porsche", 1}}, &order_1_not_sold)
                      .with_client("alice", buys({"order-1", {{"porsche", 1}}}, 3), true)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(2, 0)
                      .and_no_further();  // she asks three times, and then goes home

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("a sale over two databases survives an outage of any of its operations", "[step2]") {
  auto scenario = two_databases({{"porsche", 1}}, &order_1_not_sold)
                      .with_client("alice", buys({"order-1", {{"porsche", 1}}}, 4), true)
                      .with_faults({Fault::crash, Fault::outage})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("two customers never buy the same porsche from two databases", "[step2]") {
  auto scenario = two_databases({{"porsche", 1}}, &porsche_left)
                      .with_client("alice", buys({"order-1", {{"porsche", 1}}}, 2), true)
                      .with_client("bob", buys({"order-2", {{"porsche", 1}}}, 2), true)
                      .with_faults({Fault::crash, Fault::unanswered})
                      .up_to(1, 1)
                      .and_no_further();  // whoever meets a lock twice goes home

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("recover carries out what the log says and tells what came of it", "[step2]") {
  const bool decided = GENERATE(true, false);
  CAPTURE(decided);
  SqliteStore orders_file, warehouse_file, bank_file, log_file;
  Participant orders(orders_file), warehouse(warehouse_file), bank(bank_file);
  EntityStore log(log_file);
  const Key order{"order-1", "Order"}, page{"porsche", "Page"}, bill{"order-1", "Bill"};
  run_inline(bank.prepare("order-1", {Change{bill, std::nullopt, "{}"}}));
  run_inline(orders.prepare("order-1", {Change{order, std::nullopt, "{}"}}));
  run_inline(warehouse.prepare("order-1", {Change{page, std::nullopt, "{}"}}));
  if (decided) {
    run_inline(log_file.put({"order-1", "Decision"}, to_json(Decision{true}), Expected::absent()));
  }

  for (int time = 1; time <= 2; ++time) {  // the second one finds nothing to do
    CAPTURE(time);
    CHECK(run_inline(recover("order-1", {&orders, &bank, &warehouse}, log)) == decided);
    CHECK(seen(bank, bill) == (decided ? "there" : "not there"));
    CHECK(seen(orders, order) == (decided ? "there" : "not there"));
    CHECK(seen(warehouse, page) == (decided ? "there" : "not there"));
  }
}

// Green from the start: keep it so.
TEST_CASE("a transaction that all agree to is made", "[step2][given]") {
  SqliteStore orders_file, warehouse_file, log_file;
  Participant orders(orders_file), warehouse(warehouse_file);
  EntityStore log(log_file);
  const Key order{"order-1", "Order"}, page{"porsche", "Page"};
  const std::vector<Share> shares{{&orders, {Change{order, std::nullopt, "{}"}}},
                                  {&warehouse, {Change{page, std::nullopt, "{}"}}}};

  CHECK(run_inline(transact("order-1", shares, log)));
  CHECK(seen(orders, order) == "there");
  CHECK(seen(warehouse, page) == "there");
}

// Green from the start: keep it so.
TEST_CASE("one no is enough whoever says it", "[step2][given]") {
  const bool first = GENERATE(true, false);
  CAPTURE(first);
  SqliteStore one, other, log_file;
  Participant yes(one), no(other);
  EntityStore log(log_file);
  const std::vector<Change> change{{Key{"porsche", "Stock"}, std::nullopt, to_json(Stock{1})}};
  run_inline(no.prepare("somebody else's", change));

  const std::vector<Share> shares{{first ? &no : &yes, change}, {first ? &yes : &no, change}};
  CHECK_FALSE(run_inline(transact("order-1", shares, log)));
  CHECK_FALSE(run_inline(recover("order-1", {&yes, &no}, log)));
  CHECK(one.documents().empty());        // nothing is written, and nothing is locked
  CHECK(other.documents().size() == 2);  // only the other transaction's promise and lock
}

TEST_CASE("whoever recovers what never began changes nothing", "[.exam]") {
  SqliteStore one, other, log_file;
  Participant orders(one), warehouse(other);
  EntityStore log(log_file);
  CHECK_FALSE(run_inline(recover("order-1", {&orders, &warehouse}, log)));
  INFO("each customer asks for that before each sale: what is written then is there for ever");
  for (const auto* database : {&one, &other, &log_file}) CHECK(database->documents().empty());
}

// Green from the start: keep it so.
TEST_CASE("whoever can read an order does not find its gift on the shelf", "[step2][given]") {
  auto scenario = two_databases({{"porsche", 1}})
                      .with_client("alice", buys({"order-1", {{"porsche", 1}}}, 1))
                      .with_client("auditor", &audit)
                      .up_to(0, 2)
                      .and_no_further();  // nobody comes back after a crash
  scenario.at_rest([](const StoreView& view) -> std::optional<Violation> {
    if (!view.find({"half a sale", "Audit"}, kOrders)) return std::nullopt;
    return Violation{"half a sale", "the porsche of an order has left the shelf",
                     "the auditor read the order, and then saw its porsche on the shelf"};
  });

  REQUIRE_EXPLORED(scenario.holds());
}
