// mistake: the tokens are created before the dispatch, but their ids are not stored in the order
// why: the tokens exist, and the messages that are sent carry them: what else is there to store?
// ask: An attempt dies after the dispatch. Which tokens does the next attempt send, for the same
//   message?
// caught by: every subscriber hears of a payment once, whatever happens to anyone
// as: duplicate effect
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

void add_fresh_tokens(std::vector<Message>& messages) {
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      message.headers[tokens::header_for(endpoint)] = tokens::fresh_id();
    }
  }
}

Task<void> create_tokens(const std::vector<Message>& messages, HandlerContext& context) {
  for (const auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      co_await tokens::create(context, message.headers.at(tokens::header_for(endpoint)),
                              Token{message.id.value, std::string(endpoint)});
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
  add_fresh_tokens(messages);
  co_await create_tokens(messages, context);
  for (const auto& message : messages) co_await context.publish(message);

  co_await context.store().erase(token);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
