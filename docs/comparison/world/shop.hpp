#pragma once

#include <set>
#include <string>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/gift_shop.hpp"

/// What every product of the comparison is given to do: book a payment in its order, and tell of
/// it. The business is as bad as business is: booked twice, it adds twice, and what it tells
/// depends on what was booked before.
namespace comparison {

using namespace workshop;
using workshop::shop::Bounds;
using workshop::shop::Fault;
using workshop::shop::Faults;
using workshop::shop::gift_shop;
using workshop::shop::GiftShop;
using workshop::shop::StoreView;
using workshop::shop::to_handlers;
using workshop::shop::Verdict;
using workshop::shop::Violation;

/// The command. Amounts are 1 and 10, so that each has its own digit in what was paid.
struct BookPayment {
  std::string order_id;
  int amount = 0;
};
/// The event. `paid_in_all` is another number when other payments came between two attempts.
struct PaymentBooked {
  std::string order_id;
  int amount = 0;
  int paid_in_all = 0;
};
struct Order {
  int paid = 0;
  std::set<std::string> processed = {};  ///< ids of commands, where an algorithm keeps them here
};
BOOST_DESCRIBE_STRUCT(BookPayment, (), (order_id, amount))
BOOST_DESCRIBE_STRUCT(PaymentBooked, (), (order_id, amount, paid_in_all))
BOOST_DESCRIBE_STRUCT(Order, (), (paid, processed))

/// Books the payment, and returns the event, under a random id.
inline Message book(const BookPayment& command, Order& order, const HandlerContext& context) {
  order.paid += command.amount;
  return context.make(PaymentBooked{command.order_id, command.amount, order.paid},
                      MessageId::random());
}

/// How often this payment is in its order.
inline int times_booked(const StoreView& view, const BookPayment& payment) {
  const auto order = view.entity<Order>(payment.order_id);
  return order ? order->paid / payment.amount % 10 : 0;
}

}  // namespace comparison
