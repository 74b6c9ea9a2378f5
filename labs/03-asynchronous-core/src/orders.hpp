#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/endpoint/handler_context.hpp"
#include "workshop/http/http.hpp"

namespace workshop {

/// The customer has pressed "Buy": this cart shall become an order.
struct SubmitOrder {
  std::string cart_id;
  std::string customer;
  std::vector<std::string> gifts;
};
BOOST_DESCRIBE_STRUCT(SubmitOrder, (), (cart_id, customer, gifts))

/// An event: the order has been made.
struct OrderSubmitted {
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(OrderSubmitted, (), (order_id))

/// An order, as the service `orders` keeps it: entity `Order` under the id of its cart, so that a
/// cart becomes one order.
struct Order {
  std::string customer;
  std::vector<std::string> gifts;
};
BOOST_DESCRIBE_STRUCT(Order, (), (customer, gifts))

/// The id of the event about this order. Every attempt computes the same id, and so does the
/// handler of another message with this cart. So a receiver of two copies recognises the second
/// one.
inline MessageId event_id(const SubmitOrder& command) {
  return MessageId::from_name("OrderSubmitted of " + command.cart_id);
}

/// Step 1. Handles `SubmitOrder`: makes the order of the cart and publishes `OrderSubmitted` under
/// `event_id(command)`. May be called again for the same cart, however far an earlier call came: at
/// rest there is one order with these gifts, and its event has been published.
Task<void> handle(const SubmitOrder& command, HandlerContext& context);

/// Step 1. One round of the service `orders`: receives the next message from the queue "orders",
/// calls `handle`, and acknowledges the message. Returns false when there was no message.
/// Exceptions of `handle` and of the broker leave the function; the message comes again, at the
/// latest when its lease expires.
///
/// The service calls this repeatedly, in several processes at once.
Task<bool> receive_and_handle(Store& store, Broker& broker);

/// Step 2. The button "Buy". Answers 202 when the cart will become an order whatever happens from
/// then on, and 503 when nothing is promised: then the customer may press again.
///
/// Each cart is a message with an id of its own: receivers distinguish messages by their ids.
///
/// `http` reaches the service `orders`, while it runs, under the authority "orders"; `broker` has
/// its queue, "orders".
Task<HttpResponse> submit(const SubmitOrder& command, HttpClient& http, Broker& broker);

/// Step 2. Opens the shop's broker: the queue "orders", and "warehouse", which gets
/// `OrderSubmitted`. After a kill, a process that opens the broker in the same folder finds all
/// messages in the queues again. The options of the queues are the defaults: leases of 30 seconds,
/// ten deliveries. `clock` must outlive the broker. Its errors are those of the broker: who cannot
/// have the folder, because another process has it open, say, gets no broker that keeps less.
std::unique_ptr<InProcessBroker> open_broker(const Clock& clock, const std::string& folder);

}  // namespace workshop
