// mistake: the tokens are registered after they were created
// why: one registers what there is; before, there is nothing to register
// ask: The process dies after the first token and before your save. Who knows the id of that
//   token?
// caught by: no token is left behind, whatever happens to the handler
// as: garbage
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

bool have_tokens(const std::vector<Message>& messages) {
  return messages.empty() || messages[0].headers.contains(tokens::header_for(kSubscribers[0]));
}

Task<void> create_tokens(const std::vector<Message>& messages, HandlerContext& context) {
  for (const auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      co_await tokens::create(context, message.headers.at(tokens::header_for(endpoint)),
                              Token{message.id.value, std::string(endpoint)});
    }
  }
}

Task<void> give_tokens(Entity<Order>& order, std::string id, HandlerContext& context) {
  auto messages = order.value.outbox.at(id);
  auto& registered = order.value.registered[id];
  const auto stale = registered;
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      registered.push_back(message.headers[tokens::header_for(endpoint)] = tokens::fresh_id());
    }
  }
  co_await create_tokens(messages, context);
  co_await context.store().save(order);
  for (const auto& token : stale) co_await tokens::discard(context, token);

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
