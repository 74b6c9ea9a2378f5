#pragma once

#include <chrono>
#include <string>

#include "workshop/explore/world/statement.hpp"
#include "world/shop.hpp"

/// A broker that remembers the ids of sent messages for a while, and drops those that it knows; and
/// receivers of what it lets through.
namespace comparison {

/// Sends the message unless one with its id was accepted less than `window` ago; then it is
/// dropped, and that is no error. Nothing but the id counts. One step.
Task<void> send_deduplicated(Store& store, std::string queue, Message message,
                             std::chrono::minutes window);

/// How many messages the broker has accepted that were caused by this one.
int accepted_count(const StoreView& view, const std::string& queue, const MessageId& cause);

/// What a receiver makes of the events: another sum, in a document of its own.
struct Ledger {
  int paid = 0;
  std::set<std::string> seen = {};
};
BOOST_DESCRIBE_STRUCT(Ledger, (), (paid, seen))

/// Trusts the broker.
Task<void> enter(const PaymentBooked& event, HandlerContext& context);
/// Keeps the ids of the events that it has entered.
Task<void> enter_once(const PaymentBooked& event, HandlerContext& context);

/// How often the payment is in the ledger.
int times_entered(const StoreView& view, const BookPayment& payment);

/// Judges the scenario by the effect of its payments elsewhere, such as "entered".
void judge_by(GiftShop& scenario, std::string effect,
              std::function<int(const StoreView&, const Message&)> count);

}  // namespace comparison
