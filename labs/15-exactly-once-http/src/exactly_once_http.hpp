#pragma once

#include <set>
#include <string>
#include <vector>

#include "payments.hpp"
#include "workshop/endpoint/handler_context.hpp"

/// Both sides of a call that takes effect exactly once.
namespace workshop::shop {

// ---- the service "payments": what it does with each method -----------------------------------
//
// Errors are those of the store; the caller gets a 500, which tells nothing. After any failure, of
// the process or of an operation, each method may be called again. A target belongs to one request:
// its caller puts no other one there, also after it was deleted.

/// Stores the request at its target: 201. The same request again, even if it was executed
/// meanwhile: 200, and nothing changes. Another body at a target that is taken: 409, and nothing
/// changes. Never executes.
Task<HttpResponse> put(HttpRequest http, EntityStore& store);

/// Executes the request stored at the target, and returns its answer: 200. However often this is
/// called, and by however many callers at a time, the request is executed once, and all get the
/// same answer, which a GET returns from then on. No request: 404, and nothing is executed,
/// whatever the POST itself carries.
Task<HttpResponse> post(HttpRequest http, EntityStore& store);

/// The answer of the executed request; 409 when it was not executed yet, 404 when there is no
/// request. Writes nothing.
Task<HttpResponse> get(HttpRequest http, EntityStore& store);

/// Removes request and answer: 204, also when there is no request. A POST that comes later finds no
/// request and executes nothing.
Task<HttpResponse> delete_(HttpRequest http, EntityStore& store);

// ---- the endpoint "orders": a caller ----------------------------------------------------------

/// Pays an order with a card.
struct PayOrder {
  std::string order_id;
  std::string card;
  int amount = 0;
};

/// The follow-up, a message from "orders" to itself: the charge of this order was executed, fetch
/// its answer.
struct FetchAnswer {
  std::string order_id;
};

/// An order as the endpoint keeps it. At rest all but `answer` is empty.
struct Order {
  std::string answer;              ///< of "payments"; "": there is none yet
  std::set<std::string> attempts;  ///< targets at which attempts may have left a request
  std::string target;              ///< of the attempt that counts; "": none has committed yet
  std::vector<Message> follow_up;  ///< to be sent after that request was executed
};

BOOST_DESCRIBE_STRUCT(PayOrder, (), (order_id, card, amount))
BOOST_DESCRIBE_STRUCT(FetchAnswer, (), (order_id))
BOOST_DESCRIBE_STRUCT(Order, (), (answer, attempts, target, follow_up))

/// Charges the card at "payments", and sends FetchAnswer to its own endpoint.
///
/// However often the message is delivered, and wherever an attempt ends: the card is debited once,
/// and FetchAnswer is sent at least once, with the same id and bytes each time, and only after the
/// charge was executed. Each attempt draws a reference of its own, so two attempts never PUT the
/// same body. `Order::attempts` names the requests that attempts have left at "payments", until
/// they are deleted. A PUT without an answer may be executed later, also after a DELETE: its target
/// stays named until the order has its answer.
///
/// Errors are those of store, network and broker; after any of them the message is delivered again.
Task<void> handle(const PayOrder& command, HandlerContext& context);

/// Fetches the answer, keeps it in the order, and deletes all requests that attempts left at
/// "payments". May be called any number of times; when the order is done it does nothing.
///
/// Errors are those of store and network; after any of them the message is delivered again.
Task<void> handle(const FetchAnswer& command, HandlerContext& context);

}  // namespace workshop::shop

// Compiled once, in documents.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Order&);
extern template shop::Order from_json(std::string_view);
extern template Task<Entity<shop::Order>> EntityStore::load(std::string);
extern template struct detail::TaskPromise<Entity<shop::Order>>;
extern template class Task<Entity<shop::Order>>;
extern template std::string to_json(const shop::FetchAnswer&);
}  // namespace workshop
