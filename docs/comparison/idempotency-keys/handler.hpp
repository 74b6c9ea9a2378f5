#pragma once

#include <chrono>
#include <string>

#include "workshop/explore/scenario/process_context.hpp"
#include "world/database.hpp"
#include "world/shop.hpp"

/// Idempotency keys of HTTP: the server remembers the request and the answer under the key that the
/// client chose.
namespace comparison::idempotency_keys {

struct KeyRecord {
  std::string request = {};
  int status = 0;  ///< 0: the request is being executed
  std::string answer = {};
};
BOOST_DESCRIBE_STRUCT(KeyRecord, (), (request, status, answer))

enum class Way {
  key_first,        ///< the key is noted, the request executed, the answer noted
  taken_over,       ///< the same, and a retry executes what was not finished
  one_transaction,  ///< key, effect and answer in one COMMIT
};

inline HttpResponse known(const KeyRecord& record, const HttpRequest& request) {
  if (record.request != request.body) return {422, "", {}};
  if (record.status == 0) return {409, "", {}};
  return {record.status, record.answer, {}};
}

template <Way way>
Task<HttpResponse> serve(HttpRequest request, explore::ProcessContext& context) {
  EntityStore entities(context.store());
  auto record = co_await entities.load<KeyRecord>(request.headers.at("idempotency-key"));
  const bool unfinished = record.exists() && record.value.status == 0;
  if (record.exists() && !(unfinished && way == Way::taken_over)) {
    co_return known(record.value, request);
  }
  record.value.request = request.body;
  if (way != Way::one_transaction) co_await entities.save(record);
  const auto command = from_json<BookPayment>(request.body);
  auto order = co_await entities.load<Order>(command.order_id);
  order.value.paid += command.amount;
  if (way != Way::one_transaction) co_await entities.save(order);
  record.value.status = 200;
  record.value.answer = to_json(PaymentBooked{command.order_id, command.amount, order.value.paid});
  if (way == Way::one_transaction) {
    co_await Transaction().save(order).save(record).commit(context.store());
  } else {
    co_await entities.save(record);
  }
  co_return HttpResponse{200, record.value.answer, {}};
}

/// The client repeats the request until it has an answer, which it notes. Told that the request is
/// being executed (409), it waits an hour; told so again, it gives up.
template <bool same_key>
Task<void> call(const BookPayment& command, HandlerContext& context) {
  auto message = context.message();
  HttpRequest request{HttpMethod::post, "/payments", to_json(command), {}};
  request.headers["idempotency-key"] = same_key ? message.id.value : MessageId::random().value;
  const auto response = co_await context.http().request("bank", request, Deadline::max());
  if (response.status == 409 && !message.header("waited").empty()) co_return;
  if (response.status == 409) {
    message.headers["waited"] = "an hour";
    co_await Transaction()
        .set("waiting", message.id.value, "true")
        .commit(context.store().documents());
    co_await context.broker().send("payments", message, std::chrono::hours(1));
    co_return;
  }
  if (response.status != 200) throw Unavailable("the bank says " + std::to_string(response.status));
  co_await Transaction()
      .set("answers", message.id.value + " " + response.body, "true")
      .commit(context.store().documents());
}

}  // namespace comparison::idempotency_keys
