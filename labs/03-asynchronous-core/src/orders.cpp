#include "orders.hpp"

#include "workshop/core/todo.hpp"

namespace workshop {

Task<void> handle(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.cart_id);

  // TODO(step 1): apply the command to `order.value`, save the order, publish OrderSubmitted.
  todo(1, "make the order of " + command.customer + " and tell of it");
}

Task<bool> receive_and_handle(Store& store, Broker& broker) {
  auto delivery = co_await broker.receive("orders");
  if (!delivery) co_return false;

  // TODO(step 1): is this the right place to acknowledge the message?
  co_await broker.acknowledge(delivery->tag);

  const auto command = payload_of<SubmitOrder>(delivery->message);
  HandlerContext context("orders", *delivery, store, broker);
  co_await handle(command, context);
  co_return true;
}

Task<HttpResponse> submit(const SubmitOrder& command, HttpClient& http,
                          [[maybe_unused]] Broker& broker) {
  // TODO(step 2): this makes the order while the customer waits, or not at all. Leave it to the
  //   queue.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  try {
    co_return co_await http.request("orders", {HttpMethod::post, "/orders", to_json(command), {}},
                                    deadline);
  } catch (const Error&) {
    co_return HttpResponse{503, "please try again later", {}};
  }
}

std::unique_ptr<InProcessBroker> open_broker(const Clock& clock,
                                             [[maybe_unused]] const std::string& folder) {
  InProcessBroker::Options options;
  // TODO(step 2): these queues are lost when the process ends.
  auto broker = std::make_unique<InProcessBroker>(clock, options);
  broker->declare_queue("orders");
  broker->declare_queue("warehouse");
  broker->subscribe("OrderSubmitted", "warehouse");
  return broker;
}

}  // namespace workshop
