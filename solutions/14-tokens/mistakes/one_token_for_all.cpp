// mistake: the subscribers of a message share one token
// why: it is one message, and one token for each message is what the name suggests
// ask: Loyalty was first and has used the token up. What does the warehouse make of the message?
// caught by: every subscriber hears of a payment once, whatever happens to anyone
// as: lost effect
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

bool have_tokens(const std::vector<Message>& messages) {
  return messages.empty() || messages[0].headers.contains(tokens::header_for(kSubscribers[0]));
}

Task<void> give_tokens(Entity<Order>& order, std::string id, HandlerContext& context) {
  auto& messages = order.value.outbox.at(id);
  for (auto& message : messages) {
    const auto token = tokens::fresh_id();
    for (const auto endpoint : kSubscribers) message.headers[tokens::header_for(endpoint)] = token;
    co_await tokens::create(context, token, Token{message.id.value, "every subscriber"});
  }
  co_await context.store().save(order);
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
  if (!have_tokens(order.value.outbox.at(id.value))) co_await give_tokens(order, id.value, context);

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await context.store().erase(token);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
