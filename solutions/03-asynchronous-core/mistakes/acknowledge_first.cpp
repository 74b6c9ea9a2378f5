// mistake: the message is acknowledged as soon as it is received
// why: so that nobody else takes it while we work; and that is how reading a file or a socket
//   works
// ask: Who still knows of this cart when the process dies in the next line?
// caught by: a cart becomes an order although its handler dies
// as: lost effect
#include "orders.hpp"

namespace workshop {

Task<void> handle(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.cart_id);
  order.value.customer = command.customer;
  order.value.gifts = command.gifts;
  co_await context.store().save(order);
  co_await context.publish(OrderSubmitted{command.cart_id}, event_id(command));
}

Task<bool> receive_and_handle(Store& store, Broker& broker) {
  auto delivery = co_await broker.receive("orders");
  if (!delivery) co_return false;
  co_await broker.acknowledge(delivery->tag);

  const auto command = payload_of<SubmitOrder>(delivery->message);
  HandlerContext context("orders", *delivery, store, broker);
  co_await handle(command, context);
  co_return true;
}

Task<HttpResponse> submit(const SubmitOrder& command, [[maybe_unused]] HttpClient& http,
                          Broker& broker) {
  try {
    co_await broker.send("orders", make_message(command));
  } catch (const Error&) {
    co_return HttpResponse{503, "please try again later", {}};
  }
  co_return HttpResponse{202, "we have your order", {}};
}

std::unique_ptr<InProcessBroker> open_broker(const Clock& clock, const std::string& folder) {
  InProcessBroker::Options options;
  options.journal_path = folder + "/queues";
  auto broker = std::make_unique<InProcessBroker>(clock, options);
  broker->declare_queue("orders");
  broker->declare_queue("warehouse");
  broker->subscribe("OrderSubmitted", "warehouse");
  return broker;
}

}  // namespace workshop
