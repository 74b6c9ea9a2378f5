// mistake: a conflict at the commit is answered with the own receipt
// why: somebody else was faster, with the same charge
// ask: Who else changes this account? And whose receipt does the caller get?
// caught by: two charges of one card at the same time are both executed
// as: lost effect

#include "exactly_once_http.hpp"
#include "payments_client.hpp"
#include "workshop/core/todo.hpp"

namespace workshop::shop {
namespace {

Task<bool> saved(Entity<Account>& account, EntityStore& store) {
  try {
    co_await store.save(account);
    co_return true;
  } catch (const VersionConflict&) {
    co_return false;
  }
}

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
  if (!co_await saved(account, store)) co_return HttpResponse{200, answer, {}};
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

  // TODO(step 2): let every attempt go on with what an earlier one has committed.
  //   1. note the attempt's target in the order  2. PUT  3. commit target and follow-up
  //   4. POST, and only then send the follow-up: FetchAnswer, to context.endpoint()
  const auto target = target_of_attempt(command.card, context);
  co_await put_charge(context, target, {command.amount, MessageId::random().value});
  order.value.answer = co_await post_charge(context, target);
  co_await context.store().save(order);
}

Task<void> handle([[maybe_unused]] const FetchAnswer& command,
                  [[maybe_unused]] HandlerContext& context) {
  // TODO(step 2): GET the answer and keep it, then DELETE what the attempts left at "payments".
  todo(2, "fetch the answer of a charge, then clean up");
  co_return;
}

}  // namespace workshop::shop
