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

/// There is an order now.
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

/// The id of the event that tells of this order. Every attempt computes the same one, and so does
/// the handler of another message with this cart; so whoever receives the event twice can tell.
inline MessageId event_id(const SubmitOrder& command) {
  return MessageId::from_name("OrderSubmitted of " + command.cart_id);
}

/// Step 1. Handles `SubmitOrder`: makes the order of the cart and publishes `OrderSubmitted` under
/// `event_id(command)`. May be called again for the same cart, whatever an earlier call came to:
/// there is one order in the end, with these gifts, and the event tells of it.
Task<void> handle(const SubmitOrder& command, HandlerContext& context);

/// Step 1. One round of the service `orders`: takes the next message from the queue "orders", has
/// it handled and acknowledges it. Returns false when there was none. What `handle` or the broker
/// throws goes out; the message then comes again when its lease is over.
///
/// Whoever runs the service calls this again and again, in several processes at once.
Task<bool> receive_and_handle(Store& store, Broker& broker);

/// Step 2. The button "Buy". Answers 202 when the cart will become an order whatever happens from
/// now on, and 503 when nothing is promised: then the customer may press again.
///
/// Each cart is a message with an id of its own: receivers know messages by their ids.
///
/// `http` reaches the service `orders`, while it runs, under the authority "orders"; `broker` has
/// its queue, "orders".
Task<HttpResponse> submit(const SubmitOrder& command, HttpClient& http, Broker& broker);

/// Step 2. Opens the shop's broker: the queue "orders", and "warehouse", which gets
/// `OrderSubmitted`. When the process is killed and opens the broker in the same folder again, what
/// was in the queues is there again. The options of the queues are the usual ones: leases of 30
/// seconds, ten deliveries. `clock` must outlive the broker.
std::unique_ptr<InProcessBroker> open_broker(const Clock& clock, const std::string& folder);

}  // namespace workshop
