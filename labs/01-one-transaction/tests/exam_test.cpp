// What `prove` looks at besides: names, amounts, numbers of things, and errors that last.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "customers.hpp"
#include "one_database.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;

namespace {

const std::vector<Change> kPage{Change{Key{"page", "Page"}, std::nullopt, "{}"}};
const std::vector<Change> kBill{Change{Key{"bill", "Bill"}, std::nullopt, "{}"}};
const std::vector<Change> kList{Change{Key{"list", "List"}, std::nullopt, "{}"}};

// Databases of a transaction, and the coordinator's log.
class Participants {
 public:
  explicit Participants(int count) {
    for (int i = 0; i < count; ++i) {
      files_.push_back(std::make_unique<SqliteStore>());
      participants_.push_back(std::make_unique<Participant>(*files_.back()));
    }
  }
  std::vector<Participant*> all() const {
    std::vector<Participant*> all;
    for (const auto& participant : participants_) all.push_back(participant.get());
    return all;
  }
  std::vector<Share> shares(const std::vector<Change>& changes) const {
    std::vector<Share> shares;
    for (auto* participant : all()) shares.push_back({participant, changes});
    return shares;
  }
  bool transacts(const std::string& transaction, const std::vector<Change>& changes) {
    return run_inline(transact(transaction, shares(changes), log_));
  }
  // What the coordinator says whose operations are in trouble; nothing when it dies or throws.
  std::optional<bool> transacts_in(Trouble& trouble, const std::string& transaction,
                                   const std::vector<Change>& changes) {
    std::vector<std::unique_ptr<TroubledStore>> stores;
    std::vector<std::unique_ptr<Participant>> participants;
    std::vector<Share> shares;
    for (auto& file : files_) {
      stores.push_back(std::make_unique<TroubledStore>(*file, trouble));
      participants.push_back(std::make_unique<Participant>(*stores.back()));
      shares.push_back({participants.back().get(), changes});
    }
    TroubledStore log_file(log_file_, trouble);
    EntityStore log(log_file);
    try {
      return run_inline(transact(transaction, shares, log));
    } catch (const Died&) {
      return std::nullopt;
    } catch (const Todo&) {
      throw;
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }
  bool recovers(const std::string& transaction) {
    return run_inline(recover(transaction, all(), log_));
  }
  void prepares(const std::string& transaction, const std::vector<Change>& changes) {
    for (auto* participant : all()) run_inline(participant->prepare(transaction, changes));
  }
  void has(int place, const Key& key) {
    run_inline(files_[static_cast<std::size_t>(place)]->put(key, "{}", Expected::absent()));
  }
  // "there", "not there" or "locked".
  std::string seen(int place, const Key& key) const {
    try {
      auto& participant = *participants_[static_cast<std::size_t>(place)];
      return run_inline(participant.read(key)) ? "there" : "not there";
    } catch (const Unavailable&) {
      return "locked";
    }
  }
  // Of all databases; "" when they differ.
  std::string seen(const Key& key) const {
    const auto first = seen(0, key);
    for (std::size_t i = 1; i < files_.size(); ++i) {
      if (seen(static_cast<int>(i), key) != first) return "";
    }
    return first;
  }

 private:
  std::vector<std::unique_ptr<SqliteStore>> files_;
  std::vector<std::unique_ptr<Participant>> participants_;
  SqliteStore log_file_;
  EntityStore log_{log_file_};
};

// Whoever is told to recover, until that comes to its end.
Task<void> recovers(ProcessContext& context) {
  const auto databases = databases_of(context);
  Participant orders(databases.orders), warehouse(databases.warehouse);
  EntityStore log(databases.log);
  for (bool done = false; !done;) {
    try {
      co_await recover("order-1", {&orders, &warehouse}, log);
      done = true;
    } catch (const Error&) {
      explore::error_was_let_out();
    }
  }
}

// A coordinator whose transaction one of the two votes against, until it comes to its end.
Task<void> asks_in_vain(bool orders_first, ProcessContext& context) {
  const auto databases = databases_of(context);
  Participant orders(databases.orders), warehouse(databases.warehouse);
  EntityStore log(databases.log);
  std::vector<Share> shares = {{&orders, kBill}, {&warehouse, kPage}};
  if (!orders_first) std::swap(shares[0], shares[1]);
  for (bool done = false; !done;) {
    try {
      co_await recover("order-1", {&orders, &warehouse}, log);
      co_await transact("order-1", shares, log);
      done = true;
    } catch (const Error&) {
      explore::error_was_let_out();
    }
  }
}

// Both databases as a coordinator has left them that died after the votes.
GiftShop prepared_and_forgotten(bool decided) {
  auto shop = gift_shop("shop");
  shop.on_stores({Profile::relational(), Profile::relational(), Profile::relational()});
  for (const auto store : {kOrders, kWarehouse}) {
    SqliteStore file;
    Participant participant(file);
    run_inline(participant.prepare("order-1", store == kOrders ? kBill : kPage));
    for (const auto& document : file.documents()) {
      shop.with_document(document.key, document.body, store);
    }
  }
  if (decided) {
    shop.with_document(EntityStore::key_of<Decision>("order-1"), to_json(Decision{true}), kLog);
  }
  shop.leftover<Lock>(lock_left).with_client("recovery", &recovers, true);
  return shop;
}

}  // namespace

TEST_CASE("gifts whose names look alike lie on shelves of their own", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    OneDatabase shop;
    shop.has(one, 5);
    shop.has(other, 7);
    CHECK(shop.sells("order-1", {{one, 1}, {other, 3}}) == Answer::sold);
    CHECK(shop.left(one) == 4);
    CHECK(shop.left(other) == 4);
    REQUIRE(shop.sold("order-1") == std::map<std::string, int>{{one, 1}, {other, 3}});
  }
}

TEST_CASE("orders whose names look alike are orders of their own", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    OneDatabase shop;
    shop.has("teddy", 9);
    CHECK(shop.sells(one, {{"teddy", 1}}) == Answer::sold);
    CHECK(shop.sells(other, {{"teddy", 3}}) == Answer::sold);
    CHECK(shop.left("teddy") == 5);
    REQUIRE(shop.sold(other) == std::map<std::string, int>{{"teddy", 3}});
  }
}

TEST_CASE("any number of one gift is sold, and one more than there is is not", "[.exam]") {
  for (const int count : hard_amounts()) {
    CAPTURE(count);
    OneDatabase shop;
    shop.has("teddy", count);
    CHECK(shop.sells("order-1", {{"teddy", count + 1}}) == Answer::sold_out);
    CHECK_FALSE(shop.has_order("order-1"));
    CHECK(shop.left("teddy") == count);
    CHECK(shop.sells("order-2", {{"teddy", count}}) == Answer::sold);
    CHECK(shop.left("teddy") == 0);
    REQUIRE(shop.sold("order-2") == std::map<std::string, int>{{"teddy", count}});
  }
}

TEST_CASE("an order may have many gifts, or none", "[.exam]") {
  OneDatabase shop;
  std::map<std::string, int> gifts;
  for (int i = 1; i <= kMoreThanAnybodyCounts; ++i) gifts["gift-" + std::to_string(i)] = i;
  for (const auto& [gift, count] : gifts) shop.has(gift, count);
  CHECK(shop.sells("order-1", gifts) == Answer::sold);
  CHECK(shop.sold("order-1") == gifts);
  INFO("between two transactions, half a sale is there");
  CHECK(shop.transactions_count() == 1);
  for (const auto& [gift, count] : gifts) REQUIRE(shop.left(gift) == 0);

  CHECK(shop.sells("order-2", {}) == Answer::sold);
  CHECK(shop.has_order("order-2"));
}

TEST_CASE("an order that is sold is never changed, whatever is asked for under its name",
          "[.exam]") {
  using Gifts = std::map<std::string, int>;
  const std::vector<Gifts> others = {
      {}, {{"teddy", 3}}, {{"train", 1}}, {{"train", 100}}, {{"teddy", 2}, {"train", 1}}};
  for (const auto& first : {Gifts{{"teddy", 2}}, Gifts{}}) {
    OneDatabase shop;
    shop.has("teddy", 5);
    shop.has("train", 5);
    CHECK(shop.sells("order-1", first) == Answer::sold);
    const int left = first.empty() ? 5 : 3;
    for (const auto& other : others) {
      CAPTURE(first, other);
      CHECK(shop.sells("order-1", other) == Answer::sold);
      CHECK(shop.sold("order-1") == first);
      CHECK(shop.left("teddy") == left);
      REQUIRE(shop.left("train") == 5);
    }
  }
}

TEST_CASE("too few of one gift are not made up for by many of another", "[.exam]") {
  for (const std::string scarce : {"ball", "teddy", "train"}) {
    CAPTURE(scarce);
    OneDatabase shop;
    for (const auto* gift : {"ball", "teddy", "train"}) shop.has(gift, gift == scarce ? 1 : 100);
    CHECK(shop.sells("order-1", {{"ball", 2}, {"teddy", 2}, {"train", 2}}) == Answer::sold_out);
    REQUIRE(shop.left(scarce) == 1);
  }
}

TEST_CASE("of a gift that the shop does not know there is none", "[.exam]") {
  OneDatabase shop;
  shop.has("teddy", 1);
  CHECK(shop.sells("order-1", {{"teddy", 1}, {"unheard of", 1}}) == Answer::sold_out);
  CHECK(shop.left("teddy") == 1);
  CHECK(shop.documents_count() == 1);
}

TEST_CASE("nothing that others buy meanwhile is overwritten, however many they are", "[.exam]") {
  constexpr int kOthers = 2'000;  // a sale of many more operations is taken for endless
  SqliteStore file;
  run_inline(file.put(EntityStore::key_of<Stock>("teddy"), to_json(Stock{kOthers + 100}),
                      Expected::absent()));
  CrowdedStore crowded(file, kOthers);
  EntityStore shop(crowded);

  CHECK(run_inline(sell({"order-1", {{"teddy", 5}}}, shop)) == Answer::sold);
  CHECK(run_inline(EntityStore(file).load<Stock>("teddy")).value.left == 100 - 5);
}

TEST_CASE("no error of the sale is swallowed, however long it lasts", "[.exam]") {
  auto scenario =
      gift_shop("shop")
          .with("porsche", Stock{1})
          .with("teddy", Stock{2})
          .with_client("alice",
                       [](ProcessContext& context) {
                         return asks_again(&in_one_database,
                                           {"order-1", {{"porsche", 1}, {"teddy", 1}}}, 4, context);
                       })
          .with_faults({Fault::outage, Fault::busy})
          .up_to(1, 0)
          .at_rest([](const StoreView& view) {
            auto wrong = wrong_count(view, {{"porsche", 1}, {"teddy", 2}}, kOrders);
            if (!wrong) wrong = wrong_answer(view);
            return wrong ? wrong : not_sold(view, {"order-1"});
          });

  REQUIRE_EXPLORED(scenario.holds());
}

// The customer asks again: only who lets the error out tells that there is something to ask for.
TEST_CASE("an error of the database that lasts leaves the sale", "[.exam]") {
  for (const auto& kind : every_error()) {
    bool met = kind.name != "VersionConflict";  // which never leaves it
    for (int operation = 1; met; ++operation) {
      SqliteStore file;
      run_inline(
          file.put(EntityStore::key_of<Stock>("teddy"), to_json(Stock{5}), Expected::absent()));
      Trouble trouble(operation, kind);
      TroubledStore troubled(file, trouble);
      EntityStore shop(troubled);
      bool threw = false, tries_for_ever = false;
      try {
        run_inline(sell({"order-1", {{"teddy", 1}}}, shop));
      } catch (const TriesForEver&) {
        tries_for_ever = true;
      } catch (const Todo&) {
        throw;
      } catch (const NeverEnds&) {
        throw;
      } catch (...) {
        threw = true;
      }
      met = trouble.met();
      CAPTURE(kind.name, operation, trouble.failing());
      CHECK_FALSE(tries_for_ever);
      REQUIRE(threw == met);
    }
  }
}

TEST_CASE("a crash never leaves half a sale, however many gifts there are", "[.exam]") {
  Shelf shelf;
  for (int i = 1; i <= 120; ++i) shelf["gift-" + std::to_string(i)] = 1;
  auto scenario = gift_shop("shop");
  for (const auto& [gift, left] : shelf) scenario.with(gift, Stock{left});
  scenario.with_client("alice", [shelf](ProcessContext& context) {
    return asks_once(&in_one_database, {"order-1", shelf}, context);
  });
  scenario.with_faults({Fault::crash}).up_to(1, 0).and_no_further();
  scenario.scenario().bounds.steps_max = 1'000;
  scenario.at_rest([shelf](const StoreView& view) { return wrong_count(view, shelf, kOrders); });

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a transaction that was voted down holds no lock, however long an error lasts",
          "[.exam]") {
  for (const bool orders_first : {true, false}) {
    auto scenario = gift_shop("shop");
    scenario.on_stores({Profile::relational(), Profile::relational(), Profile::relational()});
    scenario.with_document(kPage.front().key, "{}", kWarehouse);  // there already: it votes no
    scenario.leftover<Lock>(lock_left).with_client(
        "coordinator",
        [orders_first](ProcessContext& context) { return asks_in_vain(orders_first, context); },
        true);
    scenario.with_faults({Fault::outage, Fault::crash}).up_to(2, 0);

    CAPTURE(orders_first);
    REQUIRE_EXPLORED(scenario.holds(no_garbage));
  }
}

TEST_CASE("no sale is made that the log does not know, however long an error lasts", "[.exam]") {
  auto scenario = gift_shop("shop");
  scenario.on_stores({Profile::relational(), Profile::relational(), Profile::relational()})
      .with_document(EntityStore::key_of<Stock>("porsche"), to_json(Stock{1}), kWarehouse)
      .with_client("alice",
                   [](ProcessContext& context) {
                     return asks_again(&in_two_databases, {"order-1", {{"porsche", 1}}}, 4,
                                       context);
                   })
      .with_faults({Fault::outage})
      .up_to(1, 0)
      .at_rest([](const StoreView& view) -> std::optional<Violation> {
        const auto decision = view.entity<Decision>("order-1", kLog);
        if (sold_of(view, "porsche") == 0 || (decision && decision->commit)) return std::nullopt;
        return Violation{"lost effect", "a sale that is made has been decided in the log",
                         "whoever recovers finds nothing there, and aborts what is left of it"};
      });

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("transactions whose names look alike are different ones", "[.exam]") {
  for (const auto& [first, second] : hard_names()) {
    for (const auto& [one, other] : {std::pair(first, second), std::pair(second, first)}) {
      CAPTURE(one, other);
      Participants databases(2);
      databases.prepares(other, kBill);
      CHECK(databases.transacts(one, kPage));
      CHECK(databases.seen(kPage.front().key) == "there");
      CHECK(databases.seen(kBill.front().key) == "locked");
      databases.prepares(one, kList);  // as a coordinator leaves it that dies after the decision
      CHECK(databases.recovers(one));
      CHECK(databases.seen(kList.front().key) == "there");
      CHECK(databases.seen(kBill.front().key) == "locked");
      CHECK_FALSE(databases.recovers(other));
      REQUIRE(databases.seen(kBill.front().key) == "not there");
    }
  }
}

TEST_CASE("a transaction that is voted down holds no lock, whatever it is called", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    for (const auto& name : {one, other}) {
      CAPTURE(name);
      Participants databases(2);
      databases.has(1, kBill.front().key);  // there already: it votes no
      CHECK_FALSE(databases.transacts(name, kBill));
      CHECK(databases.seen(0, kBill.front().key) == "not there");
      REQUIRE(databases.seen(1, kBill.front().key) == "there");
      CHECK_FALSE(databases.recovers(name));
      CHECK(databases.transacts(name, kPage));  // the customer has asked again
      REQUIRE(databases.recovers(name));
    }
  }
}

TEST_CASE("whoever has an earlier attempt at its transaction there holds no lock", "[.exam]") {
  for (const int count : {1, 2, 3}) {
    CAPTURE(count);
    Participants databases(count);
    databases.prepares("order-1", kPage);
    // They are prepared already, so they vote no; unless whoever comes recovers first.
    const bool is_made = databases.transacts("order-1", kPage);
    CHECK((databases.seen(kPage.front().key) == "not there") == !is_made);
    if (!is_made) REQUIRE(databases.transacts("order-2", kPage));
  }
}

TEST_CASE("a transaction may have many participants, or one", "[.exam]") {
  for (const int count : {1, 3, 12, 130}) {
    CAPTURE(count);
    Participants databases(count);
    CHECK(databases.transacts("order-1", kPage));
    CHECK(databases.seen(kPage.front().key) == "there");
    CHECK(databases.recovers("order-1"));  // the log says so, whatever became of the others
    databases.prepares("order-2", kBill);
    CHECK(databases.seen(kBill.front().key) == "locked");
    CHECK_FALSE(databases.recovers("order-2"));
    REQUIRE(databases.seen(kBill.front().key) == "not there");
  }
}

// The second share finds the transaction prepared, which is a no; unless both are prepared as one.
TEST_CASE("all shares of one participant are made, or none", "[.exam]") {
  SqliteStore file, log_file;
  Participant participant(file);
  EntityStore log(log_file);
  const bool is_made =
      run_inline(transact("order-1", {{&participant, kPage}, {&participant, kBill}}, log));
  for (const auto& change : {kPage.front(), kBill.front()}) {  // an error here: it is locked
    REQUIRE(run_inline(participant.read(change.key)).has_value() == is_made);
  }
}

// A transaction whose coordinator meets this error at an operation, at each of them: whoever
// recovers finds it made everywhere or nowhere, and says which.
void each_operation_of_a_coordinator(int participants_count, const std::string& name,
                                     const std::function<Trouble(int)>& at) {
  bool met = true;
  for (int operation = 1; met; ++operation) {
    CAPTURE(participants_count, name, operation);
    Participants databases(participants_count);
    auto trouble = at(operation);
    const auto made = databases.transacts_in(trouble, "order-1", kPage);
    met = trouble.met();
    const bool is_made = databases.recovers("order-1");
    CHECK(is_made == made.value_or(is_made));
    CHECK(databases.seen(kPage.front().key) == (is_made ? "there" : "not there"));
    CHECK(databases.recovers("order-1") == is_made);
    REQUIRE(databases.transacts("order-2", kBill));
  }
}

TEST_CASE("wherever a coordinator ends, its transaction is made everywhere or nowhere", "[.exam]") {
  for (const int count : {1, 2, 3, 5}) {
    each_operation_of_a_coordinator(count, "death", &Trouble::death);
    for (const auto& kind : every_error()) {
      for (const auto& error : {kind, once(kind)}) {
        each_operation_of_a_coordinator(count,
                                        fmt::format("{}, {} times", kind.name, error.times_max),
                                        [&](int operation) { return Trouble(operation, error); });
      }
    }
  }
}

TEST_CASE("of many participants any may vote no, and none stays locked", "[.exam]") {
  constexpr int kCount = 6;
  for (int no = 0; no < kCount; ++no) {
    CAPTURE(no);
    Participants databases(kCount);
    databases.has(no, kPage.front().key);  // there already, which the transaction does not know
    CHECK_FALSE(databases.transacts("order-1", kPage));
    for (int i = 0; i < kCount; ++i) {
      CAPTURE(i);
      REQUIRE(databases.seen(i, kPage.front().key) == (i == no ? "there" : "not there"));
    }
    CHECK(databases.transacts("order-2", kBill));
    REQUIRE(databases.seen(kBill.front().key) == "there");
  }
}

TEST_CASE("whoever has recovered has left no lock, however long an error lasts", "[.exam]") {
  for (const bool decided : {false, true}) {
    CAPTURE(decided);
    auto scenario =
        prepared_and_forgotten(decided).with_faults({Fault::outage, Fault::crash}).up_to(2, 0);
    REQUIRE_EXPLORED(scenario.holds(no_garbage));
  }
}
