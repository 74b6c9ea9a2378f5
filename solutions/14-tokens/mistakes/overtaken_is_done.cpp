// mistake: who was overtaken leaves the rest to the one that was quicker
// why: another attempt has stored its tokens, so the message is in good hands
// ask: Is the other one still alive? Who sends the event if not?
// caught by: a handler that was overtaken leaves nothing to one that may be dead
// as: lost message
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/try_save.hpp"

namespace workshop::shop {
namespace {

bool have_tokens(const std::vector<Message>& messages) {
  return messages.empty() || messages[0].headers.contains(tokens::header_for(kSubscribers[0]));
}

// Step 5: gives the stored messages of the incoming message `id` their tokens.
Task<bool> give_tokens(Entity<Order>& order, std::string id, HandlerContext& context) {
  // Registered first, so that whoever comes after us knows what we may have created.
  auto messages = order.value.outbox.at(id);
  std::vector<std::string> fresh;
  for (auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      fresh.push_back(message.headers[tokens::header_for(endpoint)] = tokens::fresh_id());
      order.value.registered[id].push_back(fresh.back());
    }
  }
  co_await context.store().save(order);

  for (const auto& message : messages) {
    for (const auto endpoint : kSubscribers) {
      co_await tokens::create(context, message.headers.at(tokens::header_for(endpoint)),
                              Token{message.id.value, std::string(endpoint)});
    }
  }

  // Stored before anything is sent: every attempt after this one sends these very ids.
  while (true) {
    order.value.outbox[id] = messages;
    for (const auto& token : fresh) std::erase(order.value.registered[id], token);
    if (co_await try_save(order, context)) co_return true;

    // Somebody else saved. To begin anew would be to register anew, and so to make others fail.
    order = co_await context.store().load<Order>(order.key.partition);
    if (!order.value.outbox.contains(id) || have_tokens(order.value.outbox.at(id))) break;
  }
  // Another attempt at this message was quicker: these tokens will never be sent.
  for (const auto& token : fresh) co_await tokens::discard(context, token);
  co_return false;
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
    order.value.registered.erase(id.value);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  // 4. State and outgoing messages in one compare-and-swap, unless an earlier attempt has done it.
  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  // 5. Tokens for the outgoing messages, unless an earlier attempt has done it. Those that are
  // still registered are of attempts that can no longer store them.
  if (!have_tokens(order.value.outbox.at(id.value)) &&
      !co_await give_tokens(order, id.value, context)) {
    co_return;
  }
  for (const auto& old : order.value.registered[id.value]) co_await tokens::discard(context, old);

  // 6. Send what is stored, ids, bytes and tokens: an earlier attempt may have sent it already.
  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);

  // 7. Only now that everything is sent: from here on every delivery is a duplicate.
  co_await context.store().erase(token);

  // 8. Only now that the token is gone: the entry is no longer needed. The endpoint acknowledges.
  order.value.outbox.erase(id.value);
  order.value.registered.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
