// mistake: when the ids of its tokens cannot be stored, for any reason, the attempt discards them
// why: nobody knows them, so who else should clean up?
// ask: Which errors say that nothing was stored, and what is in the database after the others?
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

// Step 5: gives the stored messages of the incoming message `id` their tokens.
Task<void> give_tokens(Entity<Order>& order, std::string id, HandlerContext& context) {
  // Registered first, so that whoever comes after us knows what we may have created. From here on
  // attempts that registered before us cannot store their ids any more: our save has seen to that.
  auto messages = order.value.outbox.at(id);
  auto& registered = order.value.registered[id];
  const auto stale = registered;
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      registered.push_back(message.headers[tokens::header_for(endpoint)] = tokens::fresh_id());
    }
  }
  co_await context.store().save(order);

  for (const auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      co_await tokens::create(context, message.headers.at(tokens::header_for(endpoint)),
                              Token{message.id.value, std::string(endpoint)});
    }
  }
  for (const auto& token : stale) co_await tokens::discard(context, token);

  // Stored before anything is sent: every attempt after this one sends these very ids.
  order.value.outbox[id] = std::move(messages);
  order.value.registered.erase(id);
  bool failed = false;
  try {
    co_await context.store().save(order);
  } catch (const Error&) {
    failed = true;
  }
  if (!failed) co_return;
  for (const auto& message : order.value.outbox.at(id)) {
    for (const auto endpoint : kSubscribers) {
      co_await tokens::discard(context, message.headers.at(tokens::header_for(endpoint)));
    }
  }
  throw Unavailable("the ids of the tokens were not stored");
}

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. The order comes first: whoever finishes this message after here makes our next save fail.
  auto order = co_await context.store().load<Order>(command.order_id);

  // 2. Then the token: no token, no work.
  const auto token = co_await context.store().load<Token>(tokens::id_of_incoming(context));
  if (!token.exists()) {
    // 3. An attempt that died between 7 and 8 has left its entry, maybe after we loaded the order.
    order = co_await context.store().load<Order>(command.order_id);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  // 4. State and outgoing messages in one compare-and-swap, unless an earlier attempt has done it.
  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  // 5. Tokens for the outgoing messages, unless an earlier attempt has done it.
  if (!have_tokens(order.value.outbox.at(id.value))) co_await give_tokens(order, id.value, context);

  // 6. Send what is stored, ids, bytes and tokens: an earlier attempt may have sent it already.
  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);

  // 7. Only now that everything is sent: from here on every delivery is a duplicate.
  co_await context.store().erase(token);

  // 8. Only now that the token is gone: the entry is no longer needed. The endpoint acknowledges.
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
