// Compiled once for each lab, whose payments_handler.hpp is found in the lab's own folder.
#include "workshop/live_shop/payments_lab.hpp"

#include "payments_handler.hpp"

namespace workshop::live_shop {
namespace {

template <class Order>
void find_left_over(const Order& order, std::vector<std::string>& found) {
  if constexpr (requires { order.outbox; }) {
    if (!order.outbox.empty()) found.emplace_back("an outbox entry");
  }
  if constexpr (requires { order.transaction; }) {
    if (!order.transaction.empty()) found.emplace_back("an unfinished transaction");
  }
  if constexpr (requires { order.registered; }) {
    if (!order.registered.empty()) found.emplace_back("a registered attempt");
  }
  if constexpr (requires { order.overtaken; }) {
    if (!order.overtaken.empty()) found.emplace_back("an overtaken attempt");
  }
}

}  // namespace

std::string_view lab_number() noexcept { return WORKSHOP_LIVE_SHOP_LAB; }

Endpoint payments_endpoint() {
  Endpoint endpoint("payments");
  endpoint.on<shop::BookPayment>(&shop::handle);
  return endpoint;
}

bool wants_tokens() noexcept { return WORKSHOP_LIVE_SHOP_TOKENS; }

std::string new_order(bool surprise) {
  shop::Order order;
  order.surprise = surprise;
  return to_json(order);
}

OrderState read_order(std::string_view body) {
  const auto order = from_json<shop::Order>(body);
  OrderState state{.paid = order.paid, .surprise = order.surprise, .left_over = {}};
  find_left_over(order, state.left_over);
  return state;
}

}  // namespace workshop::live_shop
