// mistake: a round that found nothing says that it found something
// why: true means that all went well
// ask: How does whoever calls this know that it may rest?
// caught by: a round takes one message, and what was handled is gone
// as: assertion

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
  if (!delivery) co_return true;

  const auto command = payload_of<SubmitOrder>(delivery->message);
  HandlerContext context("orders", *delivery, store, broker);
  co_await handle(command, context);

  co_await broker.acknowledge(delivery->tag);  // last: until here the message comes again
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
