// mistake: an attempt goes on with the ids that an earlier one has registered
// why: it saves a write, and what is registered exists or does not: both can be handled
// ask: The earlier attempt is not dead but slow. What does its next operation do to a token that
//   was used up meanwhile?
// caught by: a slow handler creates no token again
// as: duplicate effect
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

bool have_tokens(const std::vector<Message>& messages) {
  return messages.empty() || messages[0].headers.contains(tokens::header_for(kSubscribers[0]));
}

Task<void> give_tokens(Entity<Order>& order, std::string id, HandlerContext& context) {
  auto messages = order.value.outbox.at(id);
  auto& registered = order.value.registered[id];
  if (registered.empty()) {
    for (std::size_t i = 0; i < messages.size() * kSubscribers.size(); ++i) {
      registered.push_back(tokens::fresh_id());
    }
    co_await context.store().save(order);
  }

  std::size_t next = 0;
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      const auto token = registered[next++];
      message.headers[tokens::header_for(endpoint)] = token;
      try {
        co_await tokens::create(context, token, Token{message.id.value, std::string(endpoint)});
      } catch (const VersionConflict&) {
        // The earlier attempt has created it.
      }
    }
  }

  order.value.outbox[id] = std::move(messages);
  order.value.registered.erase(id);
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
