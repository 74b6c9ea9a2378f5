#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

/// Six handlers of the endpoint "payments": what they promise, and which of them keep it.
namespace workshop::shop {

/// An order as the endpoint "payments" keeps it.
struct Order {
  int paid = 0;                     ///< in whole coins: the sum of its payments
  std::set<std::string> processed;  ///< ids of the messages whose payment is in `paid`
  /// Events that still have to be published, by the id of the message that caused them.
  std::map<std::string, std::vector<Message>> outbox;
};

/// A receipt for a payment: it contains the sum that the order has paid by then.
struct ReceiptIssued {
  std::string order_id;
  int amount = 0;
  int paid = 0;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, processed, outbox))
BOOST_DESCRIBE_STRUCT(ReceiptIssued, (), (order_id, amount, paid))

/// Books a payment. Every payments handler promises, whatever crashes and however often a message
/// is delivered (its events are a PaymentBooked and a ReceiptIssued, and `processed` has the ids of
/// what is in `paid`):
///
/// 1. Each payment is in `paid` of its order once.
/// 2. Each payment causes one PaymentBooked and one ReceiptIssued. They may be published several
///    times, but none of them is lost, and none is published under two ids.
/// 3. An event is published only after its payment was saved, and none that was made by an attempt
///    that saved nothing.
/// 4. An event that is published again has the same id and the same bytes, made by the same
/// attempt.
/// 5. At rest, no order has anything left in its outbox.
using PaymentsHandler = Task<void> (*)(const BookPayment& command, HandlerContext& context);

/// Keeps all five promises. Its steps: receive, load, save, publish, publish, save, acknowledge.
Task<void> correct_handler(const BookPayment& command, HandlerContext& context);

/// Each of these breaks a promise, in a different way.
Task<void> planted_bug_1(const BookPayment& command, HandlerContext& context);
Task<void> planted_bug_2(const BookPayment& command, HandlerContext& context);
Task<void> planted_bug_3(const BookPayment& command, HandlerContext& context);
Task<void> planted_bug_4(const BookPayment& command, HandlerContext& context);
Task<void> planted_bug_5(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop

// Compiled once, in handlers.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Order&);
extern template shop::Order from_json(std::string_view);
}  // namespace workshop
