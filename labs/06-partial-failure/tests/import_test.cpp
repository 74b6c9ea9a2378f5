#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <vector>

#include "payments.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

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

// Green from the start: keep it so.
TEST_CASE("every record is marked in the end, and a marked one is skipped", "[step2][given]") {
  auto scenario = partner_file({{"record-0", "record-1", "record-2"}})
                      .with("record-0", PaymentRecord{"order-0", 20, true})
                      .leftover<PaymentRecord>(unmarked);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

namespace {

// What is in the queue "payments" after these records were imported.
std::vector<Message> messages_of(const std::vector<PaymentRecord>& payments) {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("payments");
  SqliteStore store;
  EntityStore records(store);
  PartnerFile file;
  for (const auto& payment : payments) {
    file.record_ids.push_back("record-" + std::to_string(file.record_ids.size() + 1));
    Entity<PaymentRecord> record{EntityStore::key_of<PaymentRecord>(file.record_ids.back()),
                                 payment, std::nullopt};
    run_inline(records.save(record));
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
