#include "exactly_once_http.hpp"

#include "payments_client.hpp"
#include "workshop/shop/try_save.hpp"

namespace workshop::shop {
namespace {

// Brings the answer of a committed charge to its request, then forgets it. Every step of it may be
// repeated; a request that was deleted meanwhile stays deleted.
Task<void> finish(Entity<Account>& account, EntityStore& store) {
  const auto unfinished = account.value.unfinished;
  if (unfinished.target.empty()) co_return;
  auto request = co_await store.load<Request>(unfinished.target);
  if (request.exists() && request.value.answer.empty()) {
    request.value.answer = unfinished.answer;
    co_await store.save(request);
  }
  account.value.unfinished = {};
  co_await store.save(account);
}

}  // namespace

// ---- the service "payments" ------------------------------------------------------------------

Task<HttpResponse> put(HttpRequest http, EntityStore& store) {
  auto request = co_await store.load<Request>(http.target);
  if (request.exists()) {
    co_return HttpResponse{request.value.body == http.body ? 200 : 409, "", {}};
  }
  request.value.body = http.body;
  co_await store.save(request);
  co_return HttpResponse{201, "", {}};
}

Task<HttpResponse> post(HttpRequest http, EntityStore& store) {
  auto account = co_await store.load<Account>(card_of(http.target));
  co_await finish(account, store);
  auto request = co_await store.load<Request>(http.target);
  if (!request.exists()) co_return HttpResponse{404, "", {}};
  if (!request.value.answer.empty()) {  // who executed it may have died before it had forgotten it
    account = co_await store.load<Account>(card_of(http.target));
    co_await finish(account, store);
    co_return HttpResponse{200, request.value.answer, {}};
  }

  const auto answer = charge(account.value, request.value.body);
  account.value.unfinished = {http.target, answer};
  co_await store.save(account);
  co_await finish(account, store);
  co_return HttpResponse{200, answer, {}};
}

Task<HttpResponse> get(HttpRequest http, EntityStore& store) {
  const auto request = co_await store.load<Request>(http.target);
  if (!request.exists()) co_return HttpResponse{404, "", {}};
  if (request.value.answer.empty()) co_return HttpResponse{409, "not executed yet", {}};
  co_return HttpResponse{200, request.value.answer, {}};
}

Task<HttpResponse> delete_(HttpRequest http, EntityStore& store) {
  const auto request = co_await store.load<Request>(http.target);
  if (request.exists()) co_await store.erase(request);
  co_return HttpResponse{204, "", {}};
}

// ---- the endpoint "orders" -------------------------------------------------------------------

Task<void> handle(const PayOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!order.value.answer.empty()) co_return;

  if (order.value.target.empty()) {
    const auto target = target_of_attempt(command.card, context);
    order.value.attempts.insert(target);
    co_await context.store().save(order);
    co_await put_charge(context, target, {command.amount, MessageId::random().value});

    do {  // somebody else may have saved; only a new attempt would have to register anew
      order = co_await context.store().load<Order>(command.order_id);
      if (!order.value.target.empty() || !order.value.attempts.contains(target)) {
        co_await delete_charge(context, target);
        throw VersionConflict("another attempt was faster");
      }
      order.value.target = target;
      order.value.follow_up = {context.make(FetchAnswer{command.order_id}, MessageId::random())};
    } while (!co_await try_save(order, context));
  }

  co_await post_charge(context, order.value.target);
  co_await context.send(context.endpoint(), order.value.follow_up.front());
}

Task<void> handle(const FetchAnswer& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.attempts.empty()) co_return;

  if (order.value.answer.empty()) {
    order.value.answer = co_await get_answer(context, order.value.target);
    co_await context.store().save(order);
  }

  for (const auto& target : order.value.attempts) co_await delete_charge(context, target);
  order.value = {order.value.answer, {}, {}, {}};
  co_await context.store().save(order);
}

}  // namespace workshop::shop
