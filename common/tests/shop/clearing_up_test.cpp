// What a dead attempt has left is cleared up, whatever error comes then.
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <set>
#include <string>

#include "declared.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Ledger {
  int paid = 0;
  std::set<std::string> processed;
  std::set<std::string> unsent;  ///< payments of which nobody was told yet
};
BOOST_DESCRIBE_STRUCT(Ledger, (), (paid, processed, unsent))

// Saves what is unsent, sends it, and saves that it was; a wrong one does without the second save
// when that fails and an earlier attempt has booked the payment.
template <bool kSwallows>
Task<void> book_and_tell(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto ledger = co_await context.store().load<Ledger>(command.order_id);
  const bool is_new = ledger.value.processed.insert(id).second;
  if (is_new) {
    ledger.value.paid += command.amount;
    ledger.value.unsent.insert(id);
    co_await context.store().save(ledger);
  }
  if (!ledger.value.unsent.contains(id)) co_return;
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
  ledger.value.unsent.erase(id);
  try {
    co_await context.store().save(ledger);
  } catch (const Unavailable&) {
    if (is_new || !kSwallows) throw;
  }
}

template <bool kSwallows>
BookingHandler telling_handler() {
  auto handler = declared<Ledger>(&book_and_tell<kSwallows>);
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    const auto ledger = from_json<Ledger>(document.body);
    if (ledger.unsent.empty()) return std::nullopt;
    return "the ledger still has " + *ledger.unsent.begin() + " as unsent";
  };
  return handler;
}

}  // namespace

TEST_CASE("an error that is swallowed after a death is found by the two together alone") {
  CHECK(describe(everyday_situations(telling_handler<false>())).empty());
  CHECK(describe(large_situations(telling_handler<false>())).empty());

  CHECK(describe(everyday_situations(telling_handler<true>())).empty());
  const auto failures = large_situations(telling_handler<true>());
  CAPTURE(describe(failures));
  REQUIRE(failures.size() == 1);
  CHECK(failures.front().situation.find("fails with Unavailable") != std::string::npos);
}
