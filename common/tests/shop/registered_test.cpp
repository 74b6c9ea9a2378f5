// Attempts that register before they book: they go on whoever else saves.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <set>
#include <string>

#include "workshop/core/error.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/situations.hpp"
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

enum class Wrong { nothing, throws_after_three, asks_for_small_letters, always_anew };

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
    const bool gives_up =
        (kWrong == Wrong::throws_after_three && conflicts == 3) || kWrong == Wrong::always_anew;
    if (gives_up) throw Unavailable("too busy");
    book = co_await context.store().load<Book>(command.order_id);
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
  BookingHandler declared;
  declared.handlers = [](Endpoint& endpoint) {
    endpoint.on<BookPayment>(&handle_registered<kWrong>);
  };
  declared.key_of = [](const std::string& order) { return EntityStore::key_of<Book>(order); };
  declared.empty_order = to_json(Book{});
  declared.paid = [](const Document& document) { return from_json<Book>(document.body).paid; };
  declared.is_registered = [](const Document& document, const std::string& id) {
    return from_json<Book>(document.body).registered.contains(id);
  };
  return declared;
}

// Everything that is found, the first line of each.
std::string all_that_is_found(const BookingHandler& declared) {
  std::string sentences;
  for (const auto& failure : everyday_situations(declared)) sentences += failure.situation + "\n";
  for (const auto& failure : large_situations(declared)) sentences += failure.situation + "\n";
  return sentences;
}

}  // namespace

TEST_CASE("a handler that registers and goes on is right") {
  CHECK(all_that_is_found(registered_handler<Wrong::nothing>()).empty());
}

TEST_CASE("only who saves beside a registered attempt finds one that begins anew") {
  const std::string saves = "somebody else saves the order before each try of its operation";
  for (auto declared :
       {registered_handler<Wrong::throws_after_three>(), registered_handler<Wrong::always_anew>(),
        registered_handler<Wrong::asks_for_small_letters>()}) {
    const auto sentences = all_that_is_found(declared);
    CAPTURE(sentences);
    CHECK(sentences.find(saves) != std::string::npos);
    CHECK(std::ranges::count(sentences, '\n') == 1);
    declared.is_registered = nullptr;
    CHECK(all_that_is_found(declared).empty());
  }
}
