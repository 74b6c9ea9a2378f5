#include "exactly_once_http.hpp"

#include "payments_client.hpp"

namespace workshop::shop {

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
  auto request = co_await store.load<Request>(http.target);
  auto account = co_await store.load<Account>(card_of(http.target));

  // TODO(step 1): execute a request once, and give all its POSTs the same answer.
  //   - Without a request nothing is executed. An executed request has its answer.
  //   - Account and request are two documents, and no transaction spans both. Data that is saved
  //     together with the balance is safe: account.value.unfinished.
  const auto answer = charge(account.value, request.value.body);
  co_await store.save(account);
  request.value.answer = answer;
  co_await store.save(request);
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

  // TODO(step 2): let every attempt go on from what an earlier one has committed.
  //   1. add this attempt's target to `attempts`, and save  2. PUT
  //   3. set `target` and `follow_up`, in one save: from now on this attempt counts
  //   4. POST to `order.target`, and only then context.send(context.endpoint(), …)
  const auto target = target_of_attempt(command.card, context);
  co_await put_charge(context, target, {command.amount, MessageId::random().value});
  order.value.answer = co_await post_charge(context, target);
  co_await context.store().save(order);
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
