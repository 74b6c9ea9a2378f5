#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "submit.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"

// What the tests of this lab share: a shop's counter, and its carts at rest.

namespace workshop::shop {

inline std::optional<std::string> unfinished(const Cart& cart) {
  if (cart.state == kSubmitted) return std::nullopt;
  return "the cart is not submitted: it is still " + (cart.state.empty() ? "open" : cart.state);
}

inline GiftShop& with_orders(GiftShop& shop) {
  return shop.and_endpoint("orders").handles<SubmitOrder>(&place).with_handlers({1});
}

// One database with carts, and the queue of "orders".
class Counter {
 public:
  Counter() : broker_(clock_) { broker_.declare_queue("orders"); }

  void has(const std::string& cart_id, const Cart& cart) {
    run_inline(store_.put(EntityStore::key_of<Cart>(cart_id), to_json(cart), Expected::absent()));
  }
  void has(const std::string& cart_id, const Gifts& gifts) { has(cart_id, Cart{gifts, kOpen, {}}); }
  // Step 1: a request.
  void click(const std::string& cart_id) { run_inline(submit(cart_id, shop_)); }
  // Step 2: a message, delivered for the n-th time.
  void take(const std::string& cart_id, std::uint32_t count = 1) {
    const SendSubmitOrder command{cart_id};
    HandlerContext context("shop", Delivery{"shop", make_message(command), {}, count}, store_,
                           broker_);
    run_inline(handle(command, context));
  }

  // A message that a person has taken out of the dead letters and sent again.
  void take_dead_letter(const std::string& cart_id) {
    const SendSubmitOrder command{cart_id};
    auto message = make_message(command);
    for (const auto name : {header::kDeadLetterReason, header::kDeadLetterFailure}) {
      message.headers.emplace(name, "delivered 10 times");
    }
    HandlerContext context("shop", Delivery{"shop", std::move(message), {}, 1}, store_, broker_);
    run_inline(handle(command, context));
  }

  // The same, while an operation is in trouble. Whether it has returned.
  bool clicks(const std::string& cart_id, Trouble& trouble) {
    TroubledStore store(store_, trouble);
    EntityStore shop(store);
    return returns([&] { run_inline(submit(cart_id, shop)); });
  }
  bool takes(const std::string& cart_id, std::uint32_t count, Trouble& trouble) {
    TroubledStore store(store_, trouble);
    TroubledBroker broker(broker_, trouble);
    const SendSubmitOrder command{cart_id};
    HandlerContext context("shop", Delivery{"shop", make_message(command), {}, count}, store,
                           broker);
    return returns([&] { run_inline(handle(command, context)); });
  }
  // The customer wants one more.
  void wants(const std::string& cart_id, const std::string& gift) {
    run_inline(wish(cart_id, gift, shop_));
  }

  Cart cart(const std::string& id) { return run_inline(shop_.load<Cart>(id)).value; }
  std::optional<Order> order(const std::string& id) {
    const auto order = run_inline(shop_.load<Order>(id));
    if (!order.exists()) return std::nullopt;
    return order.value;
  }
  std::vector<SubmitOrder> sent() const {
    std::vector<SubmitOrder> orders;
    for (const auto& message : broker_.messages("orders")) {
      orders.push_back(payload_of<SubmitOrder>(*message.message));
    }
    return orders;
  }
  std::size_t ids_count() const {
    std::set<std::string> ids;
    for (const auto& message : broker_.messages("orders")) ids.insert(message.message->id.value);
    return ids.size();
  }

 private:
  template <class Call>
  static bool returns(const Call& call) {
    try {
      call();
      return true;
    } catch (const Todo&) {
      throw;
    } catch (const NeverEnds&) {
      throw;
    } catch (...) {  // whatever it is: it comes again
      return false;
    }
  }

  SystemClock clock_;
  InProcessBroker broker_;
  SqliteStore store_{{.profile = Profile::cosmos()}};
  EntityStore shop_{store_};
};

}  // namespace workshop::shop
