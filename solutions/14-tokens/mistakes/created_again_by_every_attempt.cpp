// mistake: the ids are stored first, and every attempt sees to it that the tokens exist
// why: it mends the crash between storing and creating: "make sure that it is there" is
//   idempotent, is it not?
// ask: Why may a token be absent? Can you tell "not created yet" from "used up"?
// caught by: every subscriber hears of a payment once, whatever happens to anyone
// as: duplicate effect
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"

namespace workshop::shop {
namespace {

bool have_tokens(const std::vector<Message>& messages) {
  return messages.empty() || messages[0].headers.contains(tokens::header_for(kSubscribers[0]));
}

void add_fresh_tokens(std::vector<Message>& messages) {
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      message.headers[tokens::header_for(endpoint)] = tokens::fresh_id();
    }
  }
}

Task<void> ensure_tokens(std::vector<Message> messages, HandlerContext& context) {
  for (const auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      try {
        co_await tokens::create(context, message.headers.at(tokens::header_for(endpoint)),
                                Token{message.id.value, std::string(endpoint)});
      } catch (const VersionConflict&) {
        // It is there already.
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
  if (!have_tokens(order.value.outbox.at(id.value))) {
    add_fresh_tokens(order.value.outbox.at(id.value));
    co_await context.store().save(order);
  }
  co_await ensure_tokens(order.value.outbox.at(id.value), context);

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await context.store().erase(token);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
