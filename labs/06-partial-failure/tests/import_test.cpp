#include <catch2/catch_test_macros.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "payments.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/child_process.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// Runs the importer. An exception ends the run as a crash does; then the importer is started again.
Task<void> supervised_import(EntityStore& records, Broker& broker) {
  for (bool ended = false; !ended;) {
    try {
      co_await import_payments(records, broker);
      ended = true;
    } catch (const Error&) {
      error_was_let_out();
    }
  }
}

// A partner's file of two payments, and the process that imports it.
GiftShop partner_file(const PartnerFile& file = {{"record-1", "record-2"}}) {
  return gift_shop("payments")
      .with(kPartnerFile, file)
      .with("record-1", PaymentRecord{"order-1", 30})
      .with("record-2", PaymentRecord{"order-2", 45})
      .with_process("importer", &supervised_import)
      .emits_once(BookPayment{"order-1", 30})
      .emits_once(BookPayment{"order-2", 45})
      .emits_in_all<BookPayment>(2)
      .with_faults({Fault::crash, Fault::refused, Fault::unanswered});
}

std::optional<std::string> unmarked(const PaymentRecord& record) {
  if (record.imported) return std::nullopt;
  return "the record of " + record.order_id + " is not marked: the next run sends it again";
}

}  // namespace

TEST_CASE("no record is left out, wherever the importer fails", "[step2]") {
  REQUIRE_EXPLORED(partner_file().holds(no_lost_message));
}

TEST_CASE("a record is one message, however often the importer starts again", "[step2]") {
  REQUIRE_EXPLORED(partner_file().holds(exactly_one_effect, no_lost_message, consistent_output));
}

TEST_CASE("every record is told and marked in the end, however long an operation fails",
          "[step2]") {
  auto scenario = partner_file().with_faults({Fault::outage}).up_to(1, 0);
  scenario.leftover<PaymentRecord>(unmarked);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("records whose ids look alike are messages of their own", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    const SystemClock clock;
    InProcessBroker broker(clock);
    broker.declare_queue("payments");
    SqliteStore store;
    run_inline(store.put(EntityStore::key_of<PartnerFile>(kPartnerFile),
                         to_json(PartnerFile{{one, other}}), Expected::absent()));
    for (const auto& id : {one, other}) {
      run_inline(store.put(EntityStore::key_of<PaymentRecord>(id), to_json(PaymentRecord{id, 30}),
                           Expected::absent()));
    }
    EntityStore records(store);
    run_inline(import_payments(records, broker));

    std::set<std::string> ids;
    std::set<std::string> orders;
    for (const auto& sent : broker.messages("payments")) {
      ids.insert(sent.message->id.value);
      orders.insert(payload_of<BookPayment>(*sent.message).order_id);
    }
    CAPTURE(one, other);
    REQUIRE(ids.size() == 2);
    REQUIRE(orders == std::set{one, other});
  }
}

TEST_CASE("a record's number is not a part of its amount", "[.exam]") {
  // What they say is the same, written one behind the other: in any order of the three.
  const std::map<std::string, PaymentRecord> file = {
      {"1", {"1", 111}}, {"11", {"1", 11}}, {"111", {"1", 1}}, {"1111", {"11", 1}}};
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("payments");
  SqliteStore store;
  PartnerFile names;
  for (const auto& [id, record] : file) {
    names.record_ids.push_back(id);
    run_inline(
        store.put(EntityStore::key_of<PaymentRecord>(id), to_json(record), Expected::absent()));
  }
  run_inline(store.put(EntityStore::key_of<PartnerFile>(kPartnerFile), to_json(names),
                       Expected::absent()));
  EntityStore records(store);
  run_inline(import_payments(records, broker));

  std::set<std::string> ids;
  for (const auto& sent : broker.messages("payments")) ids.insert(sent.message->id.value);
  CHECK(ids.size() == file.size());
}

// Green from the start: keep it so.
TEST_CASE("every record is marked in the end, and a marked one is skipped", "[step2][given]") {
  auto scenario = partner_file({{"record-0", "record-1", "record-3", "record-2", "record-4"}})
                      .with("record-0", PaymentRecord{"order-0", 20, true})
                      .with("record-3", PaymentRecord{"order-3", 20, true})
                      .with("record-4", PaymentRecord{"order-4", 20, true})
                      .leftover<PaymentRecord>(unmarked);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

namespace {

std::string numbered(std::size_t number) { return "record-" + std::to_string(number); }
// Of numbers alone many a hash of 32 bits makes others.
std::string scattered(std::size_t number) { return MessageId::from_name(numbered(number)).value; }

// What is in the queue "payments" after these records, which are called so, were imported.
std::vector<Message> messages_of(const std::vector<PaymentRecord>& payments,
                                 std::string (*name)(std::size_t) = &numbered) {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("payments");
  SqliteStore store;
  EntityStore records(store);
  PartnerFile file;
  for (const auto& payment : payments) {
    file.record_ids.push_back(name(file.record_ids.size() + 1));
    run_inline(store.put(EntityStore::key_of<PaymentRecord>(file.record_ids.back()),
                         to_json(payment), Expected::any()));
  }
  Entity<PartnerFile> entity{EntityStore::key_of<PartnerFile>(kPartnerFile), file, std::nullopt};
  run_inline(records.save(entity));

  run_inline(import_payments(records, broker));

  std::vector<Message> messages;
  while (const auto delivery = run_inline(broker.receive("payments"))) {
    messages.push_back(delivery->message);
  }
  return messages;
}

}  // namespace

// Green from the start: keep it so.
TEST_CASE("a message in the queue says what its record says", "[step2][given]") {
  const auto messages = messages_of({{"order-1", 30}, {"order-2", 45}});

  REQUIRE(messages.size() == 2);
  CHECK(payload_of<BookPayment>(messages[0]).order_id == "order-1");
  CHECK(payload_of<BookPayment>(messages[0]).amount == 30);
  CHECK(payload_of<BookPayment>(messages[1]).order_id == "order-2");
  CHECK(payload_of<BookPayment>(messages[1]).amount == 45);
}

// Green from the start: keep it so.
TEST_CASE("two records that look alike are two messages", "[step2][given]") {
  const auto messages = messages_of({{"order-1", 30}, {"order-1", 30}});

  REQUIRE(messages.size() == 2);
  CHECK(messages[0].id != messages[1].id);
}

TEST_CASE("no two of 200,000 records are taken for one", "[.exam]") {
  testing::allow_awaits(10'000'000);
  const auto messages =
      messages_of(std::vector<PaymentRecord>(200'000, {"order-1", 30}), &scattered);

  std::set<std::string> ids;
  for (const auto& message : messages) ids.insert(message.id.value);
  CHECK(ids.size() == 200'000);
}

TEST_CASE("a file may have many records, of any amount", "[.exam]") {
  std::vector<PaymentRecord> payments;
  for (int i = 1; i <= kMoreThanAnybodyCounts; ++i) {
    payments.push_back({"order-" + std::to_string(i), i});
  }
  for (const int amount : hard_amounts()) {
    payments.push_back({"order-1", amount});
    payments.push_back({"order-1", -amount});  // the partner takes it back
  }
  const auto messages = messages_of(payments);

  REQUIRE(messages.size() == payments.size());
  std::set<std::string> ids;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    ids.insert(messages[i].id.value);
    CHECK(payload_of<BookPayment>(messages[i]).order_id == payments[i].order_id);
    CHECK(payload_of<BookPayment>(messages[i]).amount == payments[i].amount);
  }
  CHECK(ids.size() == messages.size());
}

TEST_CASE("of any number of records each is a message", "[.exam]") {
  std::set<int> counts = {0, 2'048};
  for (int count = 1; count <= 130; ++count) counts.insert(count);
  counts.insert(limits_of_counts().begin(), limits_of_counts().end());
  for (const int count : counts) {
    const auto size = static_cast<std::size_t>(count);
    CAPTURE(count);
    REQUIRE(messages_of(std::vector<PaymentRecord>(size, {"order-1", 30})).size() == size);
  }
}

TEST_CASE("an order's name and a record's number do not run together", "[.exam]") {
  // Order before number, and number before order: the first nine are like some of the others.
  for (const auto& [few, many] :
       {std::pair("order-11", "order-1"), std::pair("1-order", "-order")}) {
    std::vector<PaymentRecord> payments;
    for (int i = 1; i <= 120; ++i) payments.push_back({i < 10 ? few : many, 30});
    std::set<std::string> ids;
    for (const auto& message : messages_of(payments)) ids.insert(message.id.value);
    CHECK(ids.size() == payments.size());
  }
}

TEST_CASE("an order is told of as its record calls it", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    const auto messages = messages_of({{one, 30}, {other, 30}});
    REQUIRE(messages.size() == 2);
    CHECK(payload_of<BookPayment>(messages[0]).order_id == one);
    REQUIRE(payload_of<BookPayment>(messages[1]).order_id == other);
  }
  const auto nameless = messages_of({{"", 30}, {"", 0}});
  REQUIRE(nameless.size() == 2);
  CHECK(payload_of<BookPayment>(nameless[0]).order_id.empty());
}

TEST_CASE("a record that the file names twice is one payment", "[.exam]") {
  const auto messages = messages_of(std::vector<PaymentRecord>(2, {"order-1", 30}),
                                    [](std::size_t) { return std::string("record-1"); });
  std::set<std::string> ids;
  for (const auto& message : messages) ids.insert(message.id.value);
  CHECK(ids.size() == 1);
}

TEST_CASE("whatever error the import has leaves it, and nothing but the mark is changed",
          "[.exam]") {
  const std::map<std::string, PaymentRecord> file = {{"record-1", {"order-1", 30}},
                                                     {"record-2", {"order-2", 45}}};
  for (const auto& kind : every_error()) {
    for (int operation = 1;; ++operation) {
      const SystemClock clock;
      InProcessBroker broker(clock);
      broker.declare_queue("payments");
      SqliteStore store;
      run_inline(store.put(EntityStore::key_of<PartnerFile>(kPartnerFile),
                           to_json(PartnerFile{{"record-1", "record-2"}}), Expected::absent()));
      for (const auto& [id, record] : file) {
        run_inline(
            store.put(EntityStore::key_of<PaymentRecord>(id), to_json(record), Expected::absent()));
      }
      Trouble trouble(operation, kind);
      TroubledStore troubled_store(store, trouble);
      TroubledBroker troubled_broker(broker, trouble);
      EntityStore troubled(troubled_store);
      EntityStore records(store);
      CAPTURE(kind.name);
      bool left = false, missing = false;
      try {
        run_inline(import_payments(troubled, troubled_broker));
      } catch (const TriesForEver&) {
        if (kind.name != "VersionConflict") FAIL(tried_for_ever(trouble.failing()));
      } catch (const NeverEnds&) {
        throw;
      } catch (const InvalidRequest&) {
        left = missing = true;
      } catch (...) {
        left = true;
      }
      CAPTURE(trouble.failing());
      REQUIRE((!missing || kind.name == "InvalidRequest"));  // unreadable is not missing
      REQUIRE((left == trouble.met() || kind.name == "VersionConflict"));
      run_inline(import_payments(records, broker));
      std::map<std::string, BookPayment> sent;
      for (const auto& message : broker.messages("payments")) {
        sent[message.message->id.value] = payload_of<BookPayment>(*message.message);
      }
      REQUIRE(sent.size() == 2);
      for (auto [id, record] : file) {
        record.imported = true;
        REQUIRE(to_json(run_inline(records.load<PaymentRecord>(id)).value) == to_json(record));
      }
      if (!trouble.met()) break;
    }
  }
}

TEST_CASE("a record that is missing is no payment, and the importer says so", "[.exam]") {
  for (const std::size_t missing : {0U, 1U, 2U}) {  // of three records
    CAPTURE(missing);
    const SystemClock clock;
    InProcessBroker broker(clock);
    broker.declare_queue("payments");
    SqliteStore store;
    const PartnerFile file{{"record-1", "record-2", "record-3"}};
    run_inline(store.put(EntityStore::key_of<PartnerFile>(kPartnerFile), to_json(file),
                         Expected::absent()));
    for (std::size_t i = 0; i < file.record_ids.size(); ++i) {
      if (i == missing) continue;
      run_inline(store.put(EntityStore::key_of<PaymentRecord>(file.record_ids[i]),
                           to_json(PaymentRecord{"order-1", 30}), Expected::absent()));
    }
    EntityStore records(store);

    for (int run = 1; run <= 2; ++run) {
      CHECK_THROWS_AS(run_inline(import_payments(records, broker)), InvalidRequest);
    }
    std::set<std::string> ids;  // a run may send again what an earlier one has sent
    for (const auto& sent : broker.messages("payments")) ids.insert(sent.message->id.value);
    CHECK(ids.size() <= 2);
    REQUIRE(store.documents().size() == 3);
  }
}

namespace {

constexpr const char* kImporter = "an importer in a process of its own";

}  // namespace

TEST_CASE("an importer in a process of its own", "[.child]") {
  testing::as_child([](testing::Parent& parent) {
    parent.announce(messages_of({{"order-1", 30}}).front().id.value);
  });
}

TEST_CASE("a record is the same message in whichever process the importer runs", "[.exam]") {
  testing::ChildProcess importer(kImporter);
  INFO("the importer runs in two processes; both must give a record's message the same id");
  importer.wait_for(messages_of({{"order-1", 30}}).front().id.value);
}
