#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "payments.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// What runs the importer: an exception ends a run as a crash does, and it is started again.
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
      .with_faults({Fault::crash, Fault::refused, Fault::unknown});
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
