#include "payments.hpp"

#include "exactly_once_http.hpp"

namespace workshop::shop {

std::string charge(Account& account, const std::string& body) {
  const auto wanted = from_json<Charge>(body);
  if (wanted.amount > account.balance) return "declined";
  account.balance -= wanted.amount;
  return "receipt " + MessageId::random().value;
}

std::string card_of(const std::string& target) {
  const auto end = target.find('/', 1);
  if (!target.starts_with('/') || end == std::string::npos || end == 1) {
    throw InvalidRequest("the target is not /card/attempt: " + target);
  }
  return target.substr(1, end - 1);
}

Task<HttpResponse> serve(HttpRequest http, EntityStore& store) {
  switch (http.method) {
    case HttpMethod::put:
      return put(std::move(http), store);
    case HttpMethod::post:
      return post(std::move(http), store);
    case HttpMethod::get:
      return get(std::move(http), store);
    case HttpMethod::delete_:
      return delete_(std::move(http), store);
  }
  throw InvalidRequest("an unknown method");
}

}  // namespace workshop::shop
