#pragma once

#include <string>
#include <vector>

#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/explored_situations.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/situations.hpp"

/// What the planted handlers of these tests have in common: one document of an order.
namespace workshop::shop {

using BookingFunction = Task<void> (*)(const BookPayment&, HandlerContext&);

/// A handler that keeps its orders in documents of type `Book`, and the sum in this member of it.
template <class Book>
BookingHandler declared(BookingFunction handle, int Book::* paid = &Book::paid) {
  BookingHandler handler;
  handler.handlers = [handle](Endpoint& endpoint) { endpoint.on<BookPayment>(handle); };
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Book>(order); };
  handler.empty_order = to_json(Book{});
  handler.paid = [paid](const Document& document) { return from_json<Book>(document.body).*paid; };
  return handler;
}

/// All that situations find, everyday ones first.
inline std::vector<SituationFailure> failures_of(const BookingHandler& handler) {
  auto failures = everyday_situations(handler);
  for (auto& failure : large_situations(handler)) failures.push_back(std::move(failure));
  return failures;
}

/// The sentences of all that situations find, a line each.
inline std::string sentences_of(const BookingHandler& handler) {
  std::string sentences;
  for (const auto& failure : failures_of(handler)) sentences += failure.situation + "\n";
  return sentences;
}

/// The sentences of the explored situations in which the handler does wrong.
inline std::vector<std::string> explored_failures_of(const BookingHandler& handler) {
  std::vector<std::string> found;
  for (auto& [situation, shop] : explored_situations(handler)) {
    const auto verdict = shop.holds();
    if (verdict.failure) found.push_back(situation);
  }
  return found;
}

}  // namespace workshop::shop
