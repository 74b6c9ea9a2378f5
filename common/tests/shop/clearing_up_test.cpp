// What a dead attempt has left is cleared up, whatever error comes then.
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <set>
#include <string>

#include "declared.hpp"
#include "workshop/shop/inbox.hpp"

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

// The same with an inbox in place of the processed ids. Whoever finds a payment there looks at the
// ledger again, for what an attempt has left meanwhile that died; a wrong one takes its old copy
// when it cannot.
template <bool kSwallows>
Task<void> book_and_remember(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto ledger = co_await context.store().load<Ledger>(command.order_id);
  if (co_await inbox::contains(context, id)) {
    try {
      ledger = co_await context.store().load<Ledger>(command.order_id);
    } catch (const Unavailable&) {
      if (!kSwallows) throw;
    }
    if (ledger.value.unsent.erase(id.value) > 0) co_await context.store().save(ledger);
    co_return;
  }
  if (ledger.value.unsent.insert(id.value).second) {
    ledger.value.paid += command.amount;
    co_await context.store().save(ledger);
  }
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id.value + "/" + command.order_id));
  co_await inbox::put(context, id);
  ledger.value.unsent.erase(id.value);
  co_await context.store().save(ledger);
}

BookingHandler handler_of(BookingFunction handle) {
  auto handler = declared<Ledger>(handle);
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Ledger>()) return std::nullopt;
    const auto ledger = from_json<Ledger>(document.body);
    if (ledger.unsent.empty()) return std::nullopt;
    return "the ledger still has " + *ledger.unsent.begin() + " as unsent";
  };
  return handler;
}

// The first handler is right, the second one is found in this situation alone.
void only_the_second_is_found(const BookingHandler& right, const BookingHandler& wrong,
                              const std::string& situation) {
  CHECK(describe(everyday_situations(right)).empty());
  CHECK(describe(large_situations(right)).empty());

  CHECK(describe(everyday_situations(wrong)).empty());
  const auto failures = large_situations(wrong);
  CAPTURE(describe(failures));
  REQUIRE(failures.size() == 1);
  CHECK(failures.front().situation.find(situation) != std::string::npos);
}

}  // namespace

TEST_CASE("an error that is swallowed after a death is found by the two together alone") {
  only_the_second_is_found(handler_of(&book_and_tell<false>), handler_of(&book_and_tell<true>),
                           "fails with Unavailable");
}

TEST_CASE("an error that is swallowed after another attempt is found by the two together alone") {
  only_the_second_is_found(handler_of(&book_and_remember<false>),
                           handler_of(&book_and_remember<true>), "an earlier one goes on");
}
