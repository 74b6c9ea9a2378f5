// Attempts that register before they book: they go on whoever else saves.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <set>
#include <string>

#include "declared.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/try_save.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Book {
  int paid = 0;
  std::set<std::string> processed;
  std::set<std::string> registered;
};
BOOST_DESCRIBE_STRUCT(Book, (), (paid, processed, registered))

enum class Wrong {
  nothing,
  throws_after_three,
  throws_after_fifty,
  asks_for_small_letters,
  done_when_it_has_come_often,
  always_anew
};

std::string in_small_letters(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// A handler with one planted bug.
template <Wrong kWrong>
Task<void> handle_registered(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto book = co_await context.store().load<Book>(command.order_id);
  if (!book.value.processed.contains(id)) {
    book.value.registered.insert(id);
    co_await context.store().save(book);
  }
  for (int conflicts = 0; book.value.processed.insert(id).second;) {
    book.value.registered.erase(id);
    book.value.paid += command.amount;
    if (co_await try_save(book, context)) break;
    ++conflicts;
    const bool gives_up = (kWrong == Wrong::throws_after_three && conflicts == 3) ||
                          (kWrong == Wrong::throws_after_fifty && conflicts == 50) ||
                          kWrong == Wrong::always_anew;
    if (gives_up) throw Unavailable("too busy");
    book = co_await context.store().load<Book>(command.order_id);
    if (kWrong == Wrong::done_when_it_has_come_often && context.delivery().delivery_count > 15) {
      co_return;
    }
    const auto& asked = kWrong == Wrong::asks_for_small_letters ? in_small_letters(id) : id;
    if (!book.value.registered.contains(asked) && !book.value.processed.contains(id)) {
      throw VersionConflict("another attempt at " + id + " was quicker");
    }
  }
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           MessageId::from_name(id + "/" + command.order_id));
}

template <Wrong kWrong>
BookingHandler registered_handler() {
  auto handler = declared<Book>(&handle_registered<kWrong>);
  handler.is_registered = [](const Document& document, const std::string& id) {
    return from_json<Book>(document.body).registered.contains(id);
  };
  return handler;
}

}  // namespace

TEST_CASE("a handler that registers and goes on is right") {
  CHECK(sentences_of(registered_handler<Wrong::nothing>()).empty());
}

TEST_CASE("only who saves beside a registered attempt finds one that begins anew") {
  const std::string saves = "somebody else saves the order before each try of its operation";
  for (auto handler :
       {registered_handler<Wrong::throws_after_three>(),
        registered_handler<Wrong::throws_after_fifty>(), registered_handler<Wrong::always_anew>(),
        registered_handler<Wrong::asks_for_small_letters>(),
        registered_handler<Wrong::done_when_it_has_come_often>()}) {
    const auto failure = first_failure(handler);
    REQUIRE(failure);
    CHECK(failure->situation.find(saves) != std::string::npos);
    handler.is_registered = nullptr;
    CHECK(sentences_of(handler).empty());
  }
}
