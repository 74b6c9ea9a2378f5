#pragma once

// What the tests of this lab share: customers, the shelf, and what must hold at rest.

#include <fmt/format.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records.hpp"
#include "sale.hpp"
#include "workshop/shop/gift_shop.hpp"

namespace workshop::testing {

using explore::ProcessContext;
using explore::StoreView;
using explore::Violation;

// The stores of the scenarios. In step 1 there is only the first one, and the shelf is in it.
inline constexpr std::size_t kOrders = 0;
inline constexpr std::size_t kWarehouse = 1;
inline constexpr std::size_t kLog = 2;

inline Databases databases_of(ProcessContext& context) {
  return {context.store(kOrders), context.store(kWarehouse), context.store(kLog)};
}

// How a test sells a cart: with one database, or with two.
using Sell = Task<Answer> (*)(Cart, ProcessContext&);

inline Task<Answer> in_one_database(Cart cart, ProcessContext& context) {
  EntityStore shop(context.store());
  co_return co_await sell(std::move(cart), shop);
}

inline Task<Answer> in_two_databases(Cart cart, ProcessContext& context) {
  co_return co_await sell_across(std::move(cart), databases_of(context));
}

// The answer that a customer got is the document "Answer <order>".
inline Key answer_key(const std::string& order_id) { return {order_id, "Answer"}; }

inline Task<void> write_down(std::string order_id, Answer answer, Store& store) {
  const std::string text = answer == Answer::sold ? "\"sold\"" : "\"sold out\"";
  for (bool done = false; !done;) {
    try {
      co_await store.put(answer_key(order_id), text, Expected::any());
      done = true;
    } catch (const Error&) {
      // The customer reads it again.
    }
  }
}

// A customer who asks once; an error leaves the function.
inline Task<void> asks_once(Sell how, Cart cart, ProcessContext& context) {
  const auto answer = co_await how(cart, context);
  co_await write_down(cart.order_id, answer, context.store(kOrders));
}

// A customer who asks again after an error, up to `times` times, and then walks away.
inline Task<void> asks_again(Sell how, Cart cart, int times, ProcessContext& context) {
  for (int i = 0; i < times; ++i) {
    try {
      co_await asks_once(how, cart, context);
      co_return;
    } catch (const Error&) {
      explore::error_was_let_out();
    }
  }
}

using Shelf = std::map<std::string, int>;
using Check = std::function<std::optional<Violation>(const StoreView&)>;

inline int sold_of(const StoreView& view, const std::string& gift) {
  int sold = 0;
  for (const auto& document : view.documents(kOrders)) {
    if (document.key.id != type_name<Order>()) continue;
    const auto order = from_json<Order>(document.body);
    if (const auto found = order.gifts.find(gift); found != order.gifts.end()) {
      sold += found->second;
    }
  }
  return sold;
}

// Every gift is either on the shelf or in one order.
inline std::optional<Violation> wrong_count(const StoreView& view, const Shelf& delivered,
                                            std::size_t warehouse) {
  for (const auto& [gift, count] : delivered) {
    const auto stock = view.entity<Stock>(gift, warehouse);
    const int left = stock ? stock->left : 0;
    const int sold = sold_of(view, gift);
    if (sold <= count && left + sold == count) continue;
    const auto name = sold > count || left + sold > count ? explore::failure::kDuplicateEffect
                                                          : explore::failure::kLostEffect;
    return Violation{std::string(name),
                     fmt::format("there is {} {}: on the shelf, or in an order", count, gift),
                     fmt::format("{} on the shelf, {} in orders", left, sold)};
  }
  return std::nullopt;
}

// A customer who was told "sold" has an order, one who was told "sold out" has none.
inline std::optional<Violation> wrong_answer(const StoreView& view) {
  for (const auto& document : view.documents(kOrders)) {
    if (document.key.id != "Answer") continue;
    const auto& order_id = document.key.partition;
    const bool has_order = view.entity<Order>(order_id, kOrders).has_value();
    if ((document.body == "\"sold\"") == has_order) continue;
    return Violation{"wrong answer",
                     has_order ? "whoever is told \"sold out\" has no order"
                               : "whoever is told \"sold\" has an order",
                     fmt::format("told {}, and {} {}", document.body, order_id,
                                 has_order ? "is there" : "is not there")};
  }
  return std::nullopt;
}

// Every one of these orders was answered with "sold".
inline std::optional<Violation> not_sold(const StoreView& view,
                                         const std::vector<std::string>& order_ids) {
  for (const auto& order_id : order_ids) {
    const auto answer = view.find(answer_key(order_id), kOrders);
    if (answer && answer->body == "\"sold\"") continue;
    return Violation{std::string(explore::failure::kLostEffect),
                     "there is enough for everybody: " + order_id + " is sold",
                     answer ? "the customer was told " + answer->body : "nobody was told so"};
  }
  return std::nullopt;
}

// One of the customers has bought the only porsche: they were not both sent away.
inline std::optional<Violation> porsche_left(const StoreView& view) {
  if (sold_of(view, "porsche") > 0) return std::nullopt;
  return Violation{std::string(explore::failure::kLostEffect), "somebody buys the porsche",
                   "it is still on the shelf, and everybody has gone home"};
}

/// What of a lock is left at rest.
inline std::optional<std::string> lock_left(const Lock& lock) {
  return "a document is still locked by " + lock.transaction;
}

}  // namespace workshop::testing
