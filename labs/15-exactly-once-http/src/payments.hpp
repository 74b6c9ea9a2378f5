#pragma once

#include <string>

#include "workshop/core/json.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/http/http.hpp"

/// The service "payments": it debits cards, and is called over HTTP. It has a store of its own.
namespace workshop::shop {

/// A charge that a caller wants: the body of its PUT.
struct Charge {
  int amount = 0;         ///< in whole coins
  std::string reference;  ///< the caller's; each attempt of a caller draws another one
};

/// One request, from its PUT to its DELETE. Its id is its target. It is the permission to execute
/// the charge once: no request, no execution.
struct Request {
  std::string body;    ///< a Charge
  std::string answer;  ///< of its execution: "receipt …" or "declined"; "": it was not executed yet
};

/// A POST whose charge is in the account's balance, and whose answer may not be in its request yet.
/// At rest there is none: a POST that loads an account with an unfinished charge finishes that
/// charge first, whichever caller it belongs to.
struct Unfinished {
  std::string target;  ///< of the request; "": there is none
  std::string answer;
};

/// A card's account. Its id is the card.
struct Account {
  int balance = 0;  ///< in whole coins
  Unfinished unfinished;
};

BOOST_DESCRIBE_STRUCT(Charge, (), (amount, reference))
BOOST_DESCRIBE_STRUCT(Request, (), (body, answer))
BOOST_DESCRIBE_STRUCT(Unfinished, (), (target, answer))
BOOST_DESCRIBE_STRUCT(Account, (), (balance, unfinished))

/// The business logic: debits the account and issues a receipt with a number of its own, or
/// declines and leaves the account as it is. It knows nothing of HTTP, retries or crashes. `body`
/// is a Charge; InvalidRequest when it is not. Returns "receipt …" or "declined".
std::string charge(Account& account, const std::string& body);

/// The card that a target is about: "card-1" of "/card-1/0192…". InvalidRequest when there is none.
std::string card_of(const std::string& target);

/// The service: passes the request to `put`, `post`, `get` or `delete_` (exactly_once_http.hpp).
/// Their exceptions leave the function; the server answers 500 for them.
Task<HttpResponse> serve(HttpRequest http, EntityStore& store);

}  // namespace workshop::shop

// Compiled once, in documents.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Request&);
extern template shop::Request from_json(std::string_view);
extern template Task<Entity<shop::Request>> EntityStore::load(std::string);
extern template struct detail::TaskPromise<Entity<shop::Request>>;
extern template class Task<Entity<shop::Request>>;
extern template std::string to_json(const shop::Account&);
extern template shop::Account from_json(std::string_view);
extern template Task<Entity<shop::Account>> EntityStore::load(std::string);
extern template struct detail::TaskPromise<Entity<shop::Account>>;
extern template class Task<Entity<shop::Account>>;
}  // namespace workshop
