#pragma once

#include <map>
#include <string>
#include <string_view>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// The customer submits a cart: it becomes an order.
struct SubmitOrder {
  std::string cart_id;
  std::string customer;
};
/// The customer wants `count` of this gift, not `count` more. Of two messages about one gift the
/// one that is handled last counts, whether its count is larger or smaller.
struct AddGift {
  std::string order_id;
  std::string gift;
  int count = 0;
};
/// Cancels one payment, which is named by the id of the message that has booked it or will book it.
struct CancelPayment {
  std::string order_id;
  std::string booking_id;  ///< the id of the BookPayment message
};

BOOST_DESCRIBE_STRUCT(SubmitOrder, (), (cart_id, customer))
BOOST_DESCRIBE_STRUCT(AddGift, (), (order_id, gift, count))
BOOST_DESCRIBE_STRUCT(CancelPayment, (), (order_id, booking_id))

/// A gift of an order, and its count.
struct Line {
  std::string gift;
  int count = 0;
};

/// Something that happened to the payments of an order. A fact never changes.
struct Fact {
  int amount = 0;       ///< of a booking, in whole coins; of a cancellation 0
  std::string cancels;  ///< of a cancellation: the id of the message whose booking it cancels
  std::string sent_at;  ///< when the message was sent, by its sender's clock; clocks differ
};

/// An order as the endpoint "payments" keeps it, under the id of its cart.
struct Order {
  std::string customer;
  std::string card;                   ///< what the customer wrote on the card, if anything
  std::map<std::string, Line> lines;  ///< the gifts, one line for each; choose the keys freely
  std::map<std::string, Fact> facts;  ///< bookings under the ids of their messages; you choose
                                      ///< which other facts are kept, and under which keys
};

BOOST_DESCRIBE_STRUCT(Line, (), (gift, count))
BOOST_DESCRIBE_STRUCT(Fact, (), (amount, cancels, sent_at))
BOOST_DESCRIBE_STRUCT(Order, (), (customer, card, lines, facts))

/// The header of a message that says when it was sent, "10:00:05" by its sender's clock.
inline constexpr std::string_view kSentAt = "sent-at";

// However often one of these messages is delivered, to however many handlers at once, and wherever
// an attempt to handle it ends, the order is at rest as if the message had been handled once.
//
// A handler changes what its message is about, and leaves the rest of the order alone.
//
// Errors are those of the store; after any of them the message is delivered again. When a handler
// returns, the endpoint acknowledges the message.

/// Creates the order of a cart, once. An existing order is left as it is, with its customer, card,
/// lines and facts.
Task<void> submit(const SubmitOrder& command, HandlerContext& context);

/// Puts a gift on an order, or changes its count. The order exists: the shop shows it before gifts
/// can be added.
Task<void> add_gift(const AddGift& command, HandlerContext& context);

/// Books a payment of an order, which exists. Two messages are two payments, even when they look
/// alike. `book` and `cancel` may come in any order, also the cancellation first.
Task<void> book(const BookPayment& command, HandlerContext& context);

/// Cancels one payment of an order, which exists: for good, whenever its booking comes. A payment
/// may be cancelled by more than one message.
Task<void> cancel(const CancelPayment& command, HandlerContext& context);

/// The amount that is paid of an order, in whole coins: the sum of its bookings that are not
/// cancelled. It depends on the facts, not on the order in which they came.
int paid(const Order& order);

}  // namespace workshop::shop
