#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "workshop/core/json.hpp"
#include "workshop/core/message.hpp"
#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/world/process.hpp"

/// The handlers of this lab's models in C++: the right one, and one for each flaw that the model
/// has along the way. They are given: counterexamples of TLC are replayed with them.
namespace workshop::shop {

/// A customer's payment was booked.
struct Payment {
  std::string customer_id;
  int amount = 0;  ///< in whole coins
};

/// A receipt for a customer: the sum that they have spent.
struct Receipt {
  std::string customer_id;
  int spent = 0;  ///< in whole coins, when the payment was added
};

/// A customer, as the handlers keep them; `db` in the model.
struct Customer {
  int spent = 0;                            ///< in whole coins
  std::set<std::string> processed;          ///< ids of the messages whose payment is in `spent`
  std::map<std::string, Message> receipts;  ///< the complete receipt for each of them
};

BOOST_DESCRIBE_STRUCT(Payment, (), (customer_id, amount))
BOOST_DESCRIBE_STRUCT(Receipt, (), (customer_id, spent))
BOOST_DESCRIBE_STRUCT(Customer, (), (spent, processed, receipts))

/// One handler: a round receives one message and handles it.
struct NamedHandler {
  std::string name;  ///< the function's
  explore::Round round;
};

/// Acknowledges, sends the receipt, then saves, as the lab's model does at the start.
Task<void> publish_first(explore::ProcessContext& context);
/// Sends the receipt, then saves; acknowledges last.
Task<void> publish_before_save(explore::ProcessContext& context);
/// Acknowledges, saves, sends the receipt.
Task<void> acknowledge_first(explore::ProcessContext& context);
/// Saves, sends, acknowledges; does not recognise duplicates.
Task<void> add_again(explore::ProcessContext& context);
/// Adds a payment once; its receipt says what the customer has spent when it is sent.
Task<void> decide_again(explore::ProcessContext& context);
/// Acknowledges a payment that was added before, and does nothing else.
Task<void> skip_duplicates(explore::ProcessContext& context);
/// Puts a payment that was added before back into the queue.
Task<void> put_back(explore::ProcessContext& context);
/// Saves the receipt, acknowledges, and then sends it.
Task<void> acknowledge_before_publish(explore::ProcessContext& context);
/// Saves without comparing: the last writer wins.
Task<void> last_one_wins(explore::ProcessContext& context);
/// Sends what was saved, and neither acknowledges nor abandons: the lease expires.
Task<void> never_acknowledge(explore::ProcessContext& context);
/// Saves the receipt after the sum, in a save of its own.
Task<void> receipt_apart(explore::ProcessContext& context);
/// Sends the receipt from the copy that it loaded: before the payment is added there is none, and
/// the receipt says 0.
Task<void> receipt_from_the_old_copy(explore::ProcessContext& context);
/// Adds a payment once, and always sends the receipt that was saved with it.
Task<void> send_what_was_saved(explore::ProcessContext& context);

/// The flawed handlers, in the order above, and the right one.
std::vector<NamedHandler> flawed_handlers();
NamedHandler right_handler();

/// Two payments of one customer and two handlers: the world that the model describes, judged by
/// these invariants. Schedules of the smallest world have the first payment alone.
explore::Scenario scenario_of(const NamedHandler& handler, explore::Invariants invariants);

}  // namespace workshop::shop
