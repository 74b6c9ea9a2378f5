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

enum class Wrong { nothing, swallows, swallows_rarer, sends_unsaved, drops_others };

// Saves what is unsent, sends it, and saves that it was. A wrong one does without the second save
// when that fails and an earlier attempt has booked the payment; others that have no room for what
// is unsent send it all the same, or make room.
template <Wrong kWrong>
Task<void> book_and_tell(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto ledger = co_await context.store().load<Ledger>(command.order_id);
  const bool is_new = ledger.value.processed.insert(id).second;
  if (is_new) {
    ledger.value.paid += command.amount;
    ledger.value.unsent.insert(id);
    bool fits = true;
    try {
      co_await context.store().save(ledger);
    } catch (const EntityTooLarge&) {
      if (kWrong != Wrong::sends_unsaved && kWrong != Wrong::drops_others) throw;
      fits = false;
    }
    if (!fits && kWrong == Wrong::drops_others) {
      ledger.value.unsent = {id};
      co_await context.store().save(ledger);
    } else if (!fits) {
      ledger.value.unsent.erase(id);
      co_await context.store().save(ledger);
      ledger.value.unsent.insert(id);
    }
  }
  if (!ledger.value.unsent.contains(id)) co_return;
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
  ledger.value.unsent.erase(id);
  try {
    co_await context.store().save(ledger);
  } catch (const Unavailable&) {
    if (is_new || kWrong != Wrong::swallows) throw;
  } catch (const LeaseLost&) {
    if (is_new || kWrong != Wrong::swallows_rarer) throw;
  }
}

struct List {
  std::set<std::string> ids;
};
BOOST_DESCRIBE_STRUCT(List, (), (ids))

// The inbox, or a wrong one: a list in one document.
template <bool kInOne>
struct Inbox {
  static Task<bool> contains(HandlerContext& context, MessageId id) {
    if (!kInOne) co_return co_await inbox::contains(context, id);
    co_return (co_await list(context)).value.ids.contains(id.value);
  }
  static Task<void> put(HandlerContext& context, MessageId id) {
    if (!kInOne) co_return co_await inbox::put(context, id);
    auto all = co_await list(context);
    if (all.value.ids.insert(id.value).second) co_await context.store().save(all);
  }
  static Task<Entity<List>> list(HandlerContext& context) {
    return context.store().load<List>("inbox");
  }
};

// The same with an inbox in place of the processed ids. Whoever finds a payment there looks at the
// ledger again, for what an attempt has left meanwhile that died; a wrong one takes its old copy
// when it cannot.
template <bool kSwallows, bool kInOne = false>
Task<void> book_and_remember(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto ledger = co_await context.store().load<Ledger>(command.order_id);
  if (co_await Inbox<kInOne>::contains(context, id)) {
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
  co_await Inbox<kInOne>::put(context, id);
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
  only_the_second_is_found(handler_of(&book_and_tell<Wrong::nothing>),
                           handler_of(&book_and_tell<Wrong::swallows>), "fails with Unavailable");
  only_the_second_is_found(handler_of(&book_and_tell<Wrong::nothing>),
                           handler_of(&book_and_tell<Wrong::swallows_rarer>),
                           "fails with LeaseLost");
}

TEST_CASE("what is sent unsaved after an error is found by a death after it alone") {
  only_the_second_is_found(handler_of(&book_and_tell<Wrong::nothing>),
                           handler_of(&book_and_tell<Wrong::sends_unsaved>),
                           "with EntityTooLarge once, and does nothing, and the attempt goes on");
}

TEST_CASE("what others have left and an error takes away is found by both together alone") {
  only_the_second_is_found(handler_of(&book_and_tell<Wrong::nothing>),
                           handler_of(&book_and_tell<Wrong::drops_others>),
                           "operation 2 of a payment fails with EntityTooLarge once");
}

TEST_CASE("an error that is swallowed after another attempt is found by the two together alone") {
  only_the_second_is_found(handler_of(&book_and_remember<false>),
                           handler_of(&book_and_remember<true>), "an earlier one goes on");
}

TEST_CASE("an inbox that grows in one document is found by many payments alone") {
  auto right = handler_of(&book_and_remember<false>);
  auto wrong = handler_of(&book_and_remember<false, true>);
  right.documents_grow = wrong.documents_grow = false;
  CHECK(describe(failures_of(right)).empty());
  const auto failures = failures_of(wrong);
  CAPTURE(describe(failures));
  REQUIRE(failures.size() == 2);
  CHECK(failures.front().situation == "120 payments of one order, and all of them again");
  CHECK(failures.back().situation == "1200 payments of one order, and all of them again");
}
