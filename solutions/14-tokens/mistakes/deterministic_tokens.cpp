// mistake: the ids of the tokens are computed from the message and the subscriber
// why: lab 08 has taught it: an id that every retry computes again need not be stored
// ask: The subscriber has used the token up. Then a retry comes to the line that creates it. What
//   does "insert if absent" do?
// caught by: every subscriber hears of a payment once, whatever happens to anyone
// as: duplicate effect
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

// Every attempt computes the same ids, so nothing has to be stored.
std::string token_id(const Message& message, std::string_view endpoint) {
  return MessageId::from_name(message.id.value + " for " + std::string(endpoint)).value;
}

Task<void> create_tokens(std::vector<Message>& messages, HandlerContext& context) {
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      const auto id = token_id(message, endpoint);
      message.headers[tokens::header_for(endpoint)] = id;
      try {
        co_await tokens::create(context, id, Token{message.id.value, std::string(endpoint)});
      } catch (const VersionConflict&) {
        // An earlier attempt has created it.
      }
    }
  }
}

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto token = co_await context.store().load<Token>(tokens::id_of_incoming(context));
  if (!token.exists()) {
    order = co_await context.store().load<Order>(command.order_id);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  auto messages = order.value.outbox.at(id.value);
  co_await create_tokens(messages, context);
  for (const auto& message : messages) co_await context.publish(message);

  co_await context.store().erase(token);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
