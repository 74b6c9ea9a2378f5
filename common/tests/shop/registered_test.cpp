// Attempts that register before they book: they go on whoever else saves.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

struct Shelf {
  int paid = 0;
  std::set<std::string> processed;
  std::map<std::string, std::vector<std::string>> registered;  ///< letters, by message
  std::string letter;                                          ///< to be sent; "": there is none
  std::vector<std::string> overtaken;                          ///< letters that nobody will send
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (paid, processed, registered, letter, overtaken))

struct Letter {
  Message message;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (message))

// Sends the letter, whosever it is, and removes those that nobody will send.
Task<void> send_letter(Entity<Shelf>& shelf, HandlerContext& context) {
  auto& documents = context.store().documents();
  const auto key = EntityStore::key_of<Letter>(shelf.value.letter);
  if (const auto letter = co_await documents.get(key)) {
    co_await context.publish(from_json<Letter>(letter->body).message);
    co_await documents.erase(key, Expected::any());
  }
  for (const auto& letter : shelf.value.overtaken) {
    co_await documents.erase(EntityStore::key_of<Letter>(letter), Expected::any());
  }
  shelf.value.letter.clear();
  shelf.value.overtaken.clear();
  co_await context.store().save(shelf);
}

// Loads the shelf after a conflict. A wrong one goes on with the old copy when it cannot, as though
// that were what is saved: with its own letter, and with those of all others as overtaken.
template <bool kSwallows>
Task<void> look_again(Entity<Shelf>& shelf, const std::string& order_id, HandlerContext& context) {
  try {
    shelf = co_await context.store().load<Shelf>(order_id);
  } catch (const Unavailable&) {
    if (!kSwallows) throw;
  }
}

// A handler that registers its letter before it writes that, and books with one save.
template <bool kSwallows>
Task<void> book_with_letter(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto& documents = context.store().documents();
  auto shelf = co_await context.store().load<Shelf>(command.order_id);
  if (!shelf.value.letter.empty()) co_await send_letter(shelf, context);
  if (shelf.value.processed.contains(id)) co_return;

  const auto letter = MessageId::random().value;
  const auto key = EntityStore::key_of<Letter>(letter);
  shelf.value.registered[id].push_back(letter);
  co_await context.store().save(shelf);
  while (true) {
    const auto event = make_message(PaymentBooked{command.order_id, command.amount},
                                    MessageId::from_name(id + "/" + command.order_id));
    co_await documents.put(key, to_json(Letter{event}), Expected::any());
    shelf.value.paid += command.amount;
    shelf.value.processed.insert(id);
    shelf.value.letter = letter;
    shelf.value.overtaken = shelf.value.registered[id];
    std::erase(shelf.value.overtaken, letter);
    shelf.value.registered.erase(id);
    if (co_await try_save(shelf, context)) break;

    co_await documents.erase(key, Expected::any());
    co_await look_again<kSwallows>(shelf, command.order_id, context);
    if (!shelf.value.letter.empty()) co_await send_letter(shelf, context);
    if (!shelf.value.registered.contains(id)) co_return;
  }
  co_await send_letter(shelf, context);
}

template <bool kSwallows>
BookingHandler with_letters() {
  auto handler = declared<Shelf>(&book_with_letter<kSwallows>);
  handler.is_registered = [](const Document& document, const std::string& id) {
    return from_json<Shelf>(document.body).registered.contains(id);
  };
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Shelf>()) return std::nullopt;
    const auto shelf = from_json<Shelf>(document.body);
    if (shelf.letter.empty()) return std::nullopt;
    return "the letter " + shelf.letter + " is still to be sent";
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
        registered_handler<Wrong::asks_for_small_letters>()}) {
    const auto failure = first_failure(handler);
    REQUIRE(failure);
    CHECK(failure->situation.find(saves) != std::string::npos);
    handler.is_registered = nullptr;
    CHECK(sentences_of(handler).empty());
  }
}

TEST_CASE("who takes a conflict at a late delivery for the end is found") {
  const auto failure = first_failure(registered_handler<Wrong::done_when_it_has_come_often>());
  REQUIRE(failure);
  CHECK(failure->situation.find("VersionConflict once, and does nothing, at delivery 100") !=
        std::string::npos);
}

TEST_CASE(
    "only an error beside another registered attempt finds one that goes on with an old copy") {
  CHECK(explored_failures_of(with_letters<false>()).empty());
  CHECK(describe(failures_of(with_letters<true>())).empty());
  CHECK(explored_failures_of(with_letters<true>()) ==
        std::vector<std::string>{
            "two attempts at one payment are registered, and an operation fails"});
}
