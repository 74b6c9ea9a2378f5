#include "payments_client.hpp"

namespace workshop::shop {
namespace {

Task<HttpResponse> call(HttpClient* http, HttpMethod method, std::string target, std::string body) {
  // No deadline is needed: the broker's lease bounds the handler, and the network reports a server
  // that is gone.
  auto response = co_await http->request(
      kPayments, HttpRequest{method, target, std::move(body), {}}, Deadline::max());
  const auto what = std::string(name_of(method)) + " " + target + " was answered " +
                    std::to_string(response.status);
  if (response.status >= 500) throw OutcomeUnknown(what);
  if (response.status >= 400) throw InvalidRequest(what);
  co_return response;
}

Task<std::string> call_for_answer(HttpClient* http, HttpMethod method, std::string target) {
  auto response = co_await call(http, method, std::move(target), "");
  co_return std::move(response.body);
}

Task<void> call_without_answer(HttpClient* http, HttpMethod method, std::string target,
                               std::string body) {
  co_await call(http, method, std::move(target), std::move(body));
}

}  // namespace

std::string target_of_attempt(const std::string& card, const HandlerContext& context) {
  return "/" + card + "/" + context.attempt();
}

Task<void> put_charge(HandlerContext& context, std::string target, Charge charge) {
  return call_without_answer(&context.http(), HttpMethod::put, std::move(target), to_json(charge));
}

Task<std::string> post_charge(HandlerContext& context, std::string target) {
  return call_for_answer(&context.http(), HttpMethod::post, std::move(target));
}

Task<std::string> get_answer(HandlerContext& context, std::string target) {
  return call_for_answer(&context.http(), HttpMethod::get, std::move(target));
}

Task<void> delete_charge(HandlerContext& context, std::string target) {
  return call_without_answer(&context.http(), HttpMethod::delete_, std::move(target), "");
}

}  // namespace workshop::shop
