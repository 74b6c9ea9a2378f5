#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// A customer's payment was booked.
struct CustomerPaid {
  std::string customer_id;
  int amount = 0;  ///< in whole coins
};

/// A customer as the endpoint "loyalty" keeps them.
struct Customer {
  int spent = 0;                    ///< in whole coins: the sum of their payments
  std::set<std::string> processed;  ///< ids of the messages whose payment is in `spent`

  /// The messages that are still to be sent, under the id of the message that was handled: complete
  /// messages, with ids and headers. No entry is empty.
  std::map<std::string, std::vector<Message>> outbox;
};

BOOST_DESCRIBE_STRUCT(CustomerPaid, (), (customer_id, amount))
BOOST_DESCRIBE_STRUCT(Customer, (), (spent, processed, outbox))

/// Adds a payment to the sum that its customer has spent, and publishes the rewards that this
/// payment earns.
///
/// What a payment earns follows from the sums before and after it, at the moment when it is added;
/// `rewards_for` computes it. However often the message is delivered, whatever the customer spends
/// meanwhile, and wherever an attempt to handle it ends: the payment is added once, and the rewards
/// decided at that time are published at least once, always with the same bytes (ids and headers
/// too), and never before the customer is saved. At rest the outbox is empty.
///
/// Errors are those of the store and the broker; after any of them the message is delivered again.
/// When the handler returns, the endpoint acknowledges the message.
Task<void> handle(const CustomerPaid& event, HandlerContext& context);

}  // namespace workshop::shop
